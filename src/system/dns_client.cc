#include "system/dns_client.h"

#include <ares.h>
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <optional>

#include "system/dns_message.h"

namespace lifeboat::system {
namespace {

using base::ErrorCode;
using Channel = std::unique_ptr<ares_channeldata, decltype(&ares_destroy)>;
using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int records_max = 32;

struct Query {
  bool done = false;
  int status = ARES_ETIMEOUT;
  DnsAnswer answer;
};

void take_answer(void* argument, int status, int, unsigned char* message, int length) {
  auto& query = *static_cast<Query*>(argument);
  query.done = true;
  query.status = status;
  if (status != ARES_SUCCESS) return;
  std::array<ares_addrttl, records_max> records{};
  int count = records_max;
  query.status = ares_parse_a_reply(message, length, nullptr, records.data(), &count);
  if (query.status != ARES_SUCCESS) return;
  query.answer.ttl_s = count > 0 ? records[0].ttl : 0;
  for (int index = 0; index < count; ++index) {
    const auto& record = records[static_cast<std::size_t>(index)];
    std::array<char, INET_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET, &record.ipaddr, text.data(), text.size());
    query.answer.addresses.emplace_back(text.data());
    query.answer.ttl_s = std::min<std::int64_t>(query.answer.ttl_s, record.ttl);
  }
}

/// The record as it is, where the name has one.
struct AliasQuery {
  bool done = false;
  int status = ARES_ETIMEOUT;
  std::string name;
  std::optional<DnsAlias> answer;
};

void take_alias(void* argument, int status, int, unsigned char* message, int length) {
  auto& query = *static_cast<AliasQuery*>(argument);
  query.done = true;
  query.status = status;
  if (status == ARES_SUCCESS) query.answer = cname_in({message, static_cast<std::size_t>(length)}, query.name);
}

void take_addresses(void* argument, int status, int, ares_addrinfo* found) {
  auto& query = *static_cast<Query*>(argument);
  query.done = true;
  query.status = status;
  const std::unique_ptr<ares_addrinfo, decltype(&ares_freeaddrinfo)> owned(found, &ares_freeaddrinfo);
  if (status != ARES_SUCCESS) return;
  for (const auto* node = found->nodes; node != nullptr; node = node->ai_next) {
    if (node->ai_family != AF_INET) continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    const auto& address = *reinterpret_cast<const sockaddr_in*>(node->ai_addr);
    ::inet_ntop(AF_INET, &address.sin_addr, text.data(), text.size());
    query.answer.addresses.emplace_back(text.data());
  }
}

constexpr int one_server = ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_NOCHECKRESP;

/// `servers` as c-ares lists them; empty: the machine's own.
std::optional<Channel> open_channel(const std::string& servers, int flags, base::Milliseconds timeout) {
  ares_options options{};
  // A lost packet is sent again within the limit; names are taken as they are.
  options.timeout = static_cast<int>(std::max<std::int64_t>(timeout.count() / 2, 1));
  options.tries = 2;
  options.flags = flags;
  ares_channel raw = nullptr;
  if (ares_init_options(&raw, &options, ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS) != ARES_SUCCESS) {
    return std::nullopt;
  }
  Channel channel(raw, &ares_destroy);
  if (!servers.empty() && ares_set_servers_ports_csv(raw, servers.c_str()) != ARES_SUCCESS) return std::nullopt;
  return channel;
}

void run(ares_channel channel, const bool& done, SteadyTime deadline) {
  while (!done) {
    const auto left = std::chrono::ceil<base::Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    if (left <= 0) return;
    std::array<ares_socket_t, ARES_GETSOCK_MAXNUM> sockets{};
    const int wanted = ares_getsock(channel, sockets.data(), sockets.size());
    std::array<pollfd, ARES_GETSOCK_MAXNUM> waits{};
    nfds_t count = 0;
    for (unsigned index = 0; index < ARES_GETSOCK_MAXNUM; ++index) {
      const bool reads = ARES_GETSOCK_READABLE(static_cast<unsigned>(wanted), index) != 0;
      const bool writes = ARES_GETSOCK_WRITABLE(static_cast<unsigned>(wanted), index) != 0;
      if (!reads && !writes) continue;
      waits[count++] = {sockets[index], static_cast<short>((reads ? POLLIN : 0) | (writes ? POLLOUT : 0)), 0};
    }
    timeval next{};
    timeval limit{left / 1000, (left % 1000) * 1000};
    const timeval* wait = ares_timeout(channel, &limit, &next);
    ::poll(waits.data(), count, static_cast<int>(wait->tv_sec * 1000 + wait->tv_usec / 1000 + 1));
    for (nfds_t index = 0; index < count; ++index) {
      const auto& seen = waits[index];
      ares_process_fd(channel, (seen.revents & (POLLIN | POLLERR | POLLHUP)) != 0 ? seen.fd : ARES_SOCKET_BAD,
                      (seen.revents & POLLOUT) != 0 ? seen.fd : ARES_SOCKET_BAD);
    }
    if (count == 0) ares_process_fd(channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  }
}

constexpr const char* not_set_up = "the DNS client could not be set up";

std::string no_answer(base::Milliseconds timeout) {
  return fmt::format("no answer within {} ms", timeout.count());
}

std::unexpected<base::Error> failed(const std::string& whom, const std::string& name, const std::string& why) {
  return base::fail(ErrorCode::dns_failed, fmt::format("asking {} for {}: {}", whom, name, why));
}

}  // namespace

base::Result<DnsAnswer> dns_lookup(const std::string& server, std::uint16_t port, const std::string& name,
                                   base::Milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto servers = fmt::format("{}:{}", server, port);
  Query query;  // Outlives the channel, which answers every query before it is gone.
  auto channel = open_channel(servers, one_server, timeout);
  if (!channel) return failed(servers, name, not_set_up);
  ares_query(channel->get(), name.c_str(), /*class IN*/ 1, /*type A*/ 1, take_answer, &query);
  run(channel->get(), query.done, deadline);
  if (!query.done) return failed(servers, name, no_answer(timeout));
  if (query.status != ARES_SUCCESS) return failed(servers, name, ares_strerror(query.status));
  return query.answer;
}

base::Result<std::optional<DnsAlias>> dns_cname(const std::string& server, std::uint16_t port, const std::string& name,
                                                base::Milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto servers = fmt::format("{}:{}", server, port);
  AliasQuery query{.name = name, .answer = {}};
  auto channel = open_channel(servers, one_server | ARES_FLAG_NORECURSE, timeout);
  if (!channel) return failed(servers, name, not_set_up);
  ares_query(channel->get(), name.c_str(), /*class IN*/ 1, /*type CNAME*/ 5, take_alias, &query);
  run(channel->get(), query.done, deadline);
  if (!query.done) return failed(servers, name, no_answer(timeout));
  if (query.status == ARES_ENODATA || query.status == ARES_ENOTFOUND) return std::nullopt;
  if (query.status != ARES_SUCCESS) return failed(servers, name, ares_strerror(query.status));
  return query.answer;
}

base::Result<std::vector<std::string>> dns_resolve(const std::string& name, base::Milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  Query query;
  auto channel = open_channel({}, ARES_FLAG_NOSEARCH, timeout);
  if (!channel) return failed("the resolver", name, not_set_up);
  ares_addrinfo_hints hints{};
  hints.ai_family = AF_INET;
  ares_getaddrinfo(channel->get(), name.c_str(), nullptr, &hints, take_addresses, &query);
  run(channel->get(), query.done, deadline);
  if (!query.done) return failed("the resolver", name, no_answer(timeout));
  if (query.status != ARES_SUCCESS) return failed("the resolver", name, ares_strerror(query.status));
  return query.answer.addresses;
}

}  // namespace lifeboat::system
