#pragma once

#include <string>
#include <vector>

#include "model/stack.h"

namespace lifeboat::model {

/// One key in which two stacks differ.
struct Change {
  std::string key;     ///< As stack_to_json calls it: "web.count", "home.zones", "recovery.lease_ms".
  std::string before;  ///< As JSON.
  std::string after;
  bool lasting = false;  ///< What the stack's data and addresses rest on: it can't change while they are kept.
};

/// What differs, by key. Pure.
std::vector<Change> changes(const Stack& before, const Stack& after);

/// "web.count 3 → 4, recovery.mode "manual" → "automatic"". Values of the application's environment are left out: some
/// are nobody's business.
std::string to_text(const std::vector<Change>& changes);

}  // namespace lifeboat::model
