#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "api/status_view.h"
#include "model/stack.h"
#include "readiness/check.h"
#include "runtime/runtime.h"

namespace lifeboat::controller {

/// What a status needs besides the runtime's snapshot.
struct StatusSurroundings {
  const model::Stack& stack;
  api::ControllerView controller;
  /// Where an asset listens, known from the description even when its region is dead.
  std::function<std::optional<std::pair<std::string, std::uint16_t>>(const base::AssetId&)> endpoint_of;
  std::optional<readiness::Verdict> verdict;  ///< The latest of verify; nothing when nobody has looked yet.
  bool looks_only = false;                    ///< The controller works on nothing.
  std::string worked_on_by{};  ///< Who works on the operation that runs, where this controller only looks.
};

/// Everything that `lifeboat status` shows. Described parts that nobody can see now are listed as unknown, never left
/// out.
api::StatusView make_status(const runtime::Snapshot& snapshot, const StatusSurroundings& surroundings);

}  // namespace lifeboat::controller
