#include "load/name_query.h"

#include <ares.h>
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/select.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>

namespace lifeboat::load {
namespace {

struct Pending {
  bool finished = false;
  int status = ARES_ENODATA;
  NameAnswer answer;
};

void take_answer(void* argument, int status, int, unsigned char* bytes, int length) {
  auto& pending = *static_cast<Pending*>(argument);
  constexpr int most_addresses = 16;
  std::array<ares_addrttl, most_addresses> found{};
  int count = most_addresses;
  if (status == ARES_SUCCESS) status = ares_parse_a_reply(bytes, length, nullptr, found.data(), &count);
  pending.finished = true;
  pending.status = status;
  if (status != ARES_SUCCESS) return;
  pending.answer.ttl_s = count == 0 ? 0 : found[0].ttl;
  for (int i = 0; i < count; ++i) {
    char text[INET_ADDRSTRLEN];
    const ares_addrttl& address = found.at(static_cast<std::size_t>(i));
    pending.answer.addresses.emplace_back(inet_ntop(AF_INET, &address.ipaddr, text, sizeof text));
    pending.answer.ttl_s = std::min<std::int64_t>(pending.answer.ttl_s, address.ttl);
  }
}

using Channel = std::unique_ptr<ares_channeldata, decltype(&ares_destroy)>;

base::Result<Channel> open_channel(const std::string& server, base::Milliseconds timeout) {
  static const int library = ares_library_init(ARES_LIB_INIT_ALL);
  ares_options options{};
  options.timeout = static_cast<int>(std::max<std::int64_t>(timeout.count(), 1));
  options.tries = 1;
  options.flags = ARES_FLAG_NOALIASES | ARES_FLAG_NOSEARCH;
  ares_channel raw = nullptr;
  int status = library;
  const int mask = ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_FLAGS;
  if (status == ARES_SUCCESS) status = ares_init_options(&raw, &options, mask);
  Channel channel(raw, &ares_destroy);
  if (status == ARES_SUCCESS) status = ares_set_servers_ports_csv(raw, server.c_str());
  if (status == ARES_SUCCESS) return channel;
  return base::fail(base::ErrorCode::dns_failed, fmt::format("DNS server {}: {}", server, ares_strerror(status)));
}

void wait_for_answer(ares_channel channel, const Pending& pending, std::chrono::steady_clock::time_point deadline) {
  while (!pending.finished && std::chrono::steady_clock::now() < deadline) {
    fd_set readable;
    fd_set writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    const int highest = ares_fds(channel, &readable, &writable);
    timeval most{.tv_sec = 0, .tv_usec = 50'000};
    timeval next{};
    timeval* wait = ares_timeout(channel, &most, &next);
    select(highest, &readable, &writable, nullptr, wait);
    ares_process(channel, &readable, &writable);
  }
}

}  // namespace

base::Result<NameAnswer> query_name(const std::string& server_address, std::uint16_t server_port,
                                    const std::string& name, base::Milliseconds timeout) {
  const std::string server = fmt::format("{}:{}", server_address, server_port);
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  Pending pending;  // Outlives the channel, whose destruction still calls back.
  auto channel = open_channel(server, timeout);
  if (!channel) return std::unexpected(channel.error());
  ares_query(channel->get(), name.c_str(), ns_c_in, ns_t_a, &take_answer, &pending);
  wait_for_answer(channel->get(), pending, deadline);
  if (pending.finished && pending.status == ARES_SUCCESS) return pending.answer;
  const std::string why = pending.finished ? ares_strerror(pending.status) : "no answer in time";
  return base::fail(base::ErrorCode::dns_failed, fmt::format("{} at DNS server {}: {}", name, server, why));
}

}  // namespace lifeboat::load
