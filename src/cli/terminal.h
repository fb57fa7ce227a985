#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace lifeboat::cli {

/// What the place that text goes to can show.
struct Terminal {
  bool interactive = false;  ///< Someone is watching: lines may be redrawn, questions asked.
  bool color = false;
  int width = 100;  ///< Columns.
};

/// Looks at standard output: colours only on a terminal and without NO_COLOR, its width (100 where it has none).
Terminal standard_output_terminal();

enum class Tone { plain, good, warning, bad, faint, strong, accent };

/// The text in the tone's colour; the text itself where the terminal shows none.
std::string paint(const Terminal& terminal, Tone tone, std::string_view text);

/// Columns that the text takes on a terminal: code points without colour sequences (no wide characters are ever
/// printed).
std::size_t display_width(std::string_view text);

/// The text followed by spaces up to `width` columns; longer text is left alone.
std::string pad(std::string_view text, std::size_t width);
std::string pad_left(std::string_view text, std::size_t width);

/// The text cut to `width` columns, the last of them "…" when something was cut. The text holds no colour sequences.
std::string clip(std::string_view text, std::size_t width);

}  // namespace lifeboat::cli
