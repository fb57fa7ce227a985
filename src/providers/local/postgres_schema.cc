#include "providers/local/postgres_schema.h"

#include <fmt/format.h>

#include <charconv>

#include "providers/local/postgres_config.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;

base::Status run(PostgresClient& client, const std::string& sql, const Deadline& deadline) {
  auto answer = client.query(sql, deadline.remaining());
  if (!answer) return std::unexpected(answer.error());
  return {};
}

base::Result<bool> exists(PostgresClient& client, const std::string& sql, const std::string& name,
                          const Deadline& deadline) {
  const auto answer = client.query(sql, deadline.remaining(), {name});
  if (!answer) return std::unexpected(answer.error());
  return !answer->rows.empty();
}

base::Status ensure_role(PostgresClient& admin, const std::string& name, const std::string& attributes,
                         const std::string& password, const Deadline& deadline) {
  const auto there = exists(admin, "SELECT 1 FROM pg_roles WHERE rolname = $1", name, deadline);
  if (!there) return std::unexpected(there.error());
  if (*there) return {};
  const auto verifier = admin.scram_verifier(name, password);
  if (!verifier) return std::unexpected(verifier.error());
  return run(admin, fmt::format("CREATE ROLE {} LOGIN {} PASSWORD '{}'", name, attributes, *verifier), deadline);
}

std::string identifier(const std::string& name) {
  std::string text = "\"";
  for (const char letter : name) {
    if (letter == '"') text += letter;
    text += letter;
  }
  return text + "\"";
}

}  // namespace

base::Status ensure_roles(PostgresClient& admin, const Secrets& secrets, const Deadline& deadline) {
  if (auto made = ensure_role(admin, replication_role, "REPLICATION", secrets.database_replication, deadline); !made) {
    return made;
  }
  if (auto made = ensure_role(admin, application_role, "", secrets.database_application, deadline); !made) return made;
  if (auto made = ensure_role(admin, monitor_role, "", secrets.database_monitor, deadline); !made) return made;
  return run(admin,
             fmt::format("GRANT pg_monitor TO {};"
                         "GRANT EXECUTE ON FUNCTION pg_catalog.pg_ls_dir(text, boolean, boolean),"
                         " pg_catalog.pg_stat_file(text, boolean), pg_catalog.pg_read_binary_file(text),"
                         " pg_catalog.pg_read_binary_file(text, bigint, bigint, boolean) TO {}",
                         monitor_role, replication_role),
             deadline);
}

base::Status ensure_database(PostgresClient& admin, const std::string& name, const Deadline& deadline) {
  const auto there = exists(admin, "SELECT 1 FROM pg_database WHERE datname = $1", name, deadline);
  if (!there) return std::unexpected(there.error());
  if (*there) return {};
  auto made = run(admin, fmt::format("CREATE DATABASE {} OWNER {}", identifier(name), application_role), deadline);
  if (made) return {};
  // The server finishes the statement of an agent that was killed, which may have been in between.
  const auto is_there_now = exists(admin, "SELECT 1 FROM pg_database WHERE datname = $1", name, deadline);
  return is_there_now && *is_there_now ? base::Status{} : made;
}

base::Status ensure_lifeboat_schema(PostgresClient& client, const base::RegionName& region, base::Epoch epoch,
                                    const Deadline& deadline) {
  const auto made =
      run(client,
          fmt::format("CREATE SCHEMA IF NOT EXISTS lifeboat;"
                      "CREATE TABLE IF NOT EXISTS lifeboat.marker (id int PRIMARY KEY CHECK (id = 1),"
                      " number bigint NOT NULL, written_at timestamptz NOT NULL);"
                      "CREATE TABLE IF NOT EXISTS lifeboat.reign (epoch bigint NOT NULL, region text NOT NULL,"
                      " since timestamptz NOT NULL);"
                      "GRANT USAGE ON SCHEMA lifeboat TO {0}, {1};"
                      "GRANT SELECT, INSERT, UPDATE ON lifeboat.marker TO {0};"
                      "GRANT SELECT ON lifeboat.reign TO {0}, {1}; GRANT SELECT ON lifeboat.marker TO {1}",
                      application_role, monitor_role),
          deadline);
  if (!made) return made;
  return write_reign(client, region, epoch, deadline);
}

base::Status write_reign(PostgresClient& client, const base::RegionName& region, base::Epoch epoch,
                         const Deadline& deadline) {
  const auto written = client.query(
      "WITH gone AS (DELETE FROM lifeboat.reign) INSERT INTO lifeboat.reign VALUES ($1::bigint, $2, now())",
      deadline.remaining(), {std::to_string(epoch.value), region.value});
  if (!written) return std::unexpected(written.error());
  return {};
}

base::Result<base::Epoch> read_reign(PostgresClient& client, base::Milliseconds timeout) {
  const auto answer = client.query("SELECT pg_is_in_recovery(), (SELECT max(epoch) FROM lifeboat.reign)", timeout);
  if (!answer) return std::unexpected(answer.error());
  if (answer->text(0, 0) == "t") return base::fail(ErrorCode::postgres_failed, "it does not accept writes");
  const auto text = answer->text(0, 1);
  std::uint64_t epoch = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), epoch);
  if (error != std::errc{}) return base::fail(ErrorCode::postgres_failed, "it says nothing about its reign");
  return base::Epoch{epoch};
}

}  // namespace lifeboat::local
