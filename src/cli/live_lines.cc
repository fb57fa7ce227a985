#include "cli/live_lines.h"

namespace lifeboat::cli {

LiveLines::~LiveLines() {
  show({});
}

std::string LiveLines::erasure() const {
  std::string text;
  for (std::size_t i = 0; i < shown_.size(); ++i) text += "\x1b[1A\x1b[2K";
  return text;
}

void LiveLines::show(const std::vector<std::string>& lines) {
  if (!context_.live() || (lines.empty() && shown_.empty())) return;
  std::string text = erasure();
  for (const std::string& line : lines) text += line + "\n";
  shown_ = lines;
  context_.print(text);
}

void LiveLines::print_above(const std::string& line) {
  if (context_.json()) return;
  const auto lines = shown_;
  show({});
  context_.print(line + "\n");
  show(lines);
}

}  // namespace lifeboat::cli
