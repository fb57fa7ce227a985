#pragma once

#include <cstdint>
#include <optional>
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

/// What a name is another name for.
struct DnsAlias {
  std::string target;  ///< Without a dot at the end.
  std::int64_t ttl_s = 0;
};

/// Asks one DNS server for a name's own CNAME record, without leave to ask others: what an authoritative server knows
/// itself. Nothing when it says that there is no such record. Ends within the time limit. Error: dns_failed.
base::Result<std::optional<DnsAlias>> dns_cname(const std::string& server, std::uint16_t port, const std::string& name,
                                                base::Milliseconds timeout);

/// A name's IPv4 addresses by the machine's own resolver (its hosts file, then the servers of its resolv.conf); a
/// numeric address is itself. Ends within the time limit, which getaddrinfo would not. Error: dns_failed.
base::Result<std::vector<std::string>> dns_resolve(const std::string& name, base::Milliseconds timeout);

}  // namespace lifeboat::system
