#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "system/dns_client.h"

namespace lifeboat::system {

/// The CNAME record of that very name in an answer as it came over the wire; nothing when there is none, or when the
/// message is cut off or broken. Pure.
std::optional<DnsAlias> cname_in(std::span<const unsigned char> message, const std::string& name);

}  // namespace lifeboat::system
