#include "providers/local/postgres_facts.h"

#include "providers/local/postgres_client.h"
#include "providers/local/postgres_config.h"

namespace lifeboat::local {
namespace {

// One statement a kind, each giving a fact's name and its value.
constexpr const char* statements[] = {
    "SELECT 'version', current_setting('server_version')",
    // Places of files, and what follows from the node's role at the moment, say nothing about how it was set up.
    "SELECT 'setting ' || name, setting FROM pg_settings WHERE name NOT IN ('data_directory', 'config_file', "
    "'hba_file',"
    " 'ident_file', 'external_pid_file', 'in_hot_standby', 'port', 'primary_slot_name', 'promote_trigger_file',"
    " 'shared_memory_size', 'shared_memory_size_in_huge_pages', 'application_name')",
    "SELECT 'role ' || rolname, concat_ws(' ', CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolcanlogin THEN "
    "'login'"
    " END, CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolcreatedb THEN 'createdb' END,"
    " CASE WHEN rolcreaterole THEN 'createrole' END) FROM pg_roles WHERE rolname NOT LIKE 'pg\\_%'",
    "SELECT 'extension ' || extname, extversion FROM pg_extension",
    "SELECT 'schema', md5(coalesce(string_agg(concat_ws(' ', table_schema, table_name, column_name, data_type,"
    " is_nullable, character_maximum_length, column_default), ';' ORDER BY table_schema, table_name, ordinal_position),"
    " '')) FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema')",
};

}  // namespace

base::Result<std::map<std::string, std::string>> database_facts(const Endpoint& node, const std::string& database,
                                                                const Secrets& secrets, base::Milliseconds timeout) {
  auto client =
      PostgresClient::connect({node.address, node.port, admin_role, secrets.database_admin, database}, timeout);
  if (!client) return std::unexpected(client.error());
  std::map<std::string, std::string> facts;
  for (const auto* statement : statements) {
    const auto answer = client->query(statement, timeout);
    if (!answer) return std::unexpected(answer.error());
    for (std::size_t row = 0; row < answer->rows.size(); ++row) facts[answer->text(row, 0)] = answer->text(row, 1);
  }
  return facts;
}

}  // namespace lifeboat::local
