#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace lifeboat::system {

/// What a DNS server answered for a name.
struct DnsAnswer {
  std::vector<std::string> addresses;  ///< IPv4, in the answer's order.
  std::int64_t ttl_s = 0;              ///< The smallest of the records'.
};

/// Asks one DNS server, at an address and port of its own, for a name's IPv4 addresses; nothing else of the machine's
/// resolver is involved. Ends within the time limit. Error: dns_failed, also for a name that does not exist.
base::Result<DnsAnswer> dns_lookup(const std::string& server, std::uint16_t port, const std::string& name,
                                   base::Milliseconds timeout);

}  // namespace lifeboat::system
