#include "aws/ini.h"

#include <fmt/format.h>

#include "aws/request.h"

namespace lifeboat::aws {
namespace {

std::string_view without_spaces(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

std::unexpected<base::Error> unreadable_line(int number, std::string_view expected) {
  return base::fail(base::ErrorCode::bad_flag, fmt::format("line {} is not {}", number, expected),
                    "Correct the line; AWS documents the format under 'Configuration and credential file settings'.");
}

}  // namespace

base::Result<IniSections> parse_ini(std::string_view text) {
  IniSections sections;
  std::map<std::string, std::string>* current = nullptr;
  for (int number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto content = without_spaces(line);
    const bool is_indented = !line.empty() && (line[0] == ' ' || line[0] == '\t');
    if (content.empty() || content[0] == '#' || content[0] == ';' || is_indented) continue;
    if (content[0] == '[') {
      const auto end = content.find(']');
      if (end == std::string_view::npos) return unreadable_line(number, "[a section]");
      current = &sections[std::string(without_spaces(content.substr(1, end - 1)))];
      continue;
    }
    const auto equals = content.find('=');
    if (equals == std::string_view::npos || equals == 0 || current == nullptr)
      return unreadable_line(number, "name = value in a section");
    (*current)[lower_case(without_spaces(content.substr(0, equals)))] = without_spaces(content.substr(equals + 1));
  }
  return sections;
}

}  // namespace lifeboat::aws
