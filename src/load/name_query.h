#pragma once

#include <string>

#include "base/error.h"
#include "base/units.h"
#include "load/load.h"

namespace lifeboat::load {

/// Asks one DNS server, as a client would, for the name's IPv4 addresses. Never uses the machine's own resolver, its
/// cache or its hosts file. Blocks for at most `timeout`. Errors: dns_failed, with what the server said.
base::Result<NameAnswer> query_name(const std::string& server_address, std::uint16_t server_port,
                                    const std::string& name, base::Milliseconds timeout);

}  // namespace lifeboat::load
