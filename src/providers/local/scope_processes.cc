#include "providers/local/scope_processes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/signal.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "system/files.h"
#include "system/sockets.h"

namespace lifeboat::local {
namespace {

using system::ProcessIdentity;
using system::ProcessStat;

std::map<pid_t, ProcessStat> all_processes() {
  std::map<pid_t, ProcessStat> all;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const auto name = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
    const auto stat = system::process_stat(pid);
    if (stat && stat->state != 'Z' && stat->state != 'X' && pid != ::getpid()) all.emplace(pid, *stat);
  }
  return all;
}

bool works_below(pid_t pid, const std::string& folder) {
  std::array<char, 4096> target{};
  const auto length = ::readlink(fmt::format("/proc/{}/cwd", pid).c_str(), target.data(), target.size() - 1);
  if (length <= 0) return false;
  const std::string_view cwd(target.data(), static_cast<std::size_t>(length));
  return cwd.starts_with(folder) &&
         (cwd.size() == folder.size() || cwd[folder.size()] == '/' || cwd[folder.size()] == ' ');
}

bool environment_says(pid_t pid, const std::vector<std::string>& variables) {
  const auto environment = system::read_file(fmt::format("/proc/{}/environ", pid));
  if (!environment) return false;
  const auto text = '\0' + *environment;
  for (const auto& variable : variables) {
    if (text.find('\0' + variable + '\0') == std::string::npos) return false;
  }
  return true;
}

/// Adds everything that descends from what is already found; a child of a scope's process belongs to the scope whatever
/// it says of itself.
void add_descendants(const std::map<pid_t, ProcessStat>& all, std::set<pid_t>& found) {
  for (bool grew = true; grew;) {
    grew = false;
    for (const auto& [pid, stat] : all) {
      if (found.contains(stat.parent) && found.insert(pid).second) grew = true;
    }
  }
}

bool is_of_another_stack(pid_t pid, const std::string& stack_root) {
  const auto environment = '\0' + system::read_file(fmt::format("/proc/{}/environ", pid)).value_or("");
  const auto mark = std::string("\0LIFEBOAT_SCOPE=", 16);
  return environment.find(mark) != std::string::npos && environment.find(mark + stack_root + "/") == std::string::npos;
}

/// Adds whoever else listens on the scope's addresses. Only strangers' descriptors are looked at: those already found
/// are many and have many. Another stack that has these addresses is not ours to end.
void add_listeners(const std::map<pid_t, ProcessStat>& all, const std::filesystem::path& scope_root,
                   const std::string& address_prefix, std::set<pid_t>& found) {
  std::set<std::uint64_t> inodes;
  for (const auto& socket : system::listening_sockets(address_prefix)) inodes.insert(socket.inode);
  if (inodes.empty()) return;
  for (const auto& [pid, stat] : all) {
    if (found.contains(pid) || !system::holds_socket(pid, inodes)) continue;
    if (!is_of_another_stack(pid, scope_root.parent_path().string())) found.insert(pid);
  }
}

/// Another scope's init may have been started from this scope (the controller starts regions): its tree is not ours.
void drop_other_scopes(const std::map<pid_t, ProcessStat>& all, const std::filesystem::path& scope_root,
                       std::set<pid_t>& found) {
  const auto stack_root = scope_root.parent_path().string();
  std::erase_if(found, [&](pid_t pid) {
    return all.contains(pid) && !works_below(pid, scope_root.string()) && works_below(pid, stack_root);
  });
}

std::vector<ProcessIdentity> identities(const std::map<pid_t, ProcessStat>& all, const std::set<pid_t>& found) {
  std::vector<ProcessIdentity> result;
  for (const pid_t pid : found) {
    if (const auto entry = all.find(pid); entry != all.end()) result.push_back(entry->second.identity);
  }
  return result;
}

}  // namespace

std::optional<ProcessIdentity> read_identity(const std::filesystem::path& file) {
  const auto text = system::read_file(file);
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || !json.contains("pid") || !json["pid"].is_number_integer() ||
      !json.contains("start_time_ticks") || !json["start_time_ticks"].is_number_integer()) {
    return std::nullopt;
  }
  return ProcessIdentity{json["pid"].get<pid_t>(), json["start_time_ticks"].get<std::uint64_t>()};
}

base::Status write_identity(const std::filesystem::path& file, const ProcessIdentity& identity,
                            const std::string& spec) {
  const nlohmann::json json{{"pid", identity.pid}, {"start_time_ticks", identity.start_time_ticks}, {"spec", spec}};
  return system::replace_file(file, json.dump() + "\n");
}

std::vector<ProcessIdentity> scope_processes(const std::filesystem::path& scope_root,
                                             const std::string& address_prefix) {
  const auto all = all_processes();
  std::set<pid_t> found;
  if (const auto init = read_identity(scope_root / "init.json")) {
    const auto entry = all.find(init->pid);
    if (entry != all.end() && entry->second.identity == *init) found.insert(init->pid);
  }
  const auto mark = "LIFEBOAT_SCOPE=" + scope_root.string();
  for (const auto& [pid, stat] : all) {
    if (works_below(pid, scope_root.string()) || environment_says(pid, {mark})) found.insert(pid);
  }
  add_descendants(all, found);
  if (!address_prefix.empty()) add_listeners(all, scope_root, address_prefix, found);
  drop_other_scopes(all, scope_root, found);
  return identities(all, found);
}

std::vector<ProcessIdentity> asset_processes(const std::filesystem::path& scope_root, const std::string& asset) {
  const auto all = all_processes();
  const auto folder = (scope_root / asset).string();
  std::set<pid_t> found;
  for (const auto& [pid, stat] : all) {
    if (works_below(pid, folder) ||
        environment_says(pid, {"LIFEBOAT_SCOPE=" + scope_root.string(), "LIFEBOAT_ASSET=" + asset})) {
      found.insert(pid);
    }
  }
  add_descendants(all, found);
  return identities(all, found);
}

int signal_all(const std::vector<ProcessIdentity>& processes, int signal) {
  int reached = 0;
  for (const auto& identity : processes) {
    const auto handle = system::ProcessHandle::open(identity);
    if (handle && handle->signal(signal)) ++reached;
  }
  return reached;
}

void kill_all(const std::vector<ProcessIdentity>& processes, base::Milliseconds limit) {
  std::vector<system::ProcessHandle> handles;
  for (const auto& identity : processes) {
    auto handle = system::ProcessHandle::open(identity);
    if (handle && handle->signal(SIGKILL)) handles.push_back(std::move(*handle));
  }
  const auto deadline = std::chrono::steady_clock::now() + limit;
  for (const auto& handle : handles) {
    handle.wait_ended(std::chrono::ceil<base::Milliseconds>(deadline - std::chrono::steady_clock::now()));
  }
}

void end_asset(const std::filesystem::path& scope_root, const std::string& asset, const system::ProcessHandle& main,
               int signal, base::Milliseconds limit) {
  // A stopped process takes no other signal than SIGKILL until it goes on.
  if (main.signal(signal) && signal != SIGKILL) main.signal(SIGCONT);
  if (!main.wait_ended(limit)) {
    main.signal(SIGKILL);
    main.wait_ended(base::Milliseconds{1000});
  }
  kill_all(asset_processes(scope_root, asset), base::Milliseconds{1000});
}

}  // namespace lifeboat::local
