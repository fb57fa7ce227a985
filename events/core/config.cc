#include "events/core/config.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>

namespace lifeboat::events {
namespace {

using base::ErrorCode;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (auto at = text.find(separator); at != std::string::npos; at = text.find(separator, start)) {
    parts.push_back(text.substr(start, at - start));
    start = at + 1;
  }
  parts.push_back(text.substr(start));
  return parts;
}

/// Reads a secret of one line. Whoever else could read the file could forge markers, so that is an error.
base::Result<std::string> read_secret(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return base::fail(ErrorCode::io_failed, fmt::format("MARKER_TOKEN_FILE {} cannot be opened", path),
                      "Create the file with mode 0600, or unset MARKER_TOKEN_FILE to go without the marker endpoint.");
  }
  struct stat status = {};
  std::array<char, 4096> buffer = {};
  const bool known = ::fstat(fd, &status) == 0;
  const auto size = ::read(fd, buffer.data(), buffer.size());
  ::close(fd);
  if (!known || size < 0) return base::fail(ErrorCode::io_failed, fmt::format("{} cannot be read", path));
  if ((status.st_mode & 077) != 0) {
    return base::fail(ErrorCode::permission_denied,
                      fmt::format("{} holds a secret and has mode {:o}", path, status.st_mode & 0777),
                      fmt::format("Run 'chmod 600 {}'.", path));
  }
  std::string secret(buffer.data(), static_cast<std::size_t>(size));
  secret.erase(secret.find_last_not_of(" \t\r\n") + 1);
  if (secret.empty()) return base::fail(ErrorCode::io_failed, fmt::format("{} is empty", path));
  return secret;
}

/// The environment's value for an option, as a default that flags override.
void from_environment(CLI::Option* option, const Environment& environment, const std::string& name) {
  const auto value = environment(name);
  if (value && !value->empty()) option->default_str(*value)->force_callback();
}

struct Declared {
  CLI::Option* option;
  const char* variable;
};

void milliseconds(CLI::App& app, std::vector<Declared>& declared, const char* flag, const char* variable,
                  Milliseconds& value, const char* help) {
  auto* option = app.add_option_function<std::int64_t>(
      flag, [&value](const std::int64_t& given) { value = Milliseconds(given); }, help);
  option->check(CLI::Range(std::int64_t{1}, std::int64_t{86'400'000}));
  declared.push_back({option, variable});
}

std::vector<Declared> declare_limits(CLI::App& app, Limits& limits) {
  std::vector<Declared> declared = {
      {app.add_option("--pool-size", limits.pool_size, "Database connections")->check(CLI::Range(1, 1000)),
       "POOL_SIZE"},
      {app.add_option("--queue-limit", limits.queue_limit, "Requests that may wait for a database connection")
           ->check(CLI::Range(0, 1'000'000)),
       "QUEUE_LIMIT"},
      {app.add_option("--max-connections", limits.max_connections, "Client connections")
           ->check(CLI::Range(1, 1'000'000)),
       "MAX_CONNECTIONS"},
      {app.add_option("--body-limit", limits.body_bytes, "Largest request body, bytes")->check(CLI::Range(1, 1 << 30)),
       "BODY_LIMIT"},
      {app.add_option("--header-limit", limits.header_bytes, "Largest request header, bytes")
           ->check(CLI::Range(256, 1 << 20)),
       "HEADER_LIMIT"},
  };
  milliseconds(app, declared, "--header-timeout-ms", "HEADER_TIMEOUT_MS", limits.header_timeout,
               "A request's header must arrive in this time");
  milliseconds(app, declared, "--body-timeout-ms", "BODY_TIMEOUT_MS", limits.body_timeout,
               "A request's body must arrive in this time");
  milliseconds(app, declared, "--write-timeout-ms", "WRITE_TIMEOUT_MS", limits.write_timeout,
               "A client must take its answer in this time");
  milliseconds(app, declared, "--idle-timeout-ms", "IDLE_TIMEOUT_MS", limits.idle_timeout,
               "How long a connection is kept without a request");
  milliseconds(app, declared, "--query-timeout-ms", "QUERY_TIMEOUT_MS", limits.query_timeout,
               "Waiting for the database, in all");
  milliseconds(app, declared, "--stop-timeout-ms", "STOP_TIMEOUT_MS", limits.stop_timeout,
               "After SIGTERM, for what is in flight");
  milliseconds(app, declared, "--stop-linger-ms", "STOP_LINGER_MS", limits.stop_linger,
               "After SIGTERM, how long idle connections may still bring a request");
  return declared;
}

