#include "providers/aws/subnet_plan.h"

#include <bit>
#include <cstdint>

#include "base/assert.h"
#include "model/address_block.h"

namespace lifeboat::aws_world {
namespace {

// A load balancer takes no subnet that is smaller.
constexpr int longest_subnet_prefix = 27;
constexpr int roomy_bits = 4;

int bits_for(std::size_t subnets) {
  return static_cast<int>(std::bit_width(subnets - 1));
}

std::size_t letter_of(const base::ZoneName& zone) {
  return static_cast<std::size_t>(zone.value.back() - 'a');
}

}  // namespace

std::vector<ZoneBlocks> plan_subnets(const model::Region& region) {
  const auto block = model::parse_address_block(region.address_block);
  LIFEBOAT_ASSERT(block.has_value(), "the stack file's checks let no other text through");
  const bool roomy = block->prefix + roomy_bits <= longest_subnet_prefix;
  const int bits = roomy ? roomy_bits : bits_for(2 * region.zones.size());
  const int prefix = block->prefix + bits;
  LIFEBOAT_ASSERT(prefix <= longest_subnet_prefix, "the stack file's checks refuse a block that is too small");
  const auto subnet = [&](std::size_t slot) {
    const auto base = block->first() + (static_cast<std::uint32_t>(slot) << (32 - prefix));
    return model::AddressBlock{base, prefix}.text();
  };
  const std::size_t half = std::size_t{1} << (bits - 1);
  std::vector<ZoneBlocks> blocks;
  for (std::size_t i = 0; i < region.zones.size(); ++i) {
    const auto slot = roomy ? letter_of(region.zones[i]) : i;
    LIFEBOAT_ASSERT(slot < half, "no region has so many zones");
    blocks.push_back({subnet(slot), subnet(half + slot)});
  }
  return blocks;
}

}  // namespace lifeboat::aws_world
