#include "providers/aws/sql_tasks.h"

#include <fmt/format.h>

#include "providers/aws/sql_script.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;

/// A session of ours may begin under the setting that it is to undo.
constexpr std::string_view begin_writing = "SET default_transaction_read_only = off;\n";

/// Every other client's session in this database. RDS's own administrator can't be ended, and writes nothing here.
constexpr std::string_view other_sessions =
    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    " AND datname = current_database() AND usename IS DISTINCT FROM 'rdsadmin'";

/// Those that began before the setting was there, and may have read the old one. Clients that connect anew get the new
/// one; a pool does so all the time.
std::string older_sessions() {
  return fmt::format("{} AND backend_start < current_setting('lifeboat.closed_at')::timestamptz", other_sessions);
}

/// Ends the older sessions and looks again for 10 s at most; inside one transaction PostgreSQL would remember what it
/// saw.
std::string end_older_sessions() {
  return fmt::format(
      "SELECT set_config('lifeboat.closed_at', clock_timestamp()::text, false);\n"
      "DO $$ BEGIN FOR attempt IN 1..100 LOOP\n"
      "PERFORM pg_terminate_backend(pid) FROM ({0}) AS others;\n"
      "PERFORM pg_sleep(0.1); PERFORM pg_stat_clear_snapshot();\n"
      "EXIT WHEN NOT EXISTS ({0});\n"
      "END LOOP; END $$;\n",
      older_sessions());
}

constexpr std::string_view rds_position =
    "CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END";
/// Aurora's storage replicates, not PostgreSQL; a region's function knows the highest number of each.
constexpr std::string_view aurora_position =
    "(SELECT highest_lsn_written FROM aurora_global_db_status() WHERE aws_region = {})";

constexpr std::string_view schema =
    "CREATE SCHEMA IF NOT EXISTS lifeboat;\n"
    "CREATE TABLE IF NOT EXISTS lifeboat.marker (id int PRIMARY KEY CHECK (id = 1),"
    " number bigint NOT NULL, written_at timestamptz NOT NULL);\n"
    "CREATE TABLE IF NOT EXISTS lifeboat.reign (epoch bigint NOT NULL, region text NOT NULL,"
    " since timestamptz NOT NULL)";

std::string marker(std::int64_t number) {
  return fmt::format(
      "INSERT INTO lifeboat.marker (id, number, written_at) VALUES (1, {}, now())"
      " ON CONFLICT (id) DO UPDATE SET number = greatest(marker.number, excluded.number), written_at = now()",
      number);
}

base::Result<std::int64_t> number_of(const Rows& rows, const base::RegionName& region) {
  const auto text = field(rows, 0, 0);
  if (!text) return std::unexpected(text.error());
  const auto number = parse_number(*text);
  if (number) return *number;
  return base::fail(ErrorCode::postgres_failed,
                    fmt::format("{}: the marker reads '{}', which is no number", region.value, *text));
}

base::Status done(const base::Result<Rows>& rows) {
  if (!rows) return std::unexpected(rows.error());
  return {};
}

}  // namespace

SqlTasks::SqlTasks(Sql& sql, const model::Stack& stack)
    : sql_(sql),
      database_(quoted_name(stack.database.name)),
      is_aurora_(stack.database.service == model::DatabaseService::aurora_global) {}

base::Status SqlTasks::ensure_schema(const base::RegionName& region, base::Instant deadline) const {
  return done(sql_.run(region, schema, deadline));
}

base::Status SqlTasks::write_reign(const base::RegionName& region, base::Epoch epoch, base::Instant deadline) const {
  return done(sql_.run(region,
                       fmt::format("{}WITH gone AS (DELETE FROM lifeboat.reign)"
                                   " INSERT INTO lifeboat.reign VALUES ({}, {}, now())",
                                   begin_writing, epoch.value, quoted_text(region.value)),
                       deadline));
}

base::Result<base::Lsn> SqlTasks::position(const Rows& rows, const base::RegionName& region) const {
  const auto text = field(rows, 0, 0);
  if (!text) return base::wrap(text.error(), region.value);
  if (is_aurora_) {
    const auto number = parse_number(*text);
    if (number && *number >= 0) return base::Lsn{static_cast<std::uint64_t>(*number)};
  } else if (const auto lsn = parse_lsn(*text)) {
    return *lsn;
  }
  return base::fail(ErrorCode::postgres_failed,
                    fmt::format("{}: the database does not say its position, but '{}'", region.value, *text));
}

