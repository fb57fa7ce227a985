#include "providers/local/pool_config.h"

#include <fmt/format.h>

#include "providers/local/postgres_config.h"

namespace lifeboat::local {
namespace {

// query_wait_timeout bounds how long a held statement waits; it is longer than any hold lasts. server_login_retry is
// short, since after a move of the writer the first attempt may come too early. A server connection is checked before
// every use after a second of rest, so that one that a dead writer left behind is not given to a client.
constexpr const char* pool_template = R"(; Written by Lifeboat; changes are lost.
[databases]
{database} = host={host} port={port} dbname={database}

[pgbouncer]
listen_addr = {address}
listen_port = {listen_port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = users.txt
admin_users = {admin}
pool_mode = transaction
max_client_conn = 1000
default_pool_size = 40
server_connect_timeout = 2
server_login_retry = 0.05
server_check_delay = 1
server_lifetime = 3600
server_idle_timeout = 600
server_fast_close = 1
query_wait_timeout = 15
client_login_timeout = 15
tcp_keepalive = 1
tcp_user_timeout = 2000
ignore_startup_parameters = extra_float_digits,options,search_path
log_connections = 0
log_disconnections = 0
log_stats = 0
)";

std::string quoted(const std::string& value) {
  std::string quoted = "\"";
  for (const char letter : value) {
    if (letter == '"') quoted += letter;
    quoted += letter;
  }
  return quoted + "\"";
}

}  // namespace

std::string pool_configuration(const PoolSetup& setup) {
  return fmt::format(fmt::runtime(pool_template), fmt::arg("database", setup.database),
                     fmt::arg("host", setup.target.address), fmt::arg("port", setup.target.port),
                     fmt::arg("address", setup.endpoint.address), fmt::arg("listen_port", setup.endpoint.port),
                     fmt::arg("admin", pool_admin));
}

std::string pool_users(const std::string& application_password, const std::string& console_password) {
  return fmt::format("{} {}\n{} {}\n", quoted(application_role), quoted(application_password), quoted(pool_admin),
                     quoted(console_password));
}

}  // namespace lifeboat::local
