#include "sim/checkers.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>
#include <variant>

#include "sim/world.h"

namespace lifeboat::sim {
namespace {

/// The writes that a log has.
std::unordered_set<WriteId> writes_of(const Region& region) {
  std::unordered_set<WriteId> writes;
  for (const auto& entry : region.database.log()) writes.insert(entry.write);
  return writes;
}

const engine::Operation* find_operation(const engine::State& state, const base::OperationId& id) {
  if (state.operation && state.operation->id() == id) return &*state.operation;
  const auto found = std::ranges::find(state.history, id, &engine::Operation::id);
  return found == state.history.end() ? nullptr : &*found;
}

}  // namespace

void Checkers::look(const Region& home, const Region& standby) {
  if (!home.can_commit() || !standby.can_commit()) return;
  ground_.violated("two writers", fmt::format("{} can commit in epoch {} and {} in epoch {}", home.name().value,
                                              home.page.epoch.value, standby.name().value, standby.page.epoch.value));
}

void Checkers::committing(const Region& region) {
  if (region.holds_lease()) return;
  ground_.violated("committed without a lease", region.name().value);
}

void Checkers::acknowledged(const Region& region, base::Epoch epoch, WriteId write) {
  const auto& name = region.name().value;
  if (!region.holds_lease()) {
    ground_.violated("acknowledged without a lease", fmt::format("{} acknowledged write {}", name, write));
  }
  if (epoch < newest_) {
    ground_.violated("acknowledged in an old epoch",
                     fmt::format("{} acknowledged write {} in epoch {} after a write of epoch {} was acknowledged",
                                 name, write, epoch.value, newest_.value));
  }
  if (newest_ < epoch) {
    ground_.tell([&] { return fmt::format("the first write of epoch {} is acknowledged, by {}", epoch.value, name); });
  }
  newest_ = std::max(newest_, epoch);
  last_acknowledgement_ = ground_.now();
  acknowledged_.insert_or_assign(write, Acknowledged{epoch, &region, ground_.now()});
}

void Checkers::duty_is(const Region& region, const engine::AgentDuty& duty) {
  auto& before = duties_[&region];
  const bool shrank = duty.newest < before.newest || duty.fenced_through < before.fenced_through ||
                      duty.term.number < before.term.number || duty.epoch < before.epoch;
  if (shrank) {
    ground_.violated(
        "an agent forgets",
        fmt::format("{}: from epoch {}, fenced through {}, term {} to epoch {}, fenced through {}, term {}",
                    region.name().value, before.newest.value, before.fenced_through.value, before.term.number,
                    duty.newest.value, duty.fenced_through.value, duty.term.number));
  }
  const bool same_term = duty.term.number == before.term.number && duty.term.number > 0;
  if (same_term && duty.term != before.term) {
    ground_.violated("two controllers of one term", fmt::format("term {} is {}'s and {}'s", duty.term.number,
                                                                before.term.controller, duty.term.controller));
  }
  before = duty;
}

void Checkers::promoted(const Region& region, const Region& other, base::Epoch epoch) {
  ++ground_.seen["a promotion"];
  if (!other.can_commit()) return;
  ground_.violated("promoted without a fence",
                   fmt::format("{} is promoted in epoch {} while {} can commit in epoch {}", region.name().value,
                               epoch.value, other.name().value, other.page.epoch.value));
}

void Checkers::recorded(const World& world, const engine::State& state, const engine::Record& record) {
  if (const auto* done = std::get_if<engine::EffectSucceeded>(&record)) {
    if (const auto* certificate = std::get_if<engine::FenceCertificate>(&done->outcome)) {
      check_certificate(world, state, *certificate);
    }
  } else if (const auto* reign = std::get_if<engine::ReignBegan>(&record)) {
    const auto* operation = find_operation(state, reign->operation);
    if (operation != nullptr) check_moved(world, *operation, *reign);
  } else if (const auto* ended = std::get_if<engine::OperationEnded>(&record)) {
    const auto* operation = find_operation(state, ended->operation);
    if (operation == nullptr) return;
    ++ground_.seen[fmt::format("{} {}", to_string(operation->started.kind), to_string(ended->verdict))];
  } else if (const auto* started = std::get_if<engine::OperationStarted>(&record)) {
    if (!started->supersedes.empty()) ++ground_.seen["an operation superseded"];
    if (started->kind == engine::OperationKind::failover) {
      ++ground_
            .seen[fmt::format("failover by {}, fenced by {}", to_string(started->trigger), to_string(started->method))];
    }
    if (started->kind == engine::OperationKind::failover && started->trigger == engine::Trigger::automatic)
      check_witness(state, *started);
  } else if (std::holds_alternative<engine::PhaseEntered>(record)) {
    if (ground_.phase_entered) ground_.phase_entered();
  } else if (const auto* taken = std::get_if<engine::TermTaken>(&record)) {
    ++ground_.seen[taken->continues ? "a term that continues" : "a term after another controller's"];
  } else if (std::holds_alternative<engine::Adopted>(record)) {
    ++ground_.seen["an empty journal adopts"];
  } else if (std::holds_alternative<engine::AutomaticRefused>(record)) {
    ++ground_.seen["automatic failover refused"];
  }
}

void Checkers::check_witness(const engine::State& state, const engine::OperationStarted& started) {
  const auto lost = state.watch.regions.find(started.from);
  if (lost == state.watch.regions.end() || lost->second.misses < state.setup.detection_threshold) {
    return ground_.violated("failed over from a region that answers", started.from.value);
  }
  const auto watch = state.watch.regions.find(started.to);
  if (watch == state.watch.regions.end()) return;
  const auto& heard = watch->second.heard_of_other;
  if (!heard || *heard >= state.setup.silence()) return;
  ground_.violated("failed over from a region that is heard",
                   fmt::format("{} heard of {} {} ms before", started.to.value, started.from.value, heard->count()));
}

void Checkers::check_certificate(const World& world, const engine::State& state,
                                 const engine::FenceCertificate& certificate) {
  const auto& region = world.region(certificate.region);
  // A controller that has been overtaken and doesn't know it yet: the region that it would promote refuses its term,
  // so the certificate is nobody's leave. ("promoted without a fence" looks, should that region promote all the same.)
  if (world.region(state.setup.other(certificate.region)).agent.duty().term.number > state.term.number) {
    ++ground_.seen["a certificate of a controller that was overtaken"];
    return;
  }
  ++ground_.seen[fmt::format("certificate by {}", to_string(certificate.method))];
  // However it was fenced, the databases must see no lease any more; that they are stopped besides is the second line.
  const bool power = certificate.method == engine::FenceMethod::power;
  const bool open = !power && region.powered() && region.holds_lease();
  if (!open && !region.can_commit()) return;
  ground_.violated("a wrong certificate",
                   fmt::format("{} is certified to be fenced through epoch {} by {}, and holds a lease of epoch {}",
                               region.name().value, certificate.epoch.value, to_string(certificate.method),
                               region.page.epoch.value));
}

void Checkers::check_moved(const World& world, const engine::Operation& operation, const engine::ReignBegan& reign) {
  const auto kind = operation.started.kind;
  const bool planned = kind == engine::OperationKind::switchover || kind == engine::OperationKind::failback;
  if (!planned || reign.region != operation.started.to) return;
  const auto there = writes_of(world.region(reign.region));
  for (const auto& [write, told] : acknowledged_) {
    if (there.contains(write) || ledger_.contains(write)) continue;
    return ground_.violated("a write lost by a switchover",
                            fmt::format("write {}, acknowledged by {} in epoch {}, is not in {}", write,
                                        told.region->name().value, told.epoch.value, reign.region.value));
  }
}

void Checkers::dropped(const Region& region, WriteId write) {
  const auto told = acknowledged_.find(write);
  if (told == acknowledged_.end() || ledger_.contains(write)) return;
  ground_.violated("a write lost without a trace",
                   fmt::format("write {}, acknowledged by {} in epoch {}, is dropped in {} and in no ledger", write,
                               told->second.region->name().value, told->second.epoch.value, region.name().value));
}

void Checkers::finish(const Region& reigning) {
  const auto there = writes_of(reigning);
  std::uint64_t lost = 0;
  for (const auto& [write, told] : acknowledged_) {
    if (there.contains(write)) continue;
    ++lost;
    if (ledger_.contains(write)) continue;
    return ground_.violated(
        "an acknowledged write is gone",
        fmt::format("write {}, acknowledged by {} in epoch {} at {:.3f} s, is neither in {} nor in a "
                    "ledger",
                    write, told.region->name().value, told.epoch.value,
                    static_cast<double>(told.at) / static_cast<double>(second), reigning.name().value));
  }
  ground_.seen["acknowledged writes"] += acknowledged_.size();
  ground_.seen["acknowledged writes lost and in a ledger"] += lost;
}

}  // namespace lifeboat::sim
