#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"
#include "engine/state.h"
#include "journal/repair.h"
#include "journal/survey.h"

namespace lifeboat::cli {

/// What a stack's journal says, as far as it can be read.
struct JournalFacts {
  std::string stack;
  journal::Survey survey;
  engine::State state;  ///< The fold of the readable records.
};

/// What `lifeboat journal check` prints.
std::string journal_text(const Terminal& terminal, const JournalFacts& facts);
/// The same as docs/json.md has it.
std::string journal_document(const JournalFacts& facts);

struct RepairFacts {
  std::string stack;
  journal::Survey survey;  ///< Before the repair.
  journal::RepairPlan plan;
  std::vector<std::string> originals;  ///< The files that were put aside.
  bool dry_run = false;
};

/// What `lifeboat journal repair` prints.
std::string repair_text(const Terminal& terminal, const RepairFacts& facts);
std::string repair_document(const RepairFacts& facts);

/// "record 5 is lost", "records 5–7 are lost".
std::string lost_text(const journal::Gap& gap);

}  // namespace lifeboat::cli
