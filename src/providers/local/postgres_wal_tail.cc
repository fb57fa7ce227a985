#include "providers/local/postgres_wal_tail.h"

#include <charconv>
#include <optional>
#include <regex>
#include <sstream>

#include "providers/local/postgres_control.h"
#include "providers/local/postgres_program.h"

namespace lifeboat::local {
namespace {

std::uint32_t matched_number(const std::string& text) {
  std::uint32_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

struct BlockReference {
  RelationFile relation;
  std::uint32_t block = 0;
};

/// The first block that a record touches: "blkref #0: rel 1663/5/16385 blk 0".
std::optional<BlockReference> first_block(const std::string& description) {
  static const std::regex pattern(R"(blkref #0: rel (\d+)/(\d+)/(\d+) blk (\d+))");
  std::smatch match;
  if (!std::regex_search(description, match, pattern)) return std::nullopt;
  return BlockReference{{matched_number(match[1]), matched_number(match[2]), matched_number(match[3])},
                        matched_number(match[4])};
}

std::optional<RowChange> row_change(const WalRecord& record) {
  static const std::regex pattern(R"(^(INSERT|DELETE|UPDATE|HOT_UPDATE)(?:\+INIT)? off (\d+)(?:.*; new off (\d+))?)");
  std::smatch match;
  const auto block = first_block(record.description);
  if (record.manager != "Heap" || !block || !std::regex_search(record.description, match, pattern)) {
    return std::nullopt;
  }
  const bool is_update = match[1].str().ends_with("UPDATE");
  const auto operation = is_update              ? RowOperation::update
                         : match[1] == "INSERT" ? RowOperation::insert
                                                : RowOperation::remove;
  // An update's first block is the one that takes the new row version.
  const auto offset = matched_number(is_update ? match[3].str() : match[2].str());
  return RowChange{operation, record.transaction, block->relation, {block->block, offset}};
}

/// The transactions that a commit record commits, each with the transaction it belongs to.
void note_commit(const WalRecord& record, std::map<std::uint32_t, std::uint32_t>& committed) {
  static const std::regex prepared(R"(^COMMIT_PREPARED (\d+):)");
  static const std::regex children(R"(subxacts:((?: \d+)+))");
  std::smatch match;
  auto top = record.transaction;
  if (std::regex_search(record.description, match, prepared)) top = matched_number(match[1]);
  committed[top] = top;
  if (!std::regex_search(record.description, match, children)) return;
  std::istringstream list(match[1].str());
  for (std::uint32_t child = 0; list >> child;) committed[child] = top;
}

}  // namespace

std::vector<WalRecord> parse_wal_dump(const std::string& text) {
  static const std::regex pattern(
      R"(^rmgr: (\S+)\s+len \(rec/tot\):\s*\d+/\s*(\d+), tx:\s*(\d+), lsn: ([0-9A-F]+/[0-9A-F]+), prev [0-9A-F/]+, desc: (.*))");
  std::vector<WalRecord> records;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    std::smatch match;
    if (!std::regex_match(line, match, pattern)) continue;
    records.push_back({match[1], matched_number(match[2]), matched_number(match[3]),
                       parse_lsn(match[4].str()).value_or(base::Lsn{}), match[5]});
  }
  return records;
}

base::Result<std::vector<WalRecord>> dump_wal(const std::filesystem::path& postgres_bin,
                                              const std::filesystem::path& data, std::uint32_t timeline, base::Lsn from,
                                              const Deadline& deadline) {
  // pg_waldump ends with an error at the end of the WAL, which is where it should end.
  const auto text = run_program({.argv = {postgres_bin / "pg_waldump", "-p", data / "pg_wal", "-t",
                                          std::to_string(timeline), "-s", base::to_string(from)},
                                 .working_directory = data,
                                 .environment = {},
                                 .any_status = true},
                                deadline, {});
  if (!text) return std::unexpected(text.error());
  return parse_wal_dump(*text);
}

WalTail committed_changes(const std::vector<WalRecord>& records) {
  WalTail tail;
  for (const auto& record : records) {
    if (record.manager == "Transaction" && record.description.starts_with("COMMIT")) note_commit(record, tail.parents);
  }
  for (const auto& record : records) {
    if (!tail.parents.contains(record.transaction)) continue;
    if (const auto change = row_change(record)) tail.changes.push_back(*change);
    const auto block = first_block(record.description);
    if (block && record.manager == "Heap2" && record.description.starts_with("MULTI_INSERT")) {
      tail.bulk_inserts.insert({block->relation, block->block, record.transaction});
    }
  }
  return tail;
}

}  // namespace lifeboat::local
