#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::model {

/// The names of the AWS regions that Lifeboat knows.
std::vector<std::string_view> region_names();

/// The letters of the region's zones ("abc"); empty for a region that is not known.
std::string_view zone_letters(std::string_view region);

/// The region's first two zones, which a stack file that names none uses; empty for a region that is not known.
std::vector<std::string> default_zones(std::string_view region);

}  // namespace lifeboat::model
