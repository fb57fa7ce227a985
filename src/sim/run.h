#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sim/ground.h"

namespace lifeboat::sim {

/// What one simulation came to.
struct Outcome {
  std::uint64_t seed = 0;
  std::uint64_t digest = 0;
  std::uint64_t events = 0;
  Time simulated = 0;
  std::optional<Violation> violation;
  std::map<std::string, std::uint64_t> seen;
};

/// Runs one seed: faults as drawn, then everything healed and an operator who does what is advised, until the stack is
/// well. Never fails otherwise than by a violation.
Outcome run_seed(std::uint64_t seed, const Listener& listener = {});

}  // namespace lifeboat::sim
