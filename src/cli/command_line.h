#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "cli/terminal.h"

namespace lifeboat::cli {

/// The whole program but the process around it: reads the arguments (without the program's name), runs the command and
/// returns the exit code. Every error is reported before it returns.
int run_command_line(std::vector<std::string> arguments, const Terminal& terminal, std::ostream& out,
                     std::ostream& err);

}  // namespace lifeboat::cli
