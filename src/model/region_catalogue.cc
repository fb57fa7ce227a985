#include "model/region_catalogue.h"

#include <algorithm>
#include <array>

namespace lifeboat::model {

namespace {

struct RegionEntry {
  std::string_view name;
  std::string_view letters;
};

// AWS shuffles the letters for every account; these are the letters that exist in at least one.
constexpr std::array<RegionEntry, 32> regions{{
    {"us-east-1", "abcdef"},   {"us-east-2", "abc"},      {"us-west-1", "abc"},       {"us-west-2", "abcd"},
    {"af-south-1", "abc"},     {"ap-east-1", "abc"},      {"ap-northeast-1", "abcd"}, {"ap-northeast-2", "abcd"},
    {"ap-northeast-3", "abc"}, {"ap-south-1", "abc"},     {"ap-south-2", "abc"},      {"ap-southeast-1", "abc"},
    {"ap-southeast-2", "abc"}, {"ap-southeast-3", "abc"}, {"ap-southeast-4", "abc"},  {"ap-southeast-5", "abc"},
    {"ca-central-1", "abd"},   {"ca-west-1", "abc"},      {"eu-central-1", "abc"},    {"eu-central-2", "abc"},
    {"eu-north-1", "abc"},     {"eu-south-1", "abc"},     {"eu-south-2", "abc"},      {"eu-west-1", "abc"},
    {"eu-west-2", "abc"},      {"eu-west-3", "abc"},      {"il-central-1", "abc"},    {"me-central-1", "abc"},
    {"me-south-1", "abc"},     {"mx-central-1", "abc"},   {"sa-east-1", "abc"},       {"ap-southeast-7", "abc"},
}};

}  // namespace

std::vector<std::string_view> region_names() {
  std::vector<std::string_view> names;
  names.reserve(regions.size());
  for (const RegionEntry& region : regions) names.push_back(region.name);
  return names;
}

std::string_view zone_letters(std::string_view region) {
  const auto found = std::ranges::find(regions, region, &RegionEntry::name);
  return found == regions.end() ? std::string_view{} : found->letters;
}

std::vector<std::string> default_zones(std::string_view region) {
  std::vector<std::string> zones;
  for (const char letter : zone_letters(region).substr(0, 2)) zones.push_back(std::string(region) + letter);
  return zones;
}

}  // namespace lifeboat::model
