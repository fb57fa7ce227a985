#include "engine/tasks.h"

#include <algorithm>
#include <type_traits>

#include "base/assert.h"

namespace lifeboat::engine {
namespace {

using model::RegionRole;
using model::TrafficMode;

EffectId effect_id(const Operation& operation, const std::string& step) {
  return {operation.id().value + "/" + step};
}

class TaskList {
 public:
  explicit TaskList(const Operation& operation) : operation_(operation) {}

  EffectId add(const std::string& step, EffectBody body, std::vector<EffectId> after = {}) {
    auto id = effect_id(operation_, step);
    tasks_.push_back({id, std::move(body), std::move(after)});
    return id;
  }
  std::vector<Task> take() { return std::move(tasks_); }

 private:
  const Operation& operation_;
  std::vector<Task> tasks_;
};

std::vector<Task> only(const Operation& operation, const std::string& step, EffectBody body) {
  TaskList list(operation);
  list.add(step, std::move(body));
  return list.take();
}

}  // namespace

std::vector<Task> preparing_tasks(const State& state, const Operation& operation) {
  return only(operation, "prepare", PrepareSwitchover{operation.started.from, state.epoch});
}

std::vector<Task> holding_tasks(const State& state, const Operation& operation) {
  return only(operation, "hold", HoldWrites{operation.started.from, state.epoch});
}

std::vector<Task> unholding_tasks(const State& state, const Operation& operation) {
  const auto& from = operation.started.from;
  return only(operation, "unhold", ReleaseWrites{from, from, state.epoch});
}

EffectId fence_id(const Operation& operation) {
  return effect_id(operation, "fence");
}

std::vector<Task> fencing_tasks(const State&, const Operation& operation) {
  const auto& started = operation.started;
  TaskList list(operation);
  std::vector<EffectId> promised;
  if (started.method == FenceMethod::expiry) {
    promised.push_back(list.add("promise", PromiseEpoch{started.to, operation.epoch}));
  }
  list.add("fence",
           FenceRegion{started.from, started.method, operation.previous_epoch, started.kind != OperationKind::failover},
           promised);
  return list.take();
}

std::vector<Task> reopening_tasks(const State&, const Operation& operation) {
  const auto& [from, to, epoch] = std::tie(operation.started.from, operation.started.to, operation.epoch);
  TaskList list(operation);
  const auto reopened = list.add("reopen", ReopenWriter{from, epoch});
  const auto assigned = list.add("assign/" + from.value, AssignRole{from, RegionRole::active, from, epoch}, {reopened});
  list.add("traffic/" + from.value, SetTraffic{from, TrafficMode::serve, epoch}, {assigned});
  list.add("release", ReleaseWrites{from, from, epoch}, {assigned});
  return list.take();
}

std::vector<Task> draining_tasks(const State&, const Operation& operation) {
  LIFEBOAT_ASSERT(operation.certificate && operation.certificate->final_position,
                  "a switchover's fence is plausible only with a final position");
  return only(operation, "drain", DrainReplication{operation.started.to, *operation.certificate->final_position});
}

std::vector<Task> promoting_tasks(const State&, const Operation& operation) {
  return only(operation, "promote", Promote{operation.started.to, operation.epoch});
}

std::vector<Task> directing_tasks(const State&, const Operation& operation) {
  const auto& [to, epoch] = std::tie(operation.started.to, operation.epoch);
  TaskList list(operation);
  // A region that serves before it knows that it reigns would send writes to the old writer.
  const auto assigned = list.add("assign/" + to.value, AssignRole{to, RegionRole::active, to, epoch});
  list.add("traffic/" + to.value, SetTraffic{to, TrafficMode::serve, epoch}, {assigned});
  list.add("dns", WriteDnsRecord{to, epoch});
  return list.take();
}

std::vector<Task> releasing_tasks(const State&, const Operation& operation) {
  const auto& [from, to, epoch] = std::tie(operation.started.from, operation.started.to, operation.epoch);
  TaskList list(operation);
  const auto assigned = list.add("assign/" + to.value, AssignRole{to, RegionRole::active, to, epoch});
  const auto released = list.add("release", ReleaseWrites{from, to, epoch});
  // A region that serves before it knows that it reigns would send writes to the old writer.
  const auto served = list.add("traffic/" + to.value, SetTraffic{to, TrafficMode::serve, epoch}, {assigned});
  // The other way round, the two doors would forward to each other for a moment.
  list.add("traffic/" + from.value, SetTraffic{from, TrafficMode::forward, epoch}, {served, released});
  list.add("assign/" + from.value, AssignRole{from, RegionRole::standby, to, epoch}, {released});
  list.add("dns", WriteDnsRecord{to, epoch}, {served});
  return list.take();
}

std::vector<Task> confirming_tasks(const State& state, const Operation& operation) {
  TaskList list(operation);
  list.add("confirm-dns", ConfirmDns{state.active_region});
  list.add("confirm-service", ConfirmService{state.active_region, state.epoch});
  return list.take();
}

std::vector<Task> returning_tasks(const State& state, const Operation& operation) {
  const auto& [from, to] = std::tie(operation.started.from, operation.started.to);
  return only(operation, "reprotect", Reprotect{from, to, state.epoch});
}

std::vector<Task> measuring_tasks(const State& state, const Operation& operation) {
  // Clients of a region that is lost fail before the controller knows of it; a planned move hurts nobody before it
  // begins.
  constexpr base::Milliseconds unnoticed{2500};
  auto since = operation.started.at;
  const auto lost = state.lost.find(operation.started.from);
  if (lost != state.lost.end()) since = std::min(since, lost->second.first_miss_at);
  if (operation.started.kind == OperationKind::failover) since -= unnoticed;
  return only(operation, "measure", MeasureClients{operation.id(), since});
}

std::vector<Task> cloning_tasks(const State&, const Operation& operation) {
  return only(operation, "clone", CloneForDrill{operation.started.to, operation.started.at});
}

std::vector<Task> rehearsing_tasks(const State&, const Operation& operation) {
  return only(operation, "rehearse", RehearseFailover{operation.started.to, operation.started.at});
}

std::vector<Task> discarding_tasks(const State&, const Operation& operation) {
  return only(operation, "discard", DiscardClone{operation.started.to, operation.started.at});
}

base::RegionName region_of(const EffectBody& body) {
  return std::visit(
      [](const auto& effect) -> base::RegionName {
        using Body = std::decay_t<decltype(effect)>;
        if constexpr (std::is_same_v<Body, EnsureAsset>) {
          return effect.asset.region;
        } else if constexpr (std::is_same_v<Body, WriteDnsRecord> || std::is_same_v<Body, ConfirmDns> ||
                             std::is_same_v<Body, MeasureClients>) {
          return {};  // They name a region, and talk to the DNS server or to nobody.
        } else {
          return effect.region;
        }
      },
      body);
}

}  // namespace lifeboat::engine
