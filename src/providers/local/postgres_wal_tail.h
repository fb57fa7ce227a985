#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "providers/local/deadline.h"

namespace lifeboat::local {

/// One record as pg_waldump prints it.
struct WalRecord {
  std::string manager;  ///< "Heap", "Transaction" …
  std::uint32_t length = 0;
  std::uint32_t transaction = 0;  ///< 0 where there is none.
  base::Lsn start;
  std::string description;  ///< Everything after "desc: ".
};

/// Every valid record of the timeline from `from` to the end of the WAL. Empty when there is none.
base::Result<std::vector<WalRecord>> dump_wal(const std::filesystem::path& postgres_bin,
                                              const std::filesystem::path& data, std::uint32_t timeline, base::Lsn from,
                                              const Deadline& deadline);
std::vector<WalRecord> parse_wal_dump(const std::string& text);

/// A table as the WAL names it.
struct RelationFile {
  std::uint32_t tablespace = 0;
  std::uint32_t database = 0;
  std::uint32_t file = 0;
  auto operator<=>(const RelationFile&) const = default;
};

/// The place of a row version in its table.
struct RowPlace {
  std::uint32_t block = 0;
  std::uint32_t offset = 0;
  auto operator<=>(const RowPlace&) const = default;
};

enum class RowOperation { insert, update, remove };

/// One row operation of a transaction that had committed: for an insert and an update the place of the new row version,
/// for a delete that of the old one.
struct RowChange {
  RowOperation operation = RowOperation::insert;
  std::uint32_t transaction = 0;
  RelationFile relation;
  RowPlace place;
  auto operator<=>(const RowChange&) const = default;
};

/// What a tail of the WAL did to rows.
struct WalTail {
  std::vector<RowChange> changes;  ///< In the WAL's order, committed transactions only.
  /// Blocks that a bulk insert wrote, with its transaction; pg_waldump does not print the rows' places.
  std::set<std::tuple<RelationFile, std::uint32_t, std::uint32_t>> bulk_inserts;  ///< Relation, block, transaction.
  /// Subtransactions and the transaction that each of them committed with.
  std::map<std::uint32_t, std::uint32_t> parents;
};

WalTail committed_changes(const std::vector<WalRecord>& records);

}  // namespace lifeboat::local
