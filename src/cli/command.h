#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/context.h"

namespace CLI {
class App;
}

namespace lifeboat::cli {

/// Runs a command whose flags have been read.
using Handler = std::function<Outcome(Context&)>;

/// One word of the command line. `declare` adds the command's own flags to its parser and returns what to run; the
/// flags' values live in the handler.
struct Command {
  std::string_view name;
  std::string_view summary;   ///< One line, for the list of commands.
  std::string_view examples;  ///< Lines that work as they stand, for --help.
  bool changes = false;       ///< It changes something: takes --dry-run and --yes.
  Handler (*declare)(CLI::App& parser);
};

/// Every command, in the order in which people meet them.
const std::vector<Command>& commands();

/// A command that Lifeboat runs itself (the controller, the agents, the inits): not listed, and its arguments are not
/// for people.
struct InternalCommand {
  std::string_view name;
  int (*run)(const std::vector<std::string>& arguments);  ///< Arguments after the name; returns the exit code.
};

const std::vector<InternalCommand>& internal_commands();

/// What `lifeboat` does without arguments: looks at the state and says what to do next.
Outcome run_without_arguments(Context& context);

}  // namespace lifeboat::cli
