#include "system/dns_message.h"

#include <ares.h>
#include <strings.h>

#include <array>
#include <memory>

namespace lifeboat::system {
namespace {

constexpr std::size_t header_bytes = 12;
constexpr unsigned cname_type = 5;
constexpr unsigned internet_class = 1;

std::string without_dot(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  return name;
}

/// Walks through a message; what would lie beyond its end makes it broken for good.
class Reader {
 public:
  explicit Reader(std::span<const unsigned char> message) : message_(message) {}

  bool is_broken() const { return broken_; }

  std::uint32_t number(std::size_t bytes) {
    if (!has(bytes)) return 0;
    std::uint32_t value = 0;
    for (std::size_t index = 0; index < bytes; ++index) value = value << 8 | message_[at_ + index];
    at_ += bytes;
    return value;
  }

  void skip(std::size_t bytes) {
    if (has(bytes)) at_ += bytes;
  }

  /// A name may point back into the message; c-ares follows it and finds loops.
  std::string name() {
    if (!has(1)) return {};
    char* raw = nullptr;
    long length = 0;
    const auto status =
        ares_expand_name(message_.data() + at_, message_.data(), static_cast<int>(message_.size()), &raw, &length);
    if (status != ARES_SUCCESS) {
      broken_ = true;
      return {};
    }
    const std::unique_ptr<char, void (*)(void*)> text(raw, ares_free_string);
    at_ += static_cast<std::size_t>(length);
    return without_dot(text.get());
  }

 private:
  bool has(std::size_t bytes) {
    broken_ = broken_ || message_.size() - at_ < bytes;
    return !broken_;
  }

  std::span<const unsigned char> message_;
  std::size_t at_ = 0;
  bool broken_ = false;
};

}  // namespace

std::optional<DnsAlias> cname_in(std::span<const unsigned char> message, const std::string& name) {
  Reader reader(message);
  reader.skip(4);
  const auto questions = reader.number(2);
  const auto answers = reader.number(2);
  reader.skip(header_bytes - 8);
  for (std::uint32_t index = 0; index < questions && !reader.is_broken(); ++index) {
    reader.name();
    reader.skip(4);
  }
  const auto wanted = without_dot(name);
  for (std::uint32_t index = 0; index < answers && !reader.is_broken(); ++index) {
    const auto owner = reader.name();
    const auto type = reader.number(2);
    const auto record_class = reader.number(2);
    const auto ttl_s = reader.number(4);
    const auto length = reader.number(2);
    const bool is_it =
        type == cname_type && record_class == internet_class && ::strcasecmp(owner.c_str(), wanted.c_str()) == 0;
    if (!is_it) {
      reader.skip(length);
      continue;
    }
    auto target = reader.name();
    if (!reader.is_broken()) return DnsAlias{std::move(target), ttl_s};
  }
  return std::nullopt;
}

}  // namespace lifeboat::system
