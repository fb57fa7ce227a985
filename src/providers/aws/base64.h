#pragma once

#include <string>
#include <string_view>

namespace lifeboat::aws_world {

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);
/// The alphabet of URLs, without padding.
std::string base64_url(std::string_view bytes);

}  // namespace lifeboat::aws_world
