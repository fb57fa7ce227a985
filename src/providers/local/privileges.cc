#include "providers/local/privileges.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;

base::Status give(const fs::path& path, const ScopeUser& user) {
  if (::lchown(path.c_str(), static_cast<uid_t>(user.uid), static_cast<gid_t>(user.gid)) == 0) return {};
  return base::fail(base::ErrorCode::io_failed,
                    fmt::format("giving {} to uid {}: {}", path.string(), user.uid, std::strerror(errno)));
}

}  // namespace

ScopeUser service_user() {
  if (::geteuid() != 0) return {};
  for (const char* name : {"postgres", "nobody"}) {
    // getpwnam is not for threads; this runs in the command line, which has only one.
    if (const passwd* entry = ::getpwnam(name))
      return {static_cast<int>(entry->pw_uid), static_cast<int>(entry->pw_gid)};
  }
  return {65534, 65534};
}

std::string user_name(const ScopeUser& user) {
  const auto uid = user.uid < 0 ? ::geteuid() : static_cast<uid_t>(user.uid);
  const passwd* entry = ::getpwuid(uid);
  return entry != nullptr ? entry->pw_name : std::to_string(uid);
}

base::Status give_folder(const fs::path& folder, const ScopeUser& user) {
  if (user.uid < 0) return {};
  if (auto given = give(folder, user); !given) return given;
  std::error_code error;
  for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (auto given = give(entry->path(), user); !given) return given;
  }
  return {};
}

bool accessible_to(const ScopeUser& user, const fs::path& path) {
  if (user.uid < 0) return ::access(path.c_str(), R_OK | X_OK) == 0;
  // Only the kernel knows for sure (groups, ACLs, mounts), so a child that has become the user asks it.
  const pid_t child = ::fork();
  if (child == 0) {
    const bool became = ::setgroups(0, nullptr) == 0 && ::setgid(static_cast<gid_t>(user.gid)) == 0 &&
                        ::setuid(static_cast<uid_t>(user.uid)) == 0;
    ::_exit(became && ::access(path.c_str(), R_OK | X_OK) == 0 ? 0 : 1);
  }
  int status = 1;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace lifeboat::local
