#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/state.h"
#include "journal/survey.h"

namespace lifeboat::journal {

/// Who reigns, from elsewhere than the journal.
struct KnownReign {
  base::RegionName region;
  base::Epoch epoch;
};

/// What a repair has to know besides the journal's bytes.
struct RepairInput {
  engine::Setup setup;
  std::optional<KnownReign> reign;  ///< Used only where the readable records do not say it.
  base::Epoch newest_epoch;         ///< The newest that any region knows; 0: none is known.
  base::WallTime now{};
};

/// What a repair makes of a journal.
struct RepairPlan {
  std::vector<engine::Record> records;  ///< The whole repaired journal.
  std::vector<engine::Record> added;    ///< Those of them that the repair made.
  std::optional<base::OperationId> ended_operation;
  engine::State state;  ///< The fold of `records`; its operation, if there is one, goes on with the next controller.
};

/// Keeps every readable record, and adds what keeps the engine from taking the lost ones for things that never
/// happened: the active region, an end of the operation that lost records, a promise above every epoch that can have
/// been promised, no standby that counts as a replica and nothing armed. Adds nothing where no record is lost.
/// ErrorCode::reign_unknown when neither the records nor `input` say which region reigns. Pure.
base::Result<RepairPlan> plan_repair(const Survey& survey, const RepairInput& input);

/// Carries it out. A crash leaves the old journal or the repaired one; what is replaced stays beside it under a name
/// with "damaged" in it. Returns the paths of these. The folder must be locked, and `parts` be what `survey` was made
/// of.
base::Result<std::vector<std::string>> carry_out_repair(ports::LogFolder& folder, LogParts parts, const Survey& survey,
                                                        const RepairPlan& plan, base::WallTime now);

/// The fold of the records.
engine::State state_after(const engine::Setup& setup, std::span<const engine::Record> records);

}  // namespace lifeboat::journal
