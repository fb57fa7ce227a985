#pragma once

#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/units.h"

namespace lifeboat::local {

/// What a scope knows of drills, as it stands in its drill.json.
struct DrillRecord {
  std::optional<base::WallTime> begun;          ///< The drill whose things are there, or may be.
  std::optional<base::Milliseconds> promotion;  ///< How long the promotion of its clone took, once that was done.
  base::WallTime discarded_through{};           ///< Drills that began up to then are over.
};

/// A missing file is an empty record. Error: record_corrupt when the file cannot be understood.
base::Result<DrillRecord> load_drill_record(const std::filesystem::path& file);
/// Durable when it returns.
base::Status save_drill_record(const std::filesystem::path& file, const DrillRecord& record);

/// The record after a discard that was asked for by the drill that began then. What is there or being made is over too,
/// even if it began later: controllers' clocks differ, and only one drill is under way.
DrillRecord discarded(DrillRecord record, base::WallTime begun);

/// stale_epoch when the drill was discarded, or a later one.
base::Status goes_on(const DrillRecord& record, base::WallTime begun);

}  // namespace lifeboat::local
