#include "system/test_dns_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "base/assert.h"

namespace lifeboat::system::testing {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr unsigned type_a = 1;
constexpr unsigned type_cname = 5;

std::string number(std::uint32_t value, int bytes) {
  std::string text;
  for (int index = bytes - 1; index >= 0; --index) text += static_cast<char>(value >> (8 * index) & 0xff);
  return text;
}

std::string encoded(std::string_view name) {
  std::string text;
  while (!name.empty()) {
    const auto label = name.substr(0, name.find('.'));
    text += static_cast<char>(label.size());
    text += label;
    name.remove_prefix(std::min(label.size() + 1, name.size()));
  }
  return text + '\0';
}

/// The question's name, and where its type stands.
std::pair<std::string, std::size_t> question(std::string_view query) {
  std::string name;
  auto at = header_bytes;
  while (at < query.size() && query[at] != 0) {
    const auto length = static_cast<unsigned char>(query[at]);
    name += (name.empty() ? "" : ".") + std::string(query.substr(at + 1, length));
    at += length + std::size_t{1};
  }
  return {name, at + 1};
}

}  // namespace

TestDnsServer::TestDnsServer(std::map<std::string, TestRecord> records)
    : records_(std::move(records)), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  socklen_t length = sizeof(address);
  const bool bound = ::bind(socket_.get(), plain, length) == 0 && ::getsockname(socket_.get(), plain, &length) == 0;
  LIFEBOAT_ASSERT(bound, "a test gets a port of its own");
  port_ = ntohs(address.sin_port);
  thread_ = std::jthread([this] { serve(); });
}

TestDnsServer::~TestDnsServer() {
  is_over_ = true;
}

std::string TestDnsServer::place() const {
  return fmt::format("127.0.0.1:{}", port_);
}

void TestDnsServer::set(const std::string& name, TestRecord record) {
  const std::lock_guard lock(mutex_);
  records_[name] = std::move(record);
}

std::vector<bool> TestDnsServer::recursion_wanted() const {
  const std::lock_guard lock(mutex_);
  return recursion_wanted_;
}

void TestDnsServer::serve() {
  while (!is_over_) {
    pollfd wait{socket_.get(), POLLIN, 0};
    if (::poll(&wait, 1, 20) <= 0) continue;
    std::array<char, 512> buffer{};
    sockaddr_in from{};
    auto* plain = reinterpret_cast<sockaddr*>(&from);
    socklen_t length = sizeof(from);
    const auto count = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), 0, plain, &length);
    if (count < static_cast<ssize_t>(header_bytes)) continue;
    const auto reply = answer({buffer.data(), static_cast<std::size_t>(count)});
    if (!reply.empty()) ::sendto(socket_.get(), reply.data(), reply.size(), 0, plain, length);
  }
}

std::string TestDnsServer::answer(std::string_view query) {
  const std::lock_guard lock(mutex_);
  const auto [name, at] = question(query);
  recursion_wanted_.push_back((query[2] & 1) != 0);
  if (is_silent_ || at + 4 > query.size()) return {};
  const auto type = static_cast<unsigned>(static_cast<unsigned char>(query[at + 1]));
  const auto record = records_.find(name);
  std::string records;
  if (record != records_.end()) {
    const auto& [alias, address, ttl_s] = record->second;
    const auto add = [&, ttl = ttl_s](unsigned kind, const std::string& data) {
      records += encoded(name) + number(kind, 2) + number(1, 2) + number(ttl, 4) +
                 number(static_cast<std::uint32_t>(data.size()), 2) + data;
    };
    in_addr binary{};
    if (!alias.empty()) {
      add(type_cname, encoded(alias));
    } else if (type == type_a && ::inet_aton(address.c_str(), &binary) != 0) {
      add(type_a, {reinterpret_cast<const char*>(&binary.s_addr), sizeof(binary.s_addr)});
    }
  }
  const bool exists = record != records_.end();
  // An authoritative answer; rcode 3 says that the name does not exist.
  return std::string(query.substr(0, 2)) + '\x84' + (exists ? '\0' : '\3') + number(1, 2) +
         number(records.empty() ? 0 : 1, 2) + number(0, 4) +
         std::string(query.substr(header_bytes, at + 4 - header_bytes)) + records;
}

}  // namespace lifeboat::system::testing