base::Status complete(Config& config, const Environment& environment) {
  const auto get = [&](const char* name, const std::string& fallback) { return environment(name).value_or(fallback); };
  config.identity.region = get("REGION", config.identity.region);
  config.identity.zone = get("ZONE", config.identity.zone);
  config.identity.instance = get("INSTANCE", config.identity.instance);
  config.database.application_name = get("PGAPPNAME", "lifeboat-events/" + config.identity.instance);
  auto hosts = parse_hosts(get("PGHOST", ""), get("PGPORT", ""));
  if (!hosts) return std::unexpected(hosts.error());
  config.database.hosts = std::move(*hosts);
  const std::string wanted = get("PGTARGETSESSIONATTRS", config.database.hosts.size() > 1 ? "read-write" : "any");
  if (wanted != "read-write" && wanted != "any") {
    return base::fail(ErrorCode::bad_flag, fmt::format("PGTARGETSESSIONATTRS is {:?}", wanted),
                      "Use read-write (the default with several hosts) or any.");
  }
  config.database.writer_only = wanted == "read-write";
  if (const auto file = environment("MARKER_TOKEN_FILE"); file && !file->empty()) {
    auto secret = read_secret(*file);
    if (!secret) return std::unexpected(secret.error());
    config.marker_token = std::move(*secret);
  }
  return {};
}

}  // namespace

base::Result<std::vector<DatabaseHost>> parse_hosts(const std::string& hosts, const std::string& ports) {
  const auto names = split(hosts, ',');
  const auto numbers = split(ports, ',');
  if (numbers.size() != 1 && numbers.size() != names.size()) {
    return base::fail(ErrorCode::bad_flag,
                      fmt::format("PGHOST names {} hosts and PGPORT {} ports", names.size(), numbers.size()),
                      "Give one port for all hosts, or one for each.");
  }
  std::vector<DatabaseHost> out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    out.push_back({names[i], numbers.size() == 1 ? numbers[0] : numbers[i]});
  }
  return out;
}

base::Result<CommandLine> parse_command_line(int argc, const char* const* argv, const Environment& environment) {
  Config config;
  CLI::App app(
      "The events API over PostgreSQL. The database is given by PGHOST, PGPORT, PGUSER, PGDATABASE and "
      "PGPASSFILE; the instance's name by REGION, ZONE and INSTANCE.",
      "lifeboat-events");
  app.set_version_flag("--version", LIFEBOAT_VERSION);
  auto declared = declare_limits(app, config.limits);
  milliseconds(app, declared, "--connect-timeout-ms", "CONNECT_TIMEOUT_MS", config.database.connect_timeout,
               "Reaching one database host");
  declared.push_back({app.add_option("--listen", config.listen_address, "Address to listen on")->check(CLI::ValidIPV4),
                      "LISTEN_ADDRESS"});
  declared.push_back({app.add_option("--port", config.port, "Port to listen on; 0: any"), "PORT"});
  declared.push_back(
      {app.add_option("--threads", config.threads, "Threads that serve")->check(CLI::Range(1, 64)), "THREADS"});
  app.add_flag("--log-requests", config.log_requests, "Log every request, not only failures");
  for (const auto& [option, variable] : declared) {
    option->description(fmt::format("{} [{}]", option->get_description(), variable));
  }
  try {
    for (const auto& [option, variable] : declared) from_environment(option, environment, variable);
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return CommandLine{std::nullopt, app.help()};
  } catch (const CLI::CallForVersion&) {
    return CommandLine{std::nullopt, LIFEBOAT_VERSION "\n"};
  } catch (const CLI::Error& error) {
    return base::fail(ErrorCode::bad_flag, error.what());
  }
  if (auto done = complete(config, environment); !done) return std::unexpected(done.error());
  return CommandLine{std::move(config), ""};
}

}  // namespace lifeboat::events
