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
      id;  ///< Stable: "active-deployed", "standby-deployed", "parity", "replication", "marker", "dns", "runbook".
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

/// Writes that a failover now would lose, by what is known of the lag; nothing when it is not known.
std::optional<base::Milliseconds> predicted_loss(const Evidence& evidence);

std::string_view to_string(CheckState state);

}  // namespace lifeboat::readiness
