#include "model/source.h"

#include <algorithm>
#include <array>
#include <utility>

namespace lifeboat::model {

namespace {

struct Decoded {
  char32_t value;
  std::size_t bytes;  // 0: not well-formed.
};

bool is_continuation(std::string_view text, std::size_t index) {
  return index < text.size() && (static_cast<unsigned char>(text[index]) & 0xC0) == 0x80;
}

Decoded decode(std::string_view text) {
  static constexpr std::array<char32_t, 5> smallest{0, 0, 0x80, 0x800, 0x10000};
  const auto first = static_cast<unsigned char>(text[0]);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 && first < 0xF8 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 0;
  if (bytes == 0 || first >= 0xF8) return {0, 0};
  char32_t value = first & (0x7Fu >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!is_continuation(text, i)) return {0, 0};
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3Fu);
  }
  const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
  if (value < smallest[bytes] || value > 0x10FFFF || surrogate) return {0, 0};
  return {value, bytes};
}

}  // namespace

char32_t take_code_point(std::string_view& text) {
  const Decoded decoded = decode(text);
  text.remove_prefix(std::max<std::size_t>(decoded.bytes, 1));
  return decoded.bytes == 0 ? U'\uFFFD' : decoded.value;
}

std::size_t count_code_points(std::string_view text) {
  std::size_t count = 0;
  for (; !text.empty(); ++count) take_code_point(text);
  return count;
}

std::size_t first_invalid_utf8(std::string_view text) {
  for (std::size_t offset = 0; offset < text.size();) {
    const Decoded decoded = decode(text.substr(offset));
    if (decoded.bytes == 0) return offset;
    offset += decoded.bytes;
  }
  return std::string_view::npos;
}

bool is_control(char32_t c) {
  return (c < 0x20 && c != '\t') || (c >= 0x7F && c < 0xA0);
}

std::string printable(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const std::string_view at = text;
    const char32_t c = take_code_point(text);
    if (c == U'\uFFFD' || is_control(c))
      shown += "\uFFFD";
    else
      shown += at.substr(0, at.size() - text.size());
  }
  return shown;
}

Source::Source(std::string_view text, std::string file_name)
    : text_(text), file_name_(std::move(file_name)), line_starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n') line_starts_.push_back(i + 1);
  }
}

int Source::line_of(std::size_t offset) const {
  const auto next = std::upper_bound(line_starts_.begin(), line_starts_.end(), offset);
  return static_cast<int>(next - line_starts_.begin());
}

std::string_view Source::line(int number) const {
  if (number < 1 || static_cast<std::size_t>(number) > line_starts_.size()) return {};
  const std::size_t start = line_starts_[static_cast<std::size_t>(number) - 1];
  std::string_view line = text_.substr(start, text_.find('\n', start) - start);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Diagnostic Source::diagnose(Place place, DiagnosticKind kind, std::string_view message, std::string_view hint) const {
  const std::size_t offset = std::min(place.offset, text_.size());
  Diagnostic diagnostic;
  diagnostic.file = file_name_;
  diagnostic.line = line_of(offset);
  const std::string_view whole = line(diagnostic.line);
  const std::size_t start = line_starts_[static_cast<std::size_t>(diagnostic.line) - 1];
  const std::size_t before = std::min(offset - start, whole.size());
  diagnostic.column = static_cast<int>(count_code_points(whole.substr(0, before))) + 1;
  diagnostic.length = static_cast<int>(std::max<std::size_t>(1, count_code_points(whole.substr(before, place.length))));
  diagnostic.message = printable(message);
  diagnostic.hint = printable(hint);
  diagnostic.kind = kind;
  return diagnostic;
}

}  // namespace lifeboat::model
