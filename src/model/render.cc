#include <fmt/format.h>

#include <algorithm>

#include "model/diagnostic.h"
#include "model/source.h"

namespace lifeboat::model {

namespace {

// How many cells of a terminal the character takes: enough of Unicode for names and comments that people write.
int cells(char32_t c) {
  const bool combining = (c >= 0x300 && c <= 0x36F) || (c >= 0x200B && c <= 0x200F) || (c >= 0xFE00 && c <= 0xFE0F);
  if (combining) return 0;
  const bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) || (c >= 0xAC00 && c <= 0xD7A3) ||
                    (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                    (c >= 0x1F300 && c <= 0x1FAFF) || (c >= 0x20000 && c <= 0x3FFFD);
  return wide ? 2 : 1;
}

// The part of a long line around the column, so that a file of one long line cannot flood the terminal.
struct Window {
  std::string_view text;
  int column;
  bool cut_before = false;
  bool cut_after = false;
};

Window window_around(std::string_view line, int column) {
  constexpr int before = 60, width = 120;
  Window window{line, column};
  for (; window.column > before && !window.text.empty(); --window.column) {
    take_code_point(window.text);
    window.cut_before = true;
  }
  std::string_view rest = window.text;
  for (int i = 0; i < width && !rest.empty(); ++i) take_code_point(rest);
  window.cut_after = !rest.empty();
  window.text.remove_suffix(rest.size());
  return window;
}

// Tabs stay tabs, so that the caret stands right wherever the terminal's tab stops are.
std::string caret_line(const Window& window, int length) {
  std::string caret;
  std::string_view text = window.text;
  for (int i = 1; i < window.column && !text.empty(); ++i) {
    const char32_t c = take_code_point(text);
    if (c == '\t')
      caret += '\t';
    else
      caret.append(static_cast<std::size_t>(is_control(c) ? 1 : cells(c)), ' ');
  }
  int width = 0;
  for (int i = 0; i < length && !text.empty(); ++i) {
    const char32_t c = take_code_point(text);
    width += is_control(c) ? 1 : cells(c);
  }
  caret += '^';
  if (width > 1) caret.append(static_cast<std::size_t>(width) - 1, '~');
  return caret;
}

}  // namespace

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(diagnostics, [](const Diagnostic& d) { return d.severity == Severity::error; });
}

std::string render(const std::vector<Diagnostic>& diagnostics, std::string_view source) {
  const Source lines(source, "");
  std::string out;
  for (const Diagnostic& d : diagnostics) {
    const std::string_view severity = d.severity == Severity::error ? "error" : "warning";
    out += fmt::format("{}:{}:{}: {}: {}\n", printable(d.file), d.line, d.column, severity, d.message);
    const Window window = window_around(lines.line(d.line), d.column);
    const std::string_view lead = window.cut_before ? "…" : "", tail = window.cut_after ? "…" : "";
    if (!window.text.empty()) {
      out += fmt::format("  {}{}{}\n", lead, printable(window.text), tail);
      out += fmt::format("  {}{}\n", window.cut_before ? " " : "", caret_line(window, d.length));
    }
    if (!d.hint.empty()) out += fmt::format("  hint: {}\n", d.hint);
  }
  return out;
}

}  // namespace lifeboat::model
