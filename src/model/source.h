#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/diagnostic.h"

namespace lifeboat::model {

/// A stretch of the source text, in bytes.
struct Place {
  std::size_t offset = 0;
  std::size_t length = 1;
};

/// A text that knows its lines. Does not own the text. Any bytes are fine.
class Source {
 public:
  Source(std::string_view text, std::string file_name);

  std::string_view text() const { return text_; }
  /// The line's number, from 1, that holds the byte at the offset.
  int line_of(std::size_t offset) const;
  /// The line without its end; empty when there is no such line.
  std::string_view line(int number) const;
  /// The diagnostic at the place; message and hint are made printable.
  Diagnostic diagnose(Place place, DiagnosticKind kind, std::string_view message, std::string_view hint = {}) const;

 private:
  std::string_view text_;
  std::string file_name_;
  std::vector<std::size_t> line_starts_;
};

/// The number of code points; a byte that is not UTF-8 counts as one.
std::size_t count_code_points(std::string_view text);

/// The offset of the first byte that does not belong to well-formed UTF-8, or npos.
std::size_t first_invalid_utf8(std::string_view text);

/// Code point by code point: decodes the one at the front and removes it from the text (a bad byte gives U+FFFD).
char32_t take_code_point(std::string_view& text);

/// A control character other than a tab: it could move a terminal's cursor or change its colours.
bool is_control(char32_t c);

/// The text as it may be shown and sent as JSON: control characters and bad bytes become U+FFFD.
std::string printable(std::string_view text);

}  // namespace lifeboat::model
