#include "providers/local/postgres_process.h"

#include <dirent.h>
#include <fmt/format.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <string>

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;

/// Nothing for processes of others and for zombies.
std::optional<std::string> working_directory_of(pid_t pid) {
  std::array<char, 4096> target{};
  const auto length = ::readlink(fmt::format("/proc/{}/cwd", pid).c_str(), target.data(), target.size());
  if (length <= 0) return std::nullopt;
  return std::string(target.data(), static_cast<std::size_t>(length));
}

std::string real_path(const fs::path& folder) {
  std::error_code error;
  const auto path = fs::canonical(folder, error);
  return error ? folder.string() : path.string();
}

bool is_in(pid_t pid, const std::string& folder) {
  const auto directory = working_directory_of(pid);
  return directory && *directory == folder;
}

/// Signals the process only if it works in the folder, which is looked up while the pidfd keeps its identity.
bool signal_if_in(pid_t pid, const std::string& folder, int signal) {
  const auto handle = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (handle < 0) return false;
  const bool sent = is_in(pid, folder) && ::syscall(SYS_pidfd_send_signal, handle, signal, nullptr, 0) == 0;
  ::close(handle);
  return sent;
}

std::vector<std::string> lock_file_lines(const fs::path& data) {
  std::ifstream stream(data / "postmaster.pid");
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

pid_t to_pid(std::string_view text) {
  pid_t pid = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pid);
  return error == std::errc{} && end == text.data() + text.size() ? pid : 0;
}

}  // namespace

std::vector<pid_t> processes_in(const fs::path& folder) {
  std::vector<pid_t> found;
  const auto path = real_path(folder);
  struct Closer {
    void operator()(DIR* folder_handle) const { ::closedir(folder_handle); }
  };
  const std::unique_ptr<DIR, Closer> proc(::opendir("/proc"));
  while (proc != nullptr) {
    const dirent* entry = ::readdir(proc.get());
    if (entry == nullptr) break;
    const pid_t pid = to_pid(static_cast<const char*>(entry->d_name));
    if (pid > 0 && is_in(pid, path)) found.push_back(pid);
  }
  return found;
}

pid_t postmaster_of(const fs::path& data) {
  const auto lines = lock_file_lines(data);
  const pid_t pid = lines.empty() ? 0 : to_pid(lines.front());
  return pid > 0 && is_in(pid, real_path(data)) ? pid : 0;
}

bool works_in(pid_t pid, const fs::path& folder) {
  return is_in(pid, real_path(folder));
}

bool is_suspended(pid_t pid) {
  std::ifstream stream(fmt::format("/proc/{}/stat", pid));
  std::string text;
  std::getline(stream, text);
  const auto name_end = text.rfind(')');
  return name_end != std::string::npos && name_end + 2 < text.size() && text[name_end + 2] == 'T';
}

bool signal_postmaster(const fs::path& data, int signal) {
  const pid_t pid = postmaster_of(data);
  return pid > 0 && signal_if_in(pid, real_path(data), signal);
}

base::Result<std::size_t> end_processes_in(const fs::path& folder, const Deadline& deadline) {
  const auto path = real_path(folder);
  auto left = processes_in(folder);
  const auto count = left.size();
  const bool gone = wait_for(deadline, base::Milliseconds{2}, [&] {
    for (const pid_t pid : left) signal_if_in(pid, path, SIGKILL);
    left = processes_in(folder);
    return left.empty();
  });
  if (gone) return count;
  return base::fail(base::ErrorCode::wait_expired,
                    fmt::format("{} processes that work in {} are still there after SIGKILL, the first is {}",
                                left.size(), path, left.front()));
}

void remove_leftovers(const fs::path& data) {
  const auto lines = lock_file_lines(data);
  // The seventh line has the key and the id of the segment by which a postmaster notices backends of a dead one; the
  // first has the process's id, negative when it served no clients (initdb's, pg_rewind's).
  if (lines.size() >= 7) {
    const auto gap = lines[6].find_last_of(' ');
    const int id = gap == std::string::npos ? 0 : to_pid(std::string_view(lines[6]).substr(gap + 1));
    shmid_ds segment{};
    if (id > 0 && ::shmctl(id, IPC_STAT, &segment) == 0 && segment.shm_nattch == 0 &&
        segment.shm_cpid == std::abs(to_pid(lines.front()))) {
      ::shmctl(id, IPC_RMID, nullptr);
    }
  }
  std::error_code ignored;
  fs::remove(data / "postmaster.pid", ignored);
}

}  // namespace lifeboat::local
