#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace CLI {
class App;
}

namespace lifeboat::cli {

/// "lifeboat 0.1.0".
std::string_view version_line();

/// What is wrong with the command line, with the command or flag that was probably meant. `what` is the parser's own
/// message, used where nothing better can be said.
base::Error usage_error(const CLI::App& app, const std::vector<std::string>& arguments, std::string_view what);

}  // namespace lifeboat::cli
