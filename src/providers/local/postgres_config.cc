#include "providers/local/postgres_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace lifeboat::local {
namespace {

/// A value for postgresql.conf: quoted, with quotes and backslashes doubled.
std::string quoted(const std::string& value) {
  std::string text = "'";
  for (const char letter : value) {
    if (letter == '\'' || letter == '\\') text += letter;
    text += letter;
  }
  return text + "'";
}

/// A value for a libpq connection string.
std::string conninfo_value(const std::string& value) {
  std::string text = "'";
  for (const char letter : value) {
    if (letter == '\'' || letter == '\\') text += '\\';
    text += letter;
  }
  return text + "'";
}

std::string setting(std::string_view name, const std::string& value) {
  return fmt::format("{} = {}\n", name, quoted(value));
}

std::string common_settings(const NodePaths& paths, const std::string& cluster_name) {
  return "# Written by Lifeboat and written again at every start; changes are lost.\n" +
         setting("hba_file", paths.access_config().string()) + setting("ident_file", paths.ident_config().string()) +
         setting("cluster_name", cluster_name) +
         // Shared memory in files of the data folder: nothing stays in /dev/shm after a kill.
         "dynamic_shared_memory_type = mmap\n"
         "max_connections = 100\n"
         "shared_buffers = 32MB\n"
         "huge_pages = off\n"
         "jit = off\n"
         "recovery_init_sync_method = syncfs\n"
         "wal_level = replica\n"
         "wal_log_hints = on\n"
         "log_destination = stderr\n"
         "logging_collector = off\n"
         "log_line_prefix = '%m [%p] %q%a '\n"
         "log_timezone = UTC\n"
         "timezone = UTC\n"
         "password_encryption = scram-sha-256\n"
         "lc_messages = C\n";
}

std::string lease_settings(const LeaseSettings& lease) {
  if (lease.extension.empty()) return "";
  return setting("shared_preload_libraries", lease.extension.string()) +
         setting("lifeboat_lease.file", lease.file.string());
}

}  // namespace

std::string server_configuration(const NodePaths& paths, const Endpoint& endpoint, const std::string& cluster_name,
                                 const LeaseSettings& lease) {
  return common_settings(paths, cluster_name) + setting("listen_addresses", endpoint.address) +
         fmt::format("port = {}\n", endpoint.port) +
         "unix_socket_directories = ''\n"
         "hot_standby = on\n"
         "max_wal_senders = 10\n"
         "max_replication_slots = 10\n"
         "wal_keep_size = 512MB\n"
         "max_slot_wal_keep_size = 512MB\n"
         "max_wal_size = 1GB\n"
         "wal_retrieve_retry_interval = 100ms\n"
         "wal_receiver_status_interval = 1s\n"
         "wal_receiver_timeout = 5s\n"
         "wal_sender_timeout = 5s\n"
         "tcp_keepalives_idle = 5\n"
         "tcp_keepalives_interval = 2\n"
         "tcp_keepalives_count = 3\n"
         "synchronous_commit = on\n" +
         lease_settings(lease) + setting("include", paths.replication_config().string());
}

std::string quarantine_configuration(const NodePaths& paths, const std::string& cluster_name) {
  return common_settings(paths, cluster_name) +
         "listen_addresses = ''\n"
         "unix_socket_directories = '../quarantine'\n"
         "unix_socket_permissions = 0700\n"
         "default_transaction_read_only = on\n"
         "synchronous_standby_names = ''\n"
         "max_wal_senders = 0\n"
         "autovacuum = off\n"
         // Row versions that lost transactions deleted must not be pruned while they are read.
         "vacuum_defer_cleanup_age = 1000000\n"
         "wal_keep_size = 100GB\n"
         "checkpoint_timeout = 1h\n"
         "max_wal_size = 100GB\n";
}

std::string access_configuration() {
  return "# Written by Lifeboat and written again at every start; changes are lost.\n"
         "local all         lifeboat_admin scram-sha-256\n"
         "host  all         all            127.0.0.0/8 scram-sha-256\n"
         "host  replication all            127.0.0.0/8 scram-sha-256\n";
}

std::string replication_conninfo(const Upstream& upstream, const std::string& application_name,
                                 const std::filesystem::path& pass_file, const std::string& database) {
  std::string hosts;
  std::string ports;
  for (const auto& host : upstream.hosts) {
    hosts += (hosts.empty() ? "" : ",") + host.address;
    ports += (ports.empty() ? "" : ",") + std::to_string(host.port);
  }
  return fmt::format(
      "host={} port={} user={} dbname={} passfile={} application_name={} target_session_attrs={} connect_timeout=2 "
      "tcp_user_timeout=2000 keepalives_idle=5 keepalives_interval=2 keepalives_count=3 sslmode=disable "
      "gssencmode=disable",
      hosts, ports, replication_role, conninfo_value(database), conninfo_value(pass_file.string()),
      conninfo_value(application_name), upstream.writer_only ? "read-write" : "any");
}

std::string replication_configuration(const std::string& conninfo, const std::vector<std::string>& confirming) {
  // FIRST with as many as there are names: a commit waits for each of them.
  const auto names =
      confirming.empty() ? "" : fmt::format("FIRST {} (\"{}\")", confirming.size(), fmt::join(confirming, "\", \""));
  return "# Written by Lifeboat; follows the roles of the nodes.\n" + setting("primary_conninfo", conninfo) +
         setting("synchronous_standby_names", names);
}

std::vector<std::string> confirming_names(const std::string& setting) {
  std::vector<std::string> names;
  for (auto begin = setting.find('"'); begin != std::string::npos; begin = setting.find('"', begin)) {
    const auto end = setting.find('"', begin + 1);
    if (end == std::string::npos) break;
    names.push_back(setting.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  return names;
}

std::string pass_file_line(const std::string& user, const std::string& password) {
  std::string escaped;
  for (const char letter : password) {
    if (letter == ':' || letter == '\\') escaped += '\\';
    escaped += letter;
  }
  return fmt::format("*:*:*:{}:{}\n", user, escaped);
}

}  // namespace lifeboat::local
