#include <csignal>
#include <iostream>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/command_line.h"

int main(int argc, char** argv) {
  using namespace lifeboat::cli;
  std::vector<std::string> arguments(argv + 1, argv + argc);
  std::signal(SIGPIPE, SIG_IGN);  // A pager that quits early must not end an operation half-way.
  if (!arguments.empty()) {
    for (const InternalCommand& command : internal_commands()) {
      if (command.name == arguments.front()) return command.run({arguments.begin() + 1, arguments.end()});
    }
  }
  return run_command_line(std::move(arguments), standard_output_terminal(), std::cout, std::cerr);
}
