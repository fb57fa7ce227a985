#include "providers/local/address_claim.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <thread>

namespace lifeboat::local {
namespace {

using base::ErrorCode;

struct AbstractName {
  sockaddr_un address{};
  socklen_t length = 0;

  explicit AbstractName(const std::string& text) {
    address.sun_family = AF_UNIX;
    std::copy(text.begin(), text.end(), address.sun_path + 1);
    length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + text.size());
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }
};

AbstractName name_of(const std::string& address_prefix) {
  return AbstractName("lifeboat-" + address_prefix.substr(0, address_prefix.size() - 1));
}

system::Descriptor unbound() {
  return system::Descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
}

}  // namespace

base::Result<system::Descriptor> claim_addresses(const std::string& address_prefix) {
  auto socket = unbound();
  const auto name = name_of(address_prefix);
  if (!socket || ::bind(socket.get(), name.get(), name.length) != 0) {
    return base::fail(ErrorCode::port_taken,
                      fmt::format("the addresses {}0.0/16 are claimed by another stack", address_prefix));
  }
  return socket;
}

bool addresses_are_claimed(const std::string& address_prefix) {
  const auto socket = unbound();
  const auto name = name_of(address_prefix);
  return ::connect(socket.get(), name.get(), name.length) == 0 || errno != ECONNREFUSED;
}

base::Result<system::Descriptor> take_address_choice(base::Milliseconds patience) {
  const AbstractName name("lifeboat-choosing-addresses");
  auto socket = unbound();
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!socket || ::bind(socket.get(), name.get(), name.length) != 0) {
    if (std::chrono::steady_clock::now() >= deadline) {
      return base::fail(ErrorCode::lock_held, "another 'lifeboat up' has been choosing its addresses for too long",
                        "Look for one that hangs, end it, and run this again.");
    }
    std::this_thread::sleep_for(base::Milliseconds{10});
  }
  return socket;
}

}  // namespace lifeboat::local
