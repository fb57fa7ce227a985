#pragma once

#include <optional>
#include <string>

#include "cli/terminal.h"

namespace lifeboat::cli {

/// What someone needs to open the console of a stack.
struct ConsolePlace {
  std::string stack;
  std::string url;
  std::string address;  ///< "127.30.0.2:7000".
  std::string token_file;
  std::optional<std::string> viewer_token_file;  ///< Absent in a stack that an older version made.
  bool answers = false;                          ///< The controller does.
  bool has_page = false;                         ///< The program was built with the page.
};

std::string console_text(const Terminal& terminal, const ConsolePlace& place);
std::string console_document(const ConsolePlace& place);

}  // namespace lifeboat::cli
