#include "providers/aws/network_door.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <future>
#include <optional>

#include "system/dns_client.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr std::uint16_t dns_port = 53;
constexpr std::size_t largest_answer = std::size_t{1} << 20;

struct Server {
  std::string host;
  std::uint16_t port = dns_port;
};

/// "host" or "host:port"; nothing when the port is none.
std::optional<Server> server_in(const std::string& text) {
  const auto colon = text.rfind(':');
  Server server{.host = text.substr(0, colon)};
  if (server.host.empty()) return std::nullopt;
  if (colon == std::string::npos) return server;
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, server.port);
  const bool is_port = error == std::errc{} && rest == end && server.port > 0;
  return is_port ? std::optional(server) : std::nullopt;
}

bool is_address(const std::string& host) {
  in_addr binary{};
  return ::inet_pton(AF_INET, host.c_str(), &binary) == 1;
}

/// What is left of a limit.
class Timer {
 public:
  explicit Timer(Milliseconds limit) : deadline_(std::chrono::steady_clock::now() + limit) {}
  Milliseconds left() const {
    const auto left = std::chrono::floor<Milliseconds>(deadline_ - std::chrono::steady_clock::now());
    return std::max(left, Milliseconds(1));
  }

 private:
  std::chrono::steady_clock::time_point deadline_;
};

base::Result<Door::Reply> reply_of(std::expected<aws::HttpAnswer, aws::ExchangeFailure> answer,
                                   const std::string& name) {
  if (answer) {
    return Door::Reply{.status = answer->status,
                       .served_by = std::string(answer->header("x-served-by")),
                       .body = std::move(answer->body)};
  }
  const bool is_late = answer.error().kind == aws::FailureKind::timeout;
  return base::fail(is_late ? ErrorCode::http_timeout : ErrorCode::http_failed,
                    fmt::format("{}: {}", name, answer.error().message));
}

}  // namespace

base::Result<DoorOptions> door_options(const aws::Environment& environment) {
  DoorOptions options{.name_servers = {}, .certificates = environment("AWS_CA_BUNDLE")};
  std::string list = environment("LIFEBOAT_NAME_SERVERS");
  while (!list.empty()) {
    const auto comma = std::min(list.find(','), list.size());
    const auto text = list.substr(0, comma);
    const auto server = server_in(text);
    if (!server || !is_address(server->host)) {
      return base::fail(ErrorCode::bad_flag, fmt::format("'{}' is not a DNS server such as 127.0.0.1:5353", text),
                        "Correct the variable LIFEBOAT_NAME_SERVERS.");
    }
    options.name_servers.push_back(text);
    list.erase(0, comma + 1);
  }
  return options;
}

NetworkDoor::NetworkDoor(const model::Stack& stack, DoorOptions options)
    : dns_(stack.dns),
      port_(stack.load_balancer.port),
      is_encrypted_(!stack.aws.certificate.empty()),
      options_(std::move(options)),
      transport_(options_.certificates) {}

base::Result<Door::NameAnswer> NetworkDoor::ask_name_server(const std::string& text, const std::string& name,
                                                            Milliseconds limit) const {
  const Timer timer(limit);
  const auto server = server_in(text);
  if (!server) return base::fail(ErrorCode::dns_failed, fmt::format("'{}' is no DNS server", text));
  auto addresses = is_address(server->host) ? std::vector{server->host} : std::vector<std::string>();
  if (addresses.empty()) {
    auto found = system::dns_resolve(server->host, timer.left());
    if (!found) return std::unexpected(found.error());
    addresses = *std::move(found);
  }
  if (addresses.empty()) return base::fail(ErrorCode::dns_failed, fmt::format("{} has no address", server->host));
  const auto alias = system::dns_cname(addresses.front(), server->port, name, timer.left());
  if (!alias) return std::unexpected(alias.error());
  NameAnswer answer{.server = text, .target = {}};
  if (*alias) {
    answer.target = (*alias)->target;
    answer.ttl_s = (*alias)->ttl_s;
  }
  return answer;
}

std::size_t NetworkDoor::count_asked(const std::vector<std::string>& servers) const {
  return options_.name_servers.empty() ? servers.size() : options_.name_servers.size();
}

base::Result<std::vector<Door::NameAnswer>> NetworkDoor::ask_name_servers(const std::vector<std::string>& servers,
                                                                          const std::string& name, Milliseconds limit) {
  const auto& asked = options_.name_servers.empty() ? servers : options_.name_servers;
  if (asked.empty()) return base::fail(ErrorCode::dns_failed, fmt::format("nobody is known to ask for {}", name));
  std::vector<std::future<base::Result<NameAnswer>>> questions;
  for (const auto& server : asked) {
    questions.push_back(
        std::async(std::launch::async, [this, server, name, limit] { return ask_name_server(server, name, limit); }));
  }
  std::vector<NameAnswer> answers;
  std::optional<base::Error> trouble;
  for (auto& question : questions) {
    auto answer = question.get();
    if (answer) {
      answers.push_back(*std::move(answer));
    } else if (!trouble) {
      trouble = std::move(answer.error());
    }
  }
  if (answers.empty()) return std::unexpected(*std::move(trouble));
  return answers;
}

base::Result<std::vector<std::string>> NetworkDoor::addresses_of(const std::string& name, Milliseconds limit) const {
  if (options_.name_servers.empty()) return system::dns_resolve(name, limit);
  const Timer timer(limit);
  std::optional<base::Error> trouble;
  for (std::size_t index = 0; index < options_.name_servers.size(); ++index) {
    const auto server = server_in(options_.name_servers[index]);
    // A silent server leaves the others their share of the time.
    const auto share = timer.left() / static_cast<int>(options_.name_servers.size() - index);
    auto found = system::dns_lookup(server->host, server->port, name, share);
    if (found && !found->addresses.empty()) return std::move(found->addresses);
    if (!found) trouble = std::move(found.error());
  }
  if (trouble) return std::unexpected(*std::move(trouble));
  return base::fail(ErrorCode::dns_failed, fmt::format("{} has no address", name));
}

base::Result<Door::Reply> NetworkDoor::ask(const std::string& load_balancer_name, const Question& question,
                                           Milliseconds limit) {
  const Timer timer(limit);
  auto addresses = addresses_of(load_balancer_name, timer.left());
  if (!addresses) return std::unexpected(addresses.error());
  if (addresses->empty())
    return base::fail(ErrorCode::dns_failed, fmt::format("{} has no address", load_balancer_name));
  const std::uint16_t usual_port = is_encrypted_ ? 443 : 80;
  aws::Request request{.method = question.method,
                       .scheme = is_encrypted_ ? "https" : "http",
                       .host = port_ == usual_port ? dns_.host() : fmt::format("{}:{}", dns_.host(), port_),
                       .path = question.target,
                       .addresses = *std::move(addresses),
                       .body = question.body};
  if (!question.body.empty()) request.set_header("Content-Type", "application/json");
  if (!question.token.empty()) request.set_header("Authorization", fmt::format("Bearer {}", question.token.reveal()));
  return reply_of(transport_.send(request, {.connect = timer.left(),
                                            .whole = timer.left(),
                                            .answer_bytes = largest_answer,
                                            .may_reuse_connection = false}),
                  load_balancer_name);
}

}  // namespace lifeboat::aws_world
