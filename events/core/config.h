#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace lifeboat::events {

using Milliseconds = std::chrono::milliseconds;

/// Who this instance is, as the stack names it; shown in X-Served-By and /readyz.
struct Identity {
  std::string region = "local";
  std::string zone = "local-a";
  std::string instance = "events";
};

/// One entry of PGHOST with its PGPORT. An empty host is libpq's default (the local socket).
struct DatabaseHost {
  std::string host;
  std::string port;
};

/// Where the database is. User, database name, password file and TLS settings are read by libpq itself.
struct Database {
  std::vector<DatabaseHost> hosts;
  bool writer_only = false;  ///< target_session_attrs=read-write: connect only where writes are accepted.
  std::string application_name = "lifeboat-events";
  Milliseconds connect_timeout{2000};
};

struct Limits {
  std::size_t pool_size = 8;       ///< Database connections, over all threads.
  std::size_t queue_limit = 1024;  ///< Requests that may wait for a connection, per thread.
  std::size_t max_connections = 4096;
  std::uint64_t body_bytes = 64 * 1024;
  std::uint32_t header_bytes = 16 * 1024;
  Milliseconds header_timeout{5000};  ///< From a request's first byte to the end of its header.
  Milliseconds body_timeout{10000};
  Milliseconds write_timeout{10000};
  Milliseconds idle_timeout{75000};  ///< A kept-alive connection without a request.
  Milliseconds query_timeout{8000};  ///< Waiting for a connection and for the answer, together.
  Milliseconds stop_timeout{2000};   ///< After SIGTERM, for what is in flight.
  Milliseconds stop_linger{200};     ///< After SIGTERM, how long idle connections may still bring a request.
};

struct Config {
  std::string listen_address = "127.0.0.1";
  std::uint16_t port = 8080;  ///< 0: the system chooses; the log line "listening" says which.
  unsigned threads = 1;
  bool log_requests = false;  ///< Every request; otherwise only those that ended in a 5xx.
  Identity identity;
  Database database;
  Limits limits;
  std::optional<std::string> marker_token;  ///< Read from MARKER_TOKEN_FILE; nothing: no marker endpoint.
};

/// What the command line asked for.
struct CommandLine {
  std::optional<Config> config;  ///< Nothing when `text` was all that was wanted (--help, --version).
  std::string text;
};

/// Looks an environment variable up; injected so that tests need not touch the process.
using Environment = std::function<std::optional<std::string>(const std::string&)>;

/// Flags over environment over defaults. Errors: bad_flag with the parser's words; permission_denied or missing for
/// a marker token file that others could read or that is not there.
base::Result<CommandLine> parse_command_line(int argc, const char* const* argv, const Environment& environment);

/// Splits PGHOST and PGPORT as libpq does: comma-separated, one port for all or one each.
base::Result<std::vector<DatabaseHost>> parse_hosts(const std::string& hosts, const std::string& ports);

}  // namespace lifeboat::events