base::Result<base::Lsn> SqlTasks::stop_writes(const base::RegionName& region, base::Instant deadline) const {
  const auto where = is_aurora_ ? fmt::format(aurora_position, quoted_text(region.value)) : std::string(rds_position);
  const auto rows = sql_.run(region,
                             fmt::format("{}ALTER DATABASE {} SET default_transaction_read_only = on;\n{}"
                                         "SELECT {}, (SELECT count(*) FROM ({}) AS others)",
                                         begin_writing, database_, end_older_sessions(), where, older_sessions()),
                             deadline);
  if (!rows) return std::unexpected(rows.error());
  const auto left = field(*rows, 0, 1);
  if (!left) return base::wrap(left.error(), region.value);
  if (*left != "0") {
    return base::fail(
        ErrorCode::postgres_failed,
        fmt::format("{}: {} sessions of other clients do not end, and may still write", region.value, *left));
  }
  return position(*rows, region);
}

base::Status SqlTasks::allow_writes(const base::RegionName& region, base::Instant deadline) const {
  constexpr std::string_view is_set =
      "EXISTS (SELECT FROM pg_db_role_setting JOIN pg_database ON pg_database.oid = setdatabase"
      " WHERE datname = current_database() AND setrole = 0"
      " AND 'default_transaction_read_only=on' = ANY (setconfig))";
  return done(sql_.run(region,
                       fmt::format("{}DO $$ BEGIN IF {} THEN\n"
                                   "ALTER DATABASE {} RESET default_transaction_read_only;\n"
                                   "PERFORM pg_terminate_backend(pid) FROM ({}) AS others;\n"
                                   "END IF; END $$",
                                   begin_writing, is_set, database_, other_sessions),
                       deadline));
}

base::Result<base::Lsn> SqlTasks::replayed(const base::RegionName& region, base::Instant deadline) const {
  const auto where = is_aurora_ ? fmt::format(aurora_position, quoted_text(region.value)) : std::string(rds_position);
  const auto rows = sql_.run(region, "SELECT " + where, deadline);
  if (!rows) return std::unexpected(rows.error());
  return position(*rows, region);
}

base::Result<SqlTasks::Writer> SqlTasks::writer(const base::RegionName& region, base::Instant deadline) const {
  const auto where = is_aurora_ ? fmt::format(aurora_position, quoted_text(region.value)) : std::string(rds_position);
  const auto* file =
      is_aurora_ ? "''" : "CASE WHEN pg_is_in_recovery() THEN '' ELSE pg_walfile_name(pg_current_wal_lsn()) END";
  const auto rows = sql_.run(region, fmt::format("SELECT {}, pg_is_in_recovery(), {}", where, file), deadline);
  if (!rows) return std::unexpected(rows.error());
  const auto at = position(*rows, region);
  if (!at) return std::unexpected(at.error());
  const auto recovers = field(*rows, 0, 1);
  const auto name = field(*rows, 0, 2);
  if (!recovers || !name) return base::wrap((recovers ? name : recovers).error(), region.value);
  constexpr std::size_t timeline_digits = 8;
  constexpr int hexadecimal = 16;
  Writer writer{.accepts_writes = *recovers == "f", .timeline = 0, .position = *at};
  if (name->size() > timeline_digits) {
    writer.timeline =
        static_cast<std::uint32_t>(std::strtoul(name->substr(0, timeline_digits).c_str(), nullptr, hexadecimal));
  }
  return writer;
}

base::Status SqlTasks::write_marker(const base::RegionName& region, std::int64_t number, base::Instant deadline) const {
  return done(sql_.run(region, marker(number), deadline));
}

base::Result<base::Lsn> SqlTasks::position_at(const Sql::Place& place, base::Instant deadline) const {
  // A cluster by itself is in no global database, whose function knows the numbers of the others.
  const auto* where = is_aurora_ ? "SELECT (pg_current_wal_lsn() - '0/0')::bigint" : "SELECT pg_current_wal_lsn()";
  const auto rows = sql_.run_at(place, where, deadline);
  if (!rows) return std::unexpected(rows.error());
  return position(*rows, place.region);
}

base::Result<std::int64_t> SqlTasks::write_marker_at(const Sql::Place& place, std::int64_t number,
                                                     base::Instant deadline) const {
  const auto rows = sql_.run_at(
      place, fmt::format("{}{};\n{};\nSELECT number FROM lifeboat.marker", begin_writing, schema, marker(number)),
      deadline);
  if (!rows) return std::unexpected(rows.error());
  return number_of(*rows, place.region);
}

base::Result<std::int64_t> SqlTasks::read_marker(const base::RegionName& region, base::Instant deadline) const {
  const auto rows = sql_.run(region, "SELECT number FROM lifeboat.marker", deadline);
  if (!rows) return std::unexpected(rows.error());
  if (rows->empty()) return 0;
  return number_of(*rows, region);
}

}  // namespace lifeboat::aws_world
