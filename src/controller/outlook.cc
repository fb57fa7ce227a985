#include "controller/outlook.h"

#include <fmt/format.h>

#include <algorithm>

namespace lifeboat::controller {
namespace {

api::OutlookView advice(std::string action, std::string sentence, std::optional<std::string> command = std::nullopt) {
  return {.action = std::move(action), .sentence = std::move(sentence), .command = std::move(command)};
}

api::OutlookView when_lost(const engine::State& state, const api::ReadyView& ready) {
  const auto& lost = state.active_region.value;
  const auto& other = state.standby_region().value;
  if (!state.standby_is_replica) {
    return advice("up",
                  fmt::format("{} is lost, and {} is no replica of it: a failover would serve the past. Bring {} back.",
                              lost, other, lost),
                  "lifeboat up");
  }
  if (state.armed) return advice("wait", fmt::format("{} is lost, and the armed failover is about to go.", lost));
  const auto& refused = state.watch.refused_because;
  if (state.setup.automatic && refused.empty()) {
    return advice("wait", fmt::format("{} is lost; the failover begins by itself once both witnesses agree.", lost));
  }
  auto sentence = fmt::format("{} is lost: {} would take over.", lost, other);
  if (state.setup.automatic) sentence += fmt::format(" No failover begins by itself: {}.", refused);
  if (!ready.predicted_loss_ms) {
    sentence += " How much would be lost is not known: it may need --accept-loss.";
  } else if (*ready.predicted_loss_ms > state.setup.rpo_objective.count()) {
    sentence += fmt::format(" {} ms of writes would be lost, more than the objective of {} ms: it needs --accept-loss.",
                            *ready.predicted_loss_ms, state.setup.rpo_objective.count());
  }
  return advice("failover", std::move(sentence), "lifeboat failover");
}

}  // namespace

const model::ObservedDatabaseNode* replica_between_regions(const runtime::Snapshot& snapshot) {
  const auto standby = snapshot.regions.find(snapshot.state.standby_region());
  if (standby == snapshot.regions.end()) return nullptr;
  const auto replica = std::ranges::find(standby->second.nodes, model::DatabaseRole::cross_region_replica,
                                         &model::ObservedDatabaseNode::role);
  return replica == standby->second.nodes.end() ? nullptr : &*replica;
}

api::OutlookView make_outlook(const engine::State& state, const api::StatusView& status) {
  const auto& active = state.active_region.value;
  const auto& standby = state.standby_region().value;
  if (status.failure) return advice("none", "The controller has stopped deciding: " + *status.failure, "lifeboat log");
  if (state.operation) {
    return advice("wait", fmt::format("{} is under way: wait for it to end.", state.operation->id().value));
  }
  if (!state.built) return advice("up", "The stack is not built yet.", "lifeboat up");
  if (state.lost.contains(state.active_region)) return when_lost(state, status.ready);
  if (!state.standby_is_replica || state.lost.contains(state.standby_region())) {
    return advice("reprotect", fmt::format("{} is no replica of {}: nothing would survive its loss.", standby, active),
                  "lifeboat reprotect");
  }
  if (status.ready.verdict == "not_ready") {
    const auto& findings = status.ready.findings;
    return advice("verify",
                  fmt::format("{} could not take over now{}", standby, findings.empty() ? "." : ": " + findings[0]),
                  "lifeboat verify");
  }
  if (active != status.home_region) {
    return advice("failback", fmt::format("{} is active, {} is home and ready.", active, standby), "lifeboat failback");
  }
  if (status.ready.verdict != "ready") {
    return advice("none", fmt::format("Whether {} could take over is not known yet.", standby));
  }
  return advice("none", fmt::format("Nothing to do: {} could take over now.", standby));
}

}  // namespace lifeboat::controller
