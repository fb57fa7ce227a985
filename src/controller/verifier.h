#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "engine/command.h"
#include "engine/state.h"
#include "model/stack.h"
#include "ports/clock.h"
#include "ports/markers.h"
#include "ports/provider.h"
#include "readiness/check.h"

namespace lifeboat::controller {

/// What the verifier asks; all of it outlives the verifier.
struct VerifierPorts {
  ports::Provider& provider;
  ports::Markers& markers;
  ports::Clock& clock;
};

/// How long the verifier waits for what, and how often it looks meanwhile: worlds differ in what a look costs.
struct VerifierTimes {
  base::Milliseconds marker_limit{5000};  ///< For a marker to be written, and again for it to arrive.
  base::Milliseconds marker_interval{5};
  base::Milliseconds settle_limit{2000};  ///< For a part that fails to be well again.
  base::Milliseconds settle_interval{50};
};

/// Collects the evidence for a verdict: both regions observed and inspected, DNS asked, a marker sent through. Safe to
/// call from any thread; blocks for up to some seconds when a region hangs.
class Verifier {
 public:
  /// `door_address` gives the address of a region's load balancer, which DNS must answer when that region is active.
  using DoorAddress = std::function<std::string(const base::RegionName&)>;

  Verifier(VerifierPorts ports, model::Stack stack, DoorAddress door_address, VerifierTimes times = {});

  readiness::Evidence collect(const engine::State& state) const;
  /// Ends every wait for what has not arrived yet, now and from here on; a look at a part still takes its time.
  void stop() { stop_.request_stop(); }
  /// Whether the region's agent answers at this moment.
  bool answers(const base::RegionName& region) const { return ports_.provider.observe(region).reachable; }
  const model::Stack& stack() const { return stack_; }

 private:
  model::ObservedRegion observe_settled(const base::RegionName& region) const;
  void await_synchrony(readiness::Evidence& evidence) const;
  void collect_facts(readiness::Evidence& evidence) const;
  readiness::MarkerEvidence send_marker(const base::RegionName& standby) const;
  void await_marker(const base::RegionName& standby, readiness::MarkerEvidence& evidence) const;
  /// False, early, once stop() was called.
  bool wait(base::Milliseconds duration) const;

  VerifierPorts ports_;
  model::Stack stack_;
  DoorAddress door_address_;
  VerifierTimes times_;
  std::stop_source stop_;
};

/// The verdict in the words of the engine's commands.
engine::Readiness to_engine(const readiness::Verdict& verdict, std::optional<base::Milliseconds> predicted_loss);

}  // namespace lifeboat::controller
