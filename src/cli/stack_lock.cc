#include "cli/stack_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "system/files.h"

namespace lifeboat::cli {
namespace {

/// False when the folder was removed, or made anew, since it was opened.
bool still_there(const system::Descriptor& folder, const std::filesystem::path& path) {
  struct stat held {};
  struct stat now {};
  return ::fstat(folder.get(), &held) == 0 && ::stat(path.c_str(), &now) == 0 && held.st_dev == now.st_dev &&
         held.st_ino == now.st_ino;
}

}  // namespace

base::Result<StackLock> StackLock::take(const local::StackPaths& paths) {
  constexpr int attempts = 100;  // Each is lost only to another command that removes the folder at that moment.
  for (int attempt = 0; attempt < attempts; ++attempt) {
    if (auto made = system::make_folder(paths.root, 0755); !made) return std::unexpected(made.error());
    system::Descriptor folder(::open(paths.root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder && errno == ENOENT) continue;
    if (folder && ::access(paths.root.c_str(), W_OK) != 0) {
      return base::fail(base::ErrorCode::permission_denied,
                        fmt::format("{} belongs to another user", paths.root.string()),
                        "Run this as the user who ran 'lifeboat up'.");
    }
    const bool locked = folder && ::flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
    if (!locked && errno == EWOULDBLOCK) break;
    if (!locked) {
      return base::fail(base::ErrorCode::io_failed,
                        fmt::format("locking {}: {}", paths.root.string(), std::strerror(errno)));
    }
    if (still_there(folder, paths.root)) return StackLock(std::move(folder));
  }
  return base::fail(base::ErrorCode::operation_in_progress,
                    fmt::format("another 'lifeboat up' or 'lifeboat down' is at work in {}", paths.root.string()),
                    "Wait for it to end, or end it; then run this again.");
}

}  // namespace lifeboat::cli
