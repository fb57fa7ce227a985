#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "providers/local/deadline.h"
#include "providers/local/postgres_history.h"
#include "providers/local/postgres_node.h"
#include "providers/local/postgres_wal_tail.h"

namespace lifeboat::local {

/// What was written down of the writes that only a lost writer has.
struct LedgerSummary {
  std::uint64_t transactions = 0;  ///< Committed, and with at least one row of the application's.
  std::uint64_t rows = 0;          ///< Rows inserted, updated or deleted by them.
  std::uint64_t bytes = 0;         ///< Of WAL.
  std::string file;                ///< Empty when no row was lost.
};

/// Exports the rows that the stopped node's committed transactions changed beyond the divergence, as JSON lines
/// {"table", "operation", "xid", "row"} into `file`; the row of a deletion is the one that was deleted. Tables
/// of the schema "lifeboat" and of the system are left out. The data is started quarantined for it: read-only, on a
/// private socket, replicating to nobody. Rows whose content is not there any more have "row": null and say why.
base::Result<LedgerSummary> export_diverged_writes(const PostgresNode& node, const PostgresTarget& admin,
                                                   const Lineage& lineage, const Divergence& divergence,
                                                   const std::filesystem::path& file, const Deadline& deadline);

}  // namespace lifeboat::local
