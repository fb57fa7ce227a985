#include "providers/local/postgres_ledger.h"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "providers/local/postgres_files.h"
#include "providers/local/postgres_quarantine.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using Json = nlohmann::ordered_json;

/// A table of the application, as the quarantined server names it.
struct Table {
  std::string name;     ///< Quoted where needed, with its schema.
  std::string columns;  ///< "id integer, name text …"
};

/// One stored version of a row.
struct RowVersion {
  std::uint32_t created_by = 0;
  std::uint32_t deleted_by = 0;
  Json row;
};
using RowVersions = std::map<RowPlace, RowVersion>;

std::string_view to_string(RowOperation operation) {
  switch (operation) {
    case RowOperation::insert:
      return "insert";
    case RowOperation::update:
      return "update";
    case RowOperation::remove:
      return "delete";
  }
  std::unreachable();
}

/// Everything that the lost transactions did to one table.
struct TableTail {
  std::vector<RowChange> changes;
  std::set<std::uint32_t> bulk_transactions;
  std::set<std::uint32_t> bulk_blocks;
};

base::Result<WalTail> read_tail(const PostgresNode& node, const Lineage& lineage, const Divergence& divergence,
                                const Deadline& deadline) {
  std::vector<WalRecord> all;
  const auto bin = node.program("");
  for (std::size_t index = divergence.first; index < lineage.size(); ++index) {
    const auto from = index == divergence.first ? divergence.from : lineage[index - 1].end;
    auto records = dump_wal(bin, node.paths().data(), lineage[index].timeline, from, deadline);
    if (!records) return std::unexpected(records.error());
    for (auto& record : *records) {
      if (record.start >= from && record.start < lineage[index].end) all.push_back(std::move(record));
    }
  }
  return committed_changes(all);
}

std::map<RelationFile, TableTail> by_table(const WalTail& tail) {
  std::map<RelationFile, TableTail> tables;
  for (const auto& change : tail.changes) tables[change.relation].changes.push_back(change);
  for (const auto& [relation, block, transaction] : tail.bulk_inserts) {
    tables[relation].bulk_transactions.insert(transaction);
    tables[relation].bulk_blocks.insert(block);
  }
  return tables;
}

/// Nothing for a table of the system, of Lifeboat, or that is not there any more.
base::Result<std::optional<Table>> find_table(PostgresClient& client, const RelationFile& relation,
                                              const Deadline& deadline) {
  const auto answer = client.query(
      "SELECT format('%I.%I', n.nspname, c.relname), (SELECT string_agg(format('%I %s', attname,"
      "  format_type(atttypid, atttypmod)), ', ' ORDER BY attnum) FROM pg_attribute"
      "  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped)"
      " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
      " WHERE c.oid = pg_filenode_relation((SELECT CASE WHEN $1::oid = dattablespace THEN 0 ELSE $1::oid END"
      "   FROM pg_database WHERE datname = current_database()), $2::oid)"
      " AND c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'lifeboat')"
      " AND n.nspname NOT LIKE 'pg\\_toast%'",
      deadline.remaining(), {std::to_string(relation.tablespace), std::to_string(relation.file)});
  if (!answer) return std::unexpected(answer.error());
  if (answer->rows.empty()) return std::nullopt;
  return Table{answer->text(0, 0), answer->text(0, 1)};
}

RowPlace parse_place(const std::string& text) {
  RowPlace place;
  if (std::sscanf(text.c_str(), "(%u,%u)", &place.block, &place.offset) != 2) return {};
  return place;
}

std::uint32_t column_number(const std::string& text) {
  return static_cast<std::uint32_t>(std::strtoul(text.c_str(), nullptr, 10));
}

/// The wanted row versions of a table, dead ones too.
base::Result<RowVersions> read_versions(PostgresClient& client, const Table& table, const TableTail& tail,
                                        const Deadline& deadline) {
  std::set<std::uint32_t> blocks = tail.bulk_blocks;
  for (const auto& change : tail.changes) blocks.insert(change.place.block);
  const auto list = fmt::format("{{{}}}", fmt::join(blocks, ","));
  const auto answer =
      client.query(fmt::format("SELECT ctid, xmin, xmax, to_jsonb(t) - 'ctid' - 'xmin' - 'xmax'"
                               " FROM pg_dirtyread('{0}'::regclass) AS t(ctid tid, xmin xid, xmax xid, {1})"
                               " WHERE (ctid::text::point)[0]::bigint = ANY($1::bigint[])",
                               table.name, table.columns),
                   deadline.remaining(), {list});
  if (!answer) return std::unexpected(answer.error());
  RowVersions versions;
  for (std::size_t row = 0; row < answer->rows.size(); ++row) {
    versions[parse_place(answer->text(row, 0))] = {column_number(answer->text(row, 1)),
                                                   column_number(answer->text(row, 2)),
                                                   Json::parse(answer->text(row, 3), nullptr, false)};
  }
  return versions;
}

