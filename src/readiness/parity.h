#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/observed.h"

namespace lifeboat::readiness {

/// A difference between the regions that nobody has declared to be right.
struct Difference {
  std::string part;    ///< "database", "lb" …
  std::string fact;    ///< "setting work_mem", "version" …; empty: one region says nothing of the whole part.
  std::string active;  ///< What the active region has; "(absent)" when it has none.
  std::string standby;

  std::string text() const;
};

/// A fact that may differ, and why. The list is data, so that `verify` can print it.
struct AllowedDifference {
  std::string_view part;  ///< "*" for every part.
  std::string_view fact;
  std::string_view reason;
};

const std::vector<AllowedDifference>& allowed_differences();

/// Compares observed with observed, part by part, in the order of part and fact names.
std::vector<Difference> differences(const model::RegionFacts& active, const model::RegionFacts& standby);

}  // namespace lifeboat::readiness
