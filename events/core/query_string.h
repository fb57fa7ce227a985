#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lifeboat::events {

/// "%41b" → "Ab". A '%' that no two hexadecimal digits follow is kept as it is.
std::string percent_decode(std::string_view text, bool plus_is_space);

/// "a=1&b=x%20y" → pairs, in order, decoded.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

}  // namespace lifeboat::events
