#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "readiness/evidence.h"

namespace lifeboat::readiness {

enum class CheckState {
  passed,
  warning,  ///< Something is not as described; a failover would still succeed within its objectives.
  failed,   ///< A failover now would fail, or lose more than the objective allows.
};

/// One question, its answer and what it rests on.
struct Check {
  std::string
      id;  ///< Stable: "active-deployed", "standby-deployed", "parity", "replication", "marker", "dns", "runbook";
           ///< where the stack file asks for synchronous replication between the regions also "synchronous".
  std::string title;
  CheckState state = CheckState::passed;
  std::vector<std::string> evidence;  ///< Sentences: what was seen; first the reasons when it did not pass.
};

struct Verdict {
  bool ready = false;  ///< No check failed.
  std::vector<Check> checks;

  /// The first sentence of every check that did not pass, the failed ones first.
  std::vector<std::string> findings() const;
};

/// Runs every check. Deterministic; the order of checks never changes.
Verdict assess(const Evidence& evidence);

/// Every acknowledged write is in the standby region, as the active one says; false when it does not answer.
bool is_synchronous(const model::Stack& stack, const model::ObservedRegion& active);

/// The finding when it is not, where the stack file asks for it.
std::string not_synchronous(const base::RegionName& active);

/// Writes that a failover now would lose, by what is known of the lag; nothing when it is not known.
std::optional<base::Milliseconds> predicted_loss(const Evidence& evidence);
/// The same from the lag alone. Where nothing may be lost and replication is not synchronous now it is not known
/// either: a lag of 0 ms that was seen says nothing about the writes since.
std::optional<base::Milliseconds> predicted_loss(const model::Stack& stack, bool synchronous,
                                                 std::optional<base::Milliseconds> lag);

std::string_view to_string(CheckState state);

}  // namespace lifeboat::readiness
