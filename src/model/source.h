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
  Diagnostic diagnose(Place place, DiagnosticKind kind, std::string message, std::string hint = "") const;

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

}  // namespace lifeboat::model
