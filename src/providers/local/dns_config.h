#pragma once

#include <filesystem>
#include <string>

#include "model/stack.h"
#include "providers/local/layout.h"

namespace lifeboat::local {

/// pdns.conf. It holds the key of the HTTP API, so its file is for its owner only. Pure. `modules` is where the
/// backends are; empty for the built-in place.
std::string dns_configuration(const Endpoint& answers, const Endpoint& api, const std::string& api_key,
                              const std::filesystem::path& modules);

/// The body of the API request that makes the zone, with a name server whose address is the DNS server's own.
std::string zone_request(const model::Dns& dns, const std::string& server_address);

/// The body of the API request that makes the name's only address.
std::string record_request(const std::string& name, const std::string& address, std::int64_t ttl_s);

}  // namespace lifeboat::local
