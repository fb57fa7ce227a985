#include "engine/invariants.h"

#include "base/assert.h"
#include "engine/grants.h"
#include "engine/table.h"
#include "engine/tasks.h"

namespace lifeboat::engine {
namespace {

struct RecordCheck {
  const State& state;

  void operator()(const OperationStarted& record) const {
    LIFEBOAT_ASSERT(!state.operation || state.operation->id() == record.supersedes, "only one operation at a time");
    LIFEBOAT_ASSERT(record.from == state.active_region, "an operation begins at the active region");
    LIFEBOAT_ASSERT(!moves_the_writer(record.kind) || record.to != record.from, "a move has two ends");
  }
  void operator()(const EpochPromised& record) const {
    LIFEBOAT_ASSERT(record.epoch > state.promised_epoch, "epochs only grow");
    LIFEBOAT_ASSERT(record.epoch > state.epoch, "a promised epoch is newer than the reign's");
  }
  void operator()(const PhaseEntered& record) const {
    LIFEBOAT_ASSERT(state.operation && state.operation->id() == record.operation, "a phase belongs to what runs");
    if (record.phase != Phase::promoting) return;
    LIFEBOAT_ASSERT(promotion_is_covered(*state.operation), "no promotion without a fence certificate (P2)");
    LIFEBOAT_ASSERT(state.operation->started.to != state.active_region, "the active region is not promoted");
  }
  void operator()(const ReignBegan& record) const {
    LIFEBOAT_ASSERT(record.epoch > state.epoch, "a new reign has a newer epoch");
    LIFEBOAT_ASSERT(record.epoch == state.promised_epoch, "only the newest promised epoch can begin");
    LIFEBOAT_ASSERT(record.region == state.active_region || (state.operation && state.operation->promotion),
                    "another region reigns only after its promotion");
  }
  void operator()(const OperationEnded& record) const {
    LIFEBOAT_ASSERT(state.operation && state.operation->id() == record.operation, "only what runs can end");
  }
  template <class Other>
  void operator()(const Other&) const {}
};

}  // namespace

bool promotion_is_covered(const Operation& operation) {
  if (operation.started.accept_split_brain_risk) return true;
  const auto& certificate = operation.certificate;
  return certificate && certificate->region == operation.started.from &&
         certificate->epoch >= operation.previous_epoch && operation.epoch > certificate->epoch;
}

void assert_may_record(const State& state, const Record& record) {
  std::visit(RecordCheck{state}, record);
}

void assert_may_grant(const State& state, const LeaseGrant& grant) {
  const auto owner = lease_owner(state);
  LIFEBOAT_ASSERT(owner && owner->region == grant.region && owner->epoch == grant.epoch,
                  "a lease is granted only to the region that reigns or is being promoted (P1)");
  LIFEBOAT_ASSERT(grant.epoch == state.promised_epoch || !state.operation || !state.operation->promotion,
                  "no lease of an older epoch after a promotion (P1)");
}

void assert_may_issue(const State& state, const Effect& effect) {
  LIFEBOAT_ASSERT(state.operation, "effects belong to the operation that runs");
  const auto& operation = *state.operation;
  if (const auto* fence = std::get_if<FenceRegion>(&effect.body)) {
    LIFEBOAT_ASSERT(fence->method != FenceMethod::expiry,
                    "a fence by expiry is nobody's to carry out but the engine's");
  }
  if (const auto* promote = std::get_if<Promote>(&effect.body)) {
    LIFEBOAT_ASSERT(operation.phase == Phase::promoting, "promotions happen in their phase");
    LIFEBOAT_ASSERT(promotion_is_covered(operation), "no promotion without a fence certificate (P2)");
    LIFEBOAT_ASSERT(promote->region == operation.started.to && promote->region != state.active_region,
                    "the region that is promoted is the one that does not reign");
    LIFEBOAT_ASSERT(promote->epoch == state.promised_epoch, "a promotion begins the newest promised epoch");
  }
  if (const auto* reopen = std::get_if<ReopenWriter>(&effect.body)) {
    LIFEBOAT_ASSERT(!operation.promotion, "nothing is reopened after a promotion (P1)");
    LIFEBOAT_ASSERT(reopen->region == state.active_region, "only the region that reigns is reopened");
  }
  if (operation.started.kind == OperationKind::drill) {
    const bool is_of_drill = std::holds_alternative<CloneForDrill>(effect.body) ||
                             std::holds_alternative<RehearseFailover>(effect.body) ||
                             std::holds_alternative<DiscardClone>(effect.body);
    LIFEBOAT_ASSERT(is_of_drill, "a drill touches nothing but its clone (P8)");
    LIFEBOAT_ASSERT(operation.phase == Phase::discarding || operation.started.to != state.active_region,
                    "a drill is made beside the active path (P8)");
  }
  const bool undoing = operation.phase == Phase::reopening;
  if (operation.started.kind == OperationKind::failover && !undoing &&
      !std::holds_alternative<FenceRegion>(effect.body)) {
    LIFEBOAT_ASSERT(region_of(effect.body) != operation.started.from, "a failover does not need the lost region");
  }
}

}  // namespace lifeboat::engine
