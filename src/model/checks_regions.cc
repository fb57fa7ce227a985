#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "model/address_block.h"
#include "model/checks.h"
#include "model/region_catalogue.h"
#include "model/suggest.h"

namespace lifeboat::model {

namespace {

void check_zones(Checks& checks, const RegionDraft& draft, const std::string& path) {
  const std::string& region = draft.region.name.value;
  const std::string_view letters = zone_letters(region);
  std::vector<std::string> names;
  for (const char letter : letters) names.push_back(region + letter);
  const std::vector<std::string_view> views(names.begin(), names.end());
  for (std::size_t i = 0; i < draft.region.zones.size(); ++i) {
    const std::string& zone = draft.region.zones[i].value;
    if (std::ranges::find(names, zone) != names.end()) continue;
    const bool letter = zone.size() == 1 && letters.find(zone[0]) != std::string_view::npos;
    const auto near = letter ? std::nullopt : nearest(zone, views);
    checks.error({fmt::format("{}.zones[{}]", path, i), path + ".name"},
                 fmt::format("'{}' is not a zone of {}", zone, region),
                 letter ? fmt::format("did you mean '{}{}'?", region, zone)
                 : near ? fmt::format("did you mean '{}'?", *near)
                        : fmt::format("its zones are {}", fmt::join(names, ", ")));
  }
}

struct Reserved {
  std::string_view block;
  std::string_view purpose;
};
constexpr std::array<Reserved, 5> reserved_blocks{{{"0.0.0.0/8", "this network"},
                                                   {"127.0.0.0/8", "this machine"},
                                                   {"169.254.0.0/16", "link-local addresses"},
                                                   {"224.0.0.0/4", "multicast"},
                                                   {"240.0.0.0/4", "future use"}}};
constexpr std::array<std::string_view, 4> private_blocks{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                                         "100.64.0.0/10"};

// Every zone gets a public and a private subnet of 32 addresses at least: a load balancer on AWS takes no smaller one.
int longest_prefix(std::size_t zones) {
  int prefix = 27;
  for (std::size_t subnets = 1; subnets < 2 * zones; subnets *= 2) --prefix;
  return prefix;
}

void check_place(Checks& checks, const AddressBlock& block, const std::string& path) {
  for (const auto& [reserved, purpose] : reserved_blocks) {
    if (!parse_address_block(reserved)->overlaps(block)) continue;
    return checks.error({path},
                        fmt::format("{} overlaps {}, which is set aside for {}", block.text(), reserved, purpose),
                        "use a private block such as 10.10.0.0/16");
  }
  const bool is_private =
      std::ranges::any_of(private_blocks, [&](auto text) { return parse_address_block(text)->holds(block); });
  if (!is_private) {
    checks.warning({path},
                   fmt::format("{} is not private: hosts on the Internet may have these addresses", block.text()),
                   "use a block inside 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16");
  }
}

void check_size(Checks& checks, const AddressBlock& block, const RegionDraft& draft, const std::string& region_path) {
  const std::string path = region_path + ".address_block";
  const std::size_t zones = std::max<std::size_t>(draft.region.zones.size(), 2);
  if (block.prefix < 16) {
    checks.error({path}, fmt::format("{} is larger than a VPC may be", block.text()), "AWS takes /16 at most");
  } else if (block.prefix > longest_prefix(zones)) {
    checks.error({path, region_path + ".zones"}, fmt::format("{} is too small for {} zones", block.text(), zones),
                 fmt::format("use /{} or larger: two subnets of 32 addresses in each zone", longest_prefix(zones)));
  }
}

std::optional<AddressBlock> check_block(Checks& checks, const RegionDraft& draft, const std::string& region_path) {
  const std::string path = region_path + ".address_block";
  const std::string& text = draft.region.address_block;
  if (text.empty()) return std::nullopt;
  const auto block = parse_address_block(text);
  if (!block) {
    checks.error({path}, fmt::format("'{}' is not a block of addresses", text),
                 "four numbers up to 255, and a prefix up to /32: 10.10.0.0/16");
    return std::nullopt;
  }
  if (block->base != block->first()) {
    checks.error({path}, fmt::format("'{}' has address bits below its prefix", text),
                 fmt::format("did you mean '{}'?", block->text()));
  }
  check_size(checks, *block, draft, region_path);
  check_place(checks, *block, path);
  return block;
}

}  // namespace

void check_regions(Checks& checks) {
  const auto& regions = checks.regions();
  for (std::size_t i = 0; i < regions.size(); ++i) check_zones(checks, regions[i], fmt::format("regions[{}]", i));
  if (regions.size() != 2) return;
  if (regions[0].region.name == regions[1].region.name) {
    checks.error({"regions[1].name", "regions[0].name"},
                 fmt::format("the region {} stands here twice", regions[1].region.name.value),
                 "a stack survives the loss of a region only with a second one");
  }
  if (!regions[0].role.empty() && regions[0].role == regions[1].role) {
    const std::string_view other = regions[0].role == "home" ? "standby" : "home";
    checks.error({"regions[1].role", "regions[0].role"}, fmt::format("both regions have the role {}", regions[1].role),
                 fmt::format("give one of them 'role: {}'", other));
  }
}

void check_address_blocks(Checks& checks) {
  const auto& regions = checks.regions();
  std::vector<std::optional<AddressBlock>> blocks;
  for (std::size_t i = 0; i < regions.size(); ++i)
    blocks.push_back(check_block(checks, regions[i], fmt::format("regions[{}]", i)));
  if (blocks.size() == 2 && blocks[0] && blocks[1] && blocks[0]->overlaps(*blocks[1])) {
    checks.error({"regions[1].address_block", "regions[0].address_block"},
                 fmt::format("{} overlaps {}, the block of {}", blocks[1]->text(), blocks[0]->text(),
                             regions[0].region.name.value),
                 "the regions' networks are joined, so their blocks must be apart: 10.10.0.0/16 and 10.20.0.0/16");
  }
}

}  // namespace lifeboat::model
