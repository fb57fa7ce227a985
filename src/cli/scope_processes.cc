#include "cli/scope_processes.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <optional>
#include <string>

namespace lifeboat::cli {
namespace {

bool works_below(const std::filesystem::path& process, const std::vector<std::filesystem::path>& folders) {
  std::error_code gone;
  std::string directory = std::filesystem::read_symlink(process / "cwd", gone).string();
  // The kernel says so of a folder that was removed; its processes are still the scope's.
  constexpr std::string_view removed = " (deleted)";
  if (directory.ends_with(removed)) directory.resize(directory.size() - removed.size());
  return !gone && std::any_of(folders.begin(), folders.end(), [&directory](const std::filesystem::path& folder) {
    return directory == folder.string() || directory.starts_with(folder.string() + "/");
  });
}

std::optional<int> pid_of(const std::filesystem::path& process) {
  const std::string name = process.filename().string();
  int pid = 0;
  const auto [end, problem] = std::from_chars(name.data(), name.data() + name.size(), pid);
  if (problem != std::errc() || end != name.data() + name.size() || pid == getpid()) return std::nullopt;
  return pid;
}

/// Folders as the kernel spells working directories: absolute, without links.
std::vector<std::filesystem::path> canonical(const std::vector<std::filesystem::path>& folders) {
  std::vector<std::filesystem::path> result;
  for (const auto& folder : folders) {
    std::error_code missing;
    const auto real = std::filesystem::weakly_canonical(folder, missing);
    result.push_back(missing ? std::filesystem::absolute(folder) : real);
  }
  return result;
}

}  // namespace

ProcessHandle::~ProcessHandle() {
  if (descriptor_ >= 0) close(descriptor_);
}

base::Status ProcessHandle::signal(int number) const {
  if (syscall(SYS_pidfd_send_signal, descriptor_, number, nullptr, 0) == 0 || errno == ESRCH) return {};
  return base::fail(errno == EPERM ? base::ErrorCode::permission_denied : base::ErrorCode::process_failed,
                    fmt::format("cannot signal process {}: {}", pid_, std::strerror(errno)),
                    "Run the command as the user who runs the stack, or as root.");
}

bool ProcessHandle::wait_until_ended(std::chrono::steady_clock::time_point deadline) const {
  while (true) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd ended{.fd = descriptor_, .events = POLLIN, .revents = 0};
    const int ready = poll(&ended, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

std::vector<ProcessHandle> processes_below(const std::vector<std::filesystem::path>& folders) {
  const auto real_folders = canonical(folders);
  std::vector<ProcessHandle> found;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", unreadable)) {
    const auto pid = pid_of(entry.path());
    if (!pid || !works_below(entry.path(), real_folders)) continue;
    const auto descriptor = static_cast<int>(syscall(SYS_pidfd_open, *pid, 0));
    if (descriptor < 0) continue;
    ProcessHandle handle(*pid, descriptor);
    // The number may have changed hands before the handle was taken; afterwards it cannot.
    if (works_below(entry.path(), real_folders)) found.push_back(std::move(handle));
  }
  return found;
}

}  // namespace lifeboat::cli
