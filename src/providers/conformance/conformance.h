#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "model/stack.h"
#include "ports/clock.h"
#include "ports/provider.h"

namespace lifeboat::conformance {

/// A provider with an empty world, ready for its stack to be built, and what the suite may do to that world.
struct Subject {
  ports::Provider& provider;
  ports::Clock& clock;
  const model::Stack& stack;
  /// Everything of the region ends without a word.
  std::function<void(const base::RegionName&)> kill_region;
  base::Milliseconds patience{60'000};  ///< The deadline given to each effect.
  /// The lost region's power is back; in a world where StartRegion itself brings it back, nothing.
  std::function<void(const base::RegionName&)> revive_region{};
};

/// Builds the stack, tries the contract call by call, loses the home region, fails over, reprotects. Each sentence of
/// the answer is something that the provider does not do as it must; none means that it conforms. Takes as long as the
/// provider does.
std::vector<std::string> check(const Subject& subject);

}  // namespace lifeboat::conformance