/// The changes with the places of bulk inserts found by the rows' transactions.
std::vector<RowChange> all_changes(const RelationFile& relation, const TableTail& tail, const RowVersions& versions) {
  auto changes = tail.changes;
  std::set<std::pair<RowPlace, std::uint32_t>> known;
  for (const auto& change : changes) {
    if (change.operation != RowOperation::remove) known.insert({change.place, change.transaction});
  }
  for (const auto& [place, version] : versions) {
    const bool bulk = tail.bulk_transactions.contains(version.created_by) && tail.bulk_blocks.contains(place.block);
    if (!bulk || known.contains({place, version.created_by})) continue;
    changes.push_back({RowOperation::insert, version.created_by, relation, place});
  }
  return changes;
}

Json to_line(const Table& table, const RowChange& change, const RowVersions& versions) {
  Json line{
      {"table", table.name}, {"operation", std::string(to_string(change.operation))}, {"xid", change.transaction}};
  const auto found = versions.find(change.place);
  const bool is_it = found != versions.end() &&
                     (change.operation == RowOperation::remove ? found->second.deleted_by : found->second.created_by) ==
                         change.transaction;
  line["row"] = is_it ? found->second.row : Json(nullptr);
  if (!is_it) line["detail"] = "the row's content was overwritten before the region was lost";
  return line;
}

/// Reads one database's lost rows in the quarantined server.
class LedgerWriter {
 public:
  LedgerWriter(const Quarantine& quarantine, const WalTail& tail, const Deadline& deadline)
      : quarantine_(quarantine), tail_(tail), deadline_(deadline) {}

  base::Status add(const RelationFile& relation, const TableTail& changes) {
    if (auto connected = connect(relation.database); !connected) return connected;
    if (!client_) return {};  // A database that is not there any more.
    const auto table = find_table(*client_, relation, deadline_);
    if (!table) return std::unexpected(table.error());
    if (!*table) return {};
    const auto versions = read_versions(*client_, **table, changes, deadline_);
    if (!versions) return std::unexpected(versions.error());
    for (const auto& change : all_changes(relation, changes, *versions)) {
      lines_ += to_line(**table, change, *versions).dump() + "\n";
      ++rows_;
      const auto parent = tail_.parents.find(change.transaction);
      transactions_.insert(parent == tail_.parents.end() ? change.transaction : parent->second);
    }
    return {};
  }

  const std::string& lines() const { return lines_; }
  std::uint64_t rows() const { return rows_; }
  std::uint64_t transactions() const { return transactions_.size(); }

 private:
  base::Status connect(std::uint32_t database) {
    if (client_ && database == database_) return {};
    client_.reset();
    auto admin = quarantine_.connect("postgres", deadline_.remaining());
    if (!admin) return std::unexpected(admin.error());
    const auto name = admin->query("SELECT datname FROM pg_database WHERE oid = $1::oid", deadline_.remaining(),
                                   {std::to_string(database)});
    if (!name) return std::unexpected(name.error());
    if (name->rows.empty()) return {};
    auto client = quarantine_.connect(name->text(0, 0), deadline_.remaining());
    if (!client) return std::unexpected(client.error());
    // The extension sees deleted rows. It is gone again with everything else that is rewound.
    const auto made = client->query(
        "SET default_transaction_read_only = off; SET transaction_read_only = off;"
        " CREATE EXTENSION IF NOT EXISTS pg_dirtyread",
        deadline_.remaining());
    if (!made) return std::unexpected(made.error());
    client_ = std::move(*client);
    database_ = database;
    return {};
  }

  const Quarantine& quarantine_;
  const WalTail& tail_;
  Deadline deadline_;
  std::optional<PostgresClient> client_;
  std::uint32_t database_ = 0;
  std::string lines_;
  std::uint64_t rows_ = 0;
  std::set<std::uint32_t> transactions_;
};

}  // namespace

base::Result<LedgerSummary> export_diverged_writes(const PostgresNode& node, const PostgresTarget& admin,
                                                   const Lineage& lineage, const Divergence& divergence,
                                                   const std::filesystem::path& file, const Deadline& deadline) {
  LedgerSummary summary;
  summary.bytes = divergence.end.bytes - divergence.from.bytes;
  const auto tail = read_tail(node, lineage, divergence, deadline);
  if (!tail) return std::unexpected(tail.error());
  const auto tables = by_table(*tail);
  if (tables.empty()) return summary;
  const auto quarantine = Quarantine::start(node, admin, deadline);
  if (!quarantine) return std::unexpected(quarantine.error());
  LedgerWriter writer(**quarantine, *tail, deadline);
  for (const auto& [relation, changes] : tables) {
    if (auto added = writer.add(relation, changes); !added) return std::unexpected(added.error());
  }
  summary.rows = writer.rows();
  summary.transactions = writer.transactions();
  if (summary.rows == 0) return summary;
  if (auto made = make_private_folder(file.parent_path()); !made) return std::unexpected(made.error());
  if (auto written = write_file_durably(file, writer.lines()); !written) return std::unexpected(written.error());
  summary.file = file.string();
  return summary;
}

}  // namespace lifeboat::local
