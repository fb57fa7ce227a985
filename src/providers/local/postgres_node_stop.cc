#include <fmt/format.h>

#include <csignal>

#include "providers/local/postgres_node.h"
#include "providers/local/postgres_process.h"

namespace lifeboat::local {
namespace {

/// True when nothing accepts a connection at the node's address.
bool refuses_connections(const PostgresTarget& target) {
  const auto client = PostgresClient::connect(target, base::Milliseconds{200});
  return !client && client.error().message.find("Connection refused") != std::string::npos;
}

}  // namespace

base::Result<std::vector<std::string>> PostgresNode::stop(const Deadline& deadline, base::Milliseconds patience) {
  std::vector<std::string> evidence;
  const pid_t postmaster = pid();
  if (postmaster != 0) {
    signal_postmaster(paths_.data(), SIGINT);
    const bool ended = wait_for(deadline.sooner(patience), base::Milliseconds{2},
                                [&] { return !works_in(postmaster, paths_.data()); });
    evidence.push_back(ended ? fmt::format("{}: postmaster {} ended after a fast shutdown", name(), postmaster)
                             : fmt::format("{}: postmaster {} did not end within {} ms of a fast shutdown; killed",
                                           name(), postmaster, patience.count()));
  }
  const auto killed = end_processes_in(paths_.data(), deadline);
  if (!killed) return std::unexpected(killed.error());
  if (*killed > 0) evidence.push_back(fmt::format("{}: {} processes ended by SIGKILL", name(), *killed));
  // It is gone already; this only ends the supervisor's interest in it.
  if (auto stopped = context_.supervisor.stop(name(), SIGKILL, deadline.remaining()); !stopped) {
    return std::unexpected(stopped.error());
  }
  remove_leftovers(paths_.data());
  if (!refuses_connections(target(placement_.endpoint))) {
    return base::fail(base::ErrorCode::process_failed,
                      fmt::format("{}: something still accepts connections at {}", name(), placement_.endpoint.text()));
  }
  evidence.push_back(fmt::format("{}: no process works in {}, and {} refuses connections", name(),
                                 paths_.data().string(), placement_.endpoint.text()));
  return evidence;
}

}  // namespace lifeboat::local
