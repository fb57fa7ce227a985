#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "engine/agent_duty.h"
#include "engine/effect.h"
#include "engine/input.h"
#include "engine/lease.h"
#include "engine/step.h"
#include "model/observed.h"

namespace lifeboat::ports {

/// One probe of one region, from outside of it.
struct ProbeResult {
  bool agent_answered = false;
  /// The region's load balancer answered a request, with whatever status, and does not say that the write lease of the
  /// region that it serves has ended.
  bool door_answered = false;
  std::string detail;                                   ///< What was seen when one did not.
  std::optional<engine::LeaseRequest> lease_request{};  ///< What the agent that answered asks with.
  std::optional<engine::AgentDuty> duty{};              ///< What it was told and promised.
  std::optional<base::Milliseconds> heard_of_other{};   ///< How long ago it heard of the other region by itself.
  bool superseded = false;                              ///< It obeys a newer controller.
  bool obeys = false;                                   ///< It obeys this controller's term.
};

/// Turns effects into real things. docs/provider-contract.md states, call by call, what a provider may assume, what
/// makes it idempotent and what it answers when a region is unreachable. Every call blocks, ends by its deadline, and
/// may be made from several threads at once; the engine never has two effects with the same id under way.
class Provider {
 public:
  virtual ~Provider() = default;

  /// How long an effect may take in this world: the deadline that it is given.
  virtual base::Milliseconds time_limit(const engine::EffectBody& effect) const { return engine::time_limit(effect); }

  /// Carries out an effect. An unreachable region is ErrorCode::region_unreachable, an older epoch
  /// ErrorCode::stale_epoch.
  virtual base::Result<engine::Outcome> perform(const engine::Effect& effect, base::Instant deadline) = 0;

  /// The term that this controller took and who led before; nothing in a world where controllers have no terms.
  virtual std::optional<engine::Leads> leads() const { return std::nullopt; }
  /// Asks the agent outside both regions whether it still obeys this controller: when it was asked; nothing when it
  /// does not answer. ErrorCode::stale_term when it obeys a newer one.
  virtual base::Result<std::optional<engine::SeatConfirmed>> confirm_seat(base::Milliseconds) {
    return std::optional<engine::SeatConfirmed>();
  }

  /// Takes a lease to its holder. Ends by `timeout`; a lost one is followed by the next, so nothing is answered.
  virtual void grant(const engine::LeaseGrant& grant, base::Milliseconds timeout) = 0;

  /// Asks whether a region is alive; bounded by `timeout`, which is about one detection interval.
  virtual ProbeResult probe(const base::RegionName& region, base::Milliseconds timeout) = 0;

  /// Everything there is to see of a region. An unreachable one is an observation too (reachable = false).
  virtual model::ObservedRegion observe(const base::RegionName& region) = 0;

  /// What parity compares: settings, roles, extensions, schema, live servers, rules. Dear (up to seconds); only verify
  /// asks.
  virtual base::Result<model::RegionFacts> inspect(const base::RegionName& region) = 0;

  /// What lies outside both regions: the DNS server and what it answers for the front door.
  virtual model::ObservedDns observe_dns() = 0;
  virtual std::vector<model::ObservedAsset> observe_global() = 0;
};

}  // namespace lifeboat::ports
