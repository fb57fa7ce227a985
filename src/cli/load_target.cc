#include "cli/load_target.h"

#include <fmt/format.h>

#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "cli/aws_door.h"
#include "cli/read_file.h"
#include "cli/stack_home.h"
#include "load/name_query.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds dns_timeout{500};
constexpr std::uint16_t http_port = 80;
constexpr std::string_view scheme = "http://";

struct UrlParts {
  std::string host;
  std::uint16_t port = http_port;
};

base::Result<UrlParts> parse_url(std::string_view url) {
  const auto bad = [url] {
    return base::fail(base::ErrorCode::bad_flag, fmt::format("'{}' is no URL of the form http://ADDRESS:PORT", url));
  };
  if (!url.starts_with(scheme)) return bad();
  std::string_view rest = url.substr(scheme.size());
  rest = rest.substr(0, rest.find('/'));
  const auto colon = rest.rfind(':');
  UrlParts parts{std::string(rest.substr(0, colon)), http_port};
  if (parts.host == "localhost") parts.host = "127.0.0.1";
  if (colon != std::string_view::npos) {
    const std::string_view digits = rest.substr(colon + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), parts.port);
    if (problem != std::errc() || end != digits.data() + digits.size()) return bad();
  }
  boost::system::error_code no_address;
  boost::asio::ip::make_address(parts.host, no_address);
  if (no_address) return bad();
  return parts;
}

base::Status aim_at_url(const LoadTargetFlags& flags, load::LoadOptions& load) {
  auto parts = parse_url(flags.url);
  if (!parts) return std::unexpected(parts.error());
  load.host = parts->host;
  load.port = parts->port;
  constexpr std::int64_t for_ever_s = 1'000'000;
  load.look_up = [address = parts->host]() -> base::Result<load::NameAnswer> {
    return load::NameAnswer{{address}, for_ever_s};
  };
  load.record_file = flags.record.empty() ? fmt::format("load-{}.jsonl", load.run) : flags.record;
  return {};
}

/// The controller reads the records of its stack's load folder, wherever the client was told to write.
base::Status link_record(const local::StackPaths& paths, const load::LoadOptions& load) {
  std::error_code problem;
  std::filesystem::create_directories(paths.load(), problem);
  const auto link = paths.load() / (load.run + ".jsonl");
  if (!problem) std::filesystem::create_symlink(std::filesystem::absolute(load.record_file), link, problem);
  if (!problem) return {};
  return base::fail(base::ErrorCode::io_failed, fmt::format("cannot make {}: {}", link.string(), problem.message()));
}

/// Where the controller of the stack looks for records.
base::Status record_in(const local::StackPaths& paths, const LoadTargetFlags& flags, load::LoadOptions& load) {
  load.record_file = flags.record.empty() ? paths.load() / (load.run + ".jsonl") : std::filesystem::path(flags.record);
  return flags.record.empty() ? base::Status() : link_record(paths, load);
}

base::Status aim_at_aws(const ChosenStack& chosen, const LoadTargetFlags& flags, load::LoadOptions& load) {
  if (!chosen.stack().aws.certificate.empty()) {
    return base::fail(
        base::ErrorCode::bad_flag,
        fmt::format("the front door of '{}' speaks TLS, and this client speaks plain HTTP", chosen.stack().name),
        "Name a load balancer's plain listener or an instance: --url http://ADDRESS:PORT.");
  }
  load.host = chosen.stack().dns.host();
  load.port = chosen.stack().load_balancer.port;
  auto look_up = front_door_look_up(chosen.stack());
  if (!look_up) return std::unexpected(look_up.error());
  load.look_up = *std::move(look_up);
  std::error_code problem;
  std::filesystem::create_directories(chosen.paths.load(), problem);
  if (problem) {
    return base::fail(base::ErrorCode::io_failed,
                      fmt::format("cannot make {}: {}", chosen.paths.load().string(), problem.message()));
  }
  return record_in(chosen.paths, flags, load);
}

base::Status aim_at_stack(const GlobalOptions& options, const LoadTargetFlags& flags, load::LoadOptions& load) {
  if (const auto chosen = choose(options); chosen && chosen->is_aws()) return aim_at_aws(*chosen, flags, load);
  auto home = open_local_stack(options);
  if (!home) return std::unexpected(home.error());
  load.host = home->stack.dns.host();
  load.port = home->stack.load_balancer.port;
  load.look_up = [server = home->layout.dns.endpoint, name = load.host] {
    return load::query_name(server.address, server.port, name, dns_timeout);
  };
  return record_in(home->paths, flags, load);
}

}  // namespace

base::Status aim(const GlobalOptions& options, const LoadTargetFlags& flags, load::LoadOptions& load) {
  if (!flags.token_file.empty()) {
    auto token = read_file(flags.token_file);
    if (!token) return std::unexpected(token.error());
    load.token = token->substr(0, token->find_first_of(" \r\n"));
  }
  return flags.url.empty() ? aim_at_stack(options, flags, load) : aim_at_url(flags, load);
}

}  // namespace lifeboat::cli
