#pragma once

#include <span>
#include <vector>

#include "api/log_view.h"
#include "api/operation_view.h"
#include "base/units.h"
#include "engine/record.h"
#include "engine/state.h"

namespace lifeboat::controller {

/// What an operation did so far: its phases' sentences and each effect's progress, with times from the records.
api::OperationView view_of(const engine::Operation& operation, const engine::State& state,
                           std::span<const engine::Record> records, base::WallTime now);

/// The operation with this id, running or in the history; null when there is none.
const engine::Operation* find_operation(const engine::State& state, const base::OperationId& id);

/// The records after `after` that say something to an operator; `seq` is a record's place, counted from 1.
std::vector<api::LogEntryView> log_after(std::span<const engine::Record> records, std::uint64_t after);

}  // namespace lifeboat::controller
