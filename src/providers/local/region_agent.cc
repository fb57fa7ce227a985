#include "providers/local/region_agent.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <future>

#include "providers/local/region_assets.h"
#include "providers/local/scope_processes.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr Milliseconds pause{100};
constexpr Milliseconds lease_pause{20};

/// What a region held when it was lost as a whole is held no more: somebody may rely on its power having been cut.
LeasePage without_lease(LeasePage page) {
  page.write({});
  return page;
}

}  // namespace

RegionAgent::RegionAgent(RegionContext context, AgentRecord record, LeasePage page, const system::ProcessIdentity& init)
    : context_(std::move(context)),
      memory_(context_.paths.role(), record),
      lost_(was_lost(record, init)),
      leases_(memory_, lost_ ? without_lease(std::move(page)) : std::move(page), context_.clock,
              context_.stack.recovery.lease),
      peer_(context_, [this](const auto& holder, const auto& request) { return leases_.grant(holder, request); }),
      database_(context_, [this](base::Instant deadline) { return await_lease(deadline); }),
      load_balancer_(context_),
      pool_(context_),
      others_(make_region_assets(context_)),
      drill_(context_),
      finder_(context_) {
  record.init = init;
  if (lost_) {
    record.duty = engine::lost(std::move(record.duty));
    record.ensured.clear();
  }
  kept_ = leases_.change([&](AgentMemory& memory) { return memory.replace(record); });
}

RegionAgent::~RegionAgent() {
  keeper_.reset();
  lease_ticker_.reset();
  ticker_.reset();
}

bool RegionAgent::was_lost(const AgentRecord& record, const system::ProcessIdentity& init) const {
  if (record.init == init) return false;
  const auto alive = scope_processes(context_.paths.root, context_.region.address_prefix);
  return std::ranges::all_of(alive, [&](const auto& process) { return process == init; });
}

base::Status RegionAgent::start() {
  // A region that was lost and cannot write it down would still have its role.
  if (!kept_) return kept_;
  const auto deadline = context_.clock.now() + Milliseconds{1000};
  // Nothing of a region that was lost may serve before somebody who knows who reigns says so.
  if (lost_) {
    if (auto closed = load_balancer_.set_mode(model::TrafficMode::closed, deadline); !closed) return closed;
  } else if (const auto assignment = memory_.record().assignment(); assignment.role != model::RegionRole::none) {
    // A writer that a lease no longer covers is stopped before anything is kept running.
    keep_lease();
    database_.assign(assignment);
  }
  lease_ticker_ = std::make_unique<Periodic>(lease_pause, [this] { keep_lease(); });
  peer_.start();
  ticker_ = std::make_unique<Periodic>(pause, [this] {
    database_.tick();
    for (const auto& sentence : database_.take_sentences()) spdlog::info("{}: {}", place(), sentence);
  });
  keeper_ = std::make_unique<Periodic>(pause, [this] { follow_writer(); });
  starter_ = std::jthread([this] { ensure_again(); });
  return {};
}

/// After a restart of the agent: adopts what runs and starts what has died meanwhile.
void RegionAgent::ensure_again() {
  std::vector<std::jthread> threads;
  for (const auto& name : memory_.record().ensured) {
    Asset* asset = find(name);
    if (asset == nullptr) continue;  // Database nodes are the ticker's.
    threads.emplace_back([this, asset] {
      const auto done = asset->ensure(context_.clock.now() + ensure_again_limit);
      if (!done) spdlog::error("{}", done.error().text());
    });
  }
}

Asset* RegionAgent::find(const std::string& name) {
  if (name == load_balancer_.name()) return &load_balancer_;
  if (name == pool_.name()) return &pool_;
  const auto found = std::ranges::find_if(others_, [&](const auto& asset) { return asset->name() == name; });
  return found == others_.end() ? nullptr : found->get();
}

bool RegionAgent::is_database_node(const std::string& name) const {
  return std::ranges::any_of(context_.region.database_nodes, [&](const auto& node) { return node.name == name; });
}

base::Status RegionAgent::assign(const RegionAssignment& assignment) {
  const auto kept = leases_.change([&](AgentMemory& memory) { return memory.assign(assignment); });
  if (!kept) return kept;
  database_.assign(assignment);
  spdlog::info("{}: role {} in epoch {}, {} is active", place(), model::to_string(assignment.role),
               assignment.epoch.value, assignment.active_region.value);
  return {};
}

base::Status RegionAgent::ensure(const std::string& name, base::Epoch epoch, base::Instant deadline) {
  if (auto fresh = memory_.accept(epoch); !fresh) return fresh;
  if (memory_.duty().role == model::RegionRole::none) {
    return base::fail(ErrorCode::not_ready,
                      fmt::format("{}/{}: the region has no role yet, so nothing is started", place(), name),
                      "Give it one first: 'lifeboat up' or 'lifeboat reprotect' does.");
  }
  Asset* asset = find(name);
  if (asset == nullptr && !is_database_node(name)) {
    return base::fail(ErrorCode::bad_request, fmt::format("{} has no asset '{}'", place(), name));
  }
  if (auto added = memory_.add_ensured(name); !added) return added;
  if (asset == nullptr) return database_.ensure_node(name, deadline);
  if (asset == &pool_) follow_writer();
  auto ensured = asset->ensure(deadline);
  const auto& servers = context_.region.metrics_servers;
  if (ensured && !servers.empty() && name == servers.front().name) start_dashboards(deadline);
  return ensured;
}

/// Grafana comes with the region's first Prometheus and is in no plan: a region is whole without it, so its failure is
/// said in the log and in `status`, and ends nothing.
void RegionAgent::start_dashboards(base::Instant deadline) {
  if (context_.programs.grafana.empty()) return;
  for (const auto& placement : context_.region.dashboards) {
    auto started = memory_.add_ensured(placement.name);
    if (started) started = find(placement.name)->ensure(deadline);
    if (!started) spdlog::error("{}/{}: {}", place(), placement.name, started.error().text());
  }
}

base::Status RegionAgent::set_traffic(model::TrafficMode mode, base::Epoch epoch, base::Instant deadline) {
  if (auto fresh = memory_.accept(epoch); !fresh) return fresh;
  return load_balancer_.set_mode(mode, deadline);
}

base::Status RegionAgent::stop() {
  keeper_.reset();
  lease_ticker_.reset();
  ticker_.reset();
  auto record = memory_.record();
  record.ensured.clear();
  base::Status result = memory_.replace(record);
  const auto note = [&](const base::Status& status) {
    if (!status && result) result = status;
  };
  std::vector<std::future<base::Status>> stopping;
  for (const auto& asset : others_) {
    stopping.push_back(std::async(std::launch::async, [&asset] { return asset->stop(); }));
  }
  constexpr Milliseconds drill_limit{10'000};
  note(drill_.discard(context_.clock.wall_now(), context_.clock.now() + drill_limit));
  note(load_balancer_.stop());
  for (auto& stopped : stopping) note(stopped.get());
  note(pool_.stop());
  const auto writer = database_.writer();
  constexpr Milliseconds fast_shutdown{5000};
  for (const bool writers_turn : {false, true}) {
    for (const auto& node : context_.region.database_nodes) {
      if ((node.name == writer) == writers_turn) note(context_.supervisor.stop(node.name, SIGINT, fast_shutdown));
    }
  }
  return result;
}

}  // namespace lifeboat::local
