#include "cli/aws_door.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "load/name_query.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds dns_timeout{2000};
constexpr auto variable = "LIFEBOAT_NAME_SERVERS";

struct NameServer {
  std::string address;
  std::uint16_t port = 0;
};

base::Result<std::vector<NameServer>> name_servers(std::string_view text) {
  std::vector<NameServer> servers;
  while (!text.empty()) {
    const auto one = text.substr(0, text.find(','));
    text.remove_prefix(std::min(text.size(), one.size() + 1));
    const auto colon = one.rfind(':');
    NameServer server{std::string(one.substr(0, colon)), 0};
    const auto digits = colon == one.npos ? std::string_view() : one.substr(colon + 1);
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), server.port);
    if (server.address.empty() || problem != std::errc() || end != digits.data() + digits.size()) {
      return base::fail(base::ErrorCode::bad_flag, fmt::format("{} holds '{}', expected ADDRESS:PORT", variable, one));
    }
    servers.push_back(std::move(server));
  }
  return servers;
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
  const char* named = std::getenv(variable);
  const auto host = stack.dns.host();
  if (named == nullptr || *named == '\0') {
    return [host, ttl_s = stack.dns.ttl.count()] { return resolve(host, ttl_s); };
  }
  auto servers = name_servers(named);
  if (!servers) return std::unexpected(servers.error());
  return [host, servers = *std::move(servers)] { return ask(servers, host); };
}

}  // namespace lifeboat::cli
