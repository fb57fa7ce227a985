#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lifeboat::model {

/// A block of IPv4 addresses: "10.10.0.0/16".
struct AddressBlock {
  std::uint32_t base = 0;  ///< As written; may have bits below the prefix.
  int prefix = 0;          ///< 0 to 32.

  std::uint32_t first() const;
  std::uint32_t last() const;
  bool overlaps(const AddressBlock& other) const { return first() <= other.last() && other.first() <= last(); }
  bool holds(const AddressBlock& other) const { return first() <= other.first() && other.last() <= last(); }
  /// The canonical text, bits below the prefix cleared.
  std::string text() const;
};

/// Nothing when the text is not four numbers up to 255 and a prefix up to 32.
std::optional<AddressBlock> parse_address_block(std::string_view text);

}  // namespace lifeboat::model
