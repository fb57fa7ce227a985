#pragma once

#include "api/outlook_view.h"
#include "api/status_view.h"
#include "engine/state.h"
#include "runtime/runtime.h"

namespace lifeboat::controller {

/// The replica that a failover would promote, as it was last seen; null when there is none.
const model::ObservedDatabaseNode* replica_between_regions(const runtime::Snapshot& snapshot);

/// What there is to do now, in the order in which it matters; without the predictions. `status` is of the same state.
/// Pure.
api::OutlookView make_outlook(const engine::State& state, const api::StatusView& status);

}  // namespace lifeboat::controller
