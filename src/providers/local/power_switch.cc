#include "providers/local/power_switch.h"

#include <fmt/format.h>
#include <sys/signal.h>

#include <chrono>
#include <set>

#include "providers/local/address_claim.h"
#include "providers/local/scope_processes.h"
#include "system/sockets.h"

namespace lifeboat::local {
namespace {

using base::Milliseconds;
using Clock = std::chrono::steady_clock;

Milliseconds since(Clock::time_point start) {
  return std::chrono::duration_cast<Milliseconds>(Clock::now() - start);
}

std::vector<system::ProcessIdentity> init_first(const std::filesystem::path& scope_root) {
  const auto init = read_identity(scope_root / "init.json");
  return init ? std::vector{*init} : std::vector<system::ProcessIdentity>{};
}

/// Stops until a look finds nobody who was not stopped before; the init goes first, since it starts the others again.
std::vector<system::ProcessIdentity> stop_all(const std::filesystem::path& scope_root, const std::string& prefix,
                                              Clock::time_point deadline) {
  signal_all(init_first(scope_root), SIGSTOP);
  std::set<pid_t> stopped;
  while (true) {
    const auto found = scope_processes(scope_root, prefix);
    const auto before = stopped.size();
    for (const auto& identity : found) stopped.insert(identity.pid);
    if (stopped.size() == before || Clock::now() >= deadline) return found;
    signal_all(found, SIGSTOP);
  }
}

std::vector<system::ProcessIdentity> processes_of(const std::filesystem::path& scope_root, const std::string& asset) {
  return asset.empty() ? scope_processes(scope_root, "") : asset_processes(scope_root, asset);
}

}  // namespace

base::Result<PowerOff> power_off(const std::filesystem::path& scope_root, const std::string& address_prefix,
                                 Milliseconds limit) {
  const auto start = Clock::now();
  const auto deadline = start + limit;
  const auto name = scope_root.filename().string();
  PowerOff result;
  std::size_t left = 0;
  do {
    const auto found = stop_all(scope_root, address_prefix, deadline);
    kill_all(found, std::chrono::ceil<Milliseconds>(deadline - Clock::now()));
    result.processes_ended += static_cast<int>(found.size());
    left = scope_processes(scope_root, address_prefix).size();
  } while (left != 0 && Clock::now() < deadline);
  const auto listening = system::listening_sockets(address_prefix).size();
  result.took = since(start);
  if (left != 0 || listening != 0) {
    return base::fail(base::ErrorCode::no_fence_certificate,
                      fmt::format("{}: {} processes and {} listening sockets are left after {} ms", name, left,
                                  listening, result.took.count()));
  }
  result.evidence = {
      fmt::format("The power switch ended {} processes of {}.", result.processes_ended, name),
      fmt::format("Looked again: no process of {} is left and nothing listens on {}0.0/16, {} ms after the switch.",
                  name, address_prefix, result.took.count()),
  };
  return result;
}

base::Result<PowerOff> end_scope(const std::filesystem::path& scope_root, const std::string& address_prefix,
                                 Milliseconds limit) {
  if (scope_processes(scope_root, address_prefix).empty() && addresses_are_claimed(address_prefix)) {
    const auto name = scope_root.filename().string();
    return PowerOff{
        .evidence = {fmt::format("No process of {} runs, and another stack has {}0.0/16.", name, address_prefix)}};
  }
  return power_off(scope_root, address_prefix, limit);
}

int kill_scope(const std::filesystem::path& scope_root) {
  // The init first, so that it does not start again what is being ended.
  int ended = signal_all(init_first(scope_root), SIGKILL);
  for (int look = 0; look < 20; ++look) {
    const auto found = scope_processes(scope_root, "");
    if (found.empty()) break;
    ended += signal_all(found, SIGKILL);
  }
  return ended;
}

int pause_processes(const std::filesystem::path& scope_root, const std::string& asset) {
  if (asset.empty()) signal_all(init_first(scope_root), SIGSTOP);
  return signal_all(processes_of(scope_root, asset), SIGSTOP);
}

int resume_processes(const std::filesystem::path& scope_root, const std::string& asset) {
  return signal_all(processes_of(scope_root, asset), SIGCONT);
}

int kill_asset(const std::filesystem::path& scope_root, const std::string& asset) {
  return signal_all(asset_processes(scope_root, asset), SIGKILL);
}

}  // namespace lifeboat::local
