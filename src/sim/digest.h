#pragma once

#include <cstdint>
#include <string_view>

namespace lifeboat::sim {

/// FNV-1a over everything that happens: two runs are the same when their digests are.
class Digest {
 public:
  void mix(std::uint64_t number) {
    for (int shift = 0; shift < 64; shift += 16) add((number >> shift) & 0xFFFF);
  }
  void mix(std::string_view text) {
    for (const char letter : text) add(static_cast<unsigned char>(letter));
  }
  std::uint64_t value() const { return value_; }

 private:
  void add(std::uint64_t part) { value_ = (value_ ^ part) * 0x100000001B3ULL; }

  std::uint64_t value_ = 0xCBF29CE484222325ULL;
};

}  // namespace lifeboat::sim
