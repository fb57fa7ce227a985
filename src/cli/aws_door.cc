#include "cli/aws_door.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <array>
#include <charconv>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/process_environment.h"
#include "load/name_query.h"
#include "providers/aws/network_door.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds dns_timeout{2000};

struct NameServer {
  std::string address;
  std::uint16_t port = 53;
};

/// door_options() has found that it is one.
NameServer name_server(const std::string& text) {
  const auto colon = text.rfind(':');
  NameServer server{text.substr(0, colon)};
  if (colon != text.npos) std::from_chars(text.data() + colon + 1, text.data() + text.size(), server.port);
  return server;
}

/// The machine's own resolver, which says nothing about how long its answer counts.
base::Result<load::NameAnswer> resolve(const std::string& host, std::int64_t ttl_s) {
  addrinfo hints{};
  hints.ai_family = AF_INET;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int problem = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (problem != 0) {
    return base::fail(base::ErrorCode::dns_failed, fmt::format("{}: {}", host, ::gai_strerror(problem)),
                      "The domain's registrar has to name the zone's name servers; until then: --url.");
  }
  const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> owner(found, &::freeaddrinfo);
  load::NameAnswer answer{{}, ttl_s};
  for (const auto* one = found; one != nullptr; one = one->ai_next) {
    std::array<char, INET_ADDRSTRLEN> text{};
    const auto* address = reinterpret_cast<const sockaddr_in*>(one->ai_addr);
    if (::inet_ntop(AF_INET, &address->sin_addr, text.data(), text.size()) != nullptr) {
      answer.addresses.emplace_back(text.data());
    }
  }
  return answer;
}

/// The first that answers.
base::Result<load::NameAnswer> ask(const std::vector<NameServer>& servers, const std::string& host) {
  base::Result<load::NameAnswer> answer = base::fail(base::ErrorCode::dns_failed, "there is no name server");
  for (const auto& server : servers) {
    answer = load::query_name(server.address, server.port, host, dns_timeout);
    if (answer) return answer;
  }
  return answer;
}

}  // namespace

base::Result<load::LookUp> front_door_look_up(const model::Stack& stack) {
  const auto options = aws_world::door_options(process_environment());
  if (!options) return std::unexpected(options.error());
  const auto host = stack.dns.host();
  if (options->name_servers.empty()) {
    return [host, ttl_s = stack.dns.ttl.count()] { return resolve(host, ttl_s); };
  }
  std::vector<NameServer> servers;
  for (const auto& one : options->name_servers) servers.push_back(name_server(one));
  return [host, servers = std::move(servers)] { return ask(servers, host); };
}

}  // namespace lifeboat::cli
