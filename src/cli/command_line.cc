#include "cli/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "cli/command.h"
#include "cli/usage.h"

namespace lifeboat::cli {
namespace {

void declare_global_options(CLI::App& parser, GlobalOptions& options, bool changes) {
  const auto take_format = [&options](const std::string& word) {
    options.output = word == "json" ? OutputFormat::json : OutputFormat::text;
  };
  parser.add_option_function<std::string>("--output", take_format, "How to print")
      ->check(CLI::IsMember({"text", "json"}))
      ->option_text("text|json")
      ->group("Every command takes");
  parser.add_option("--stack", options.stack, "The stack, where there is more than one; or an aws stack's file")
      ->option_text("NAME|FILE")
      ->group("Every command takes");
  parser.add_option("--home", options.home, "Where stacks live (default: $LIFEBOAT_HOME)")
      ->option_text("DIR")
      ->group("Every command takes");
  auto* yes = parser.add_flag("--yes,-y", options.yes, "Answer every question with yes")->group("Every command takes");
  auto* dry_run = parser.add_flag("--dry-run", options.dry_run, "Say what would be done, and do nothing");
  dry_run->group(changes ? "Every command takes" : "");
  if (!changes) yes->group("");
}

struct Parsed {
  GlobalOptions options;
  const Command* command = nullptr;
  Handler handler;
};

/// Asking for json is honoured even where the rest of the line is wrong.
OutputFormat output_asked_for(const std::vector<std::string>& arguments) {
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "--output=json") return OutputFormat::json;
    if (arguments[i] == "--output" && i + 1 < arguments.size() && arguments[i + 1] == "json") return OutputFormat::json;
  }
  return OutputFormat::text;
}

void declare_commands(CLI::App& app, Parsed& parsed) {
  for (const Command& command : commands()) {
    CLI::App* parser = app.add_subcommand(std::string(command.name), std::string(command.summary));
    parser->footer("Examples:\n" + std::string(command.examples));
    Handler handler = command.declare(*parser);
    declare_global_options(*parser, parsed.options, command.changes);
    parser->parse_complete_callback([&parsed, &command, handler] {
      parsed.command = &command;
      parsed.handler = handler;
    });
  }
}

int run_parsed(Parsed& parsed, Context& context) {
  context.options = parsed.options;
  if (context.options.home.empty()) context.options.home = default_home();
  if (context.options.dry_run && parsed.command != nullptr && !parsed.command->changes) {
    const auto error =
        base::fail(base::ErrorCode::bad_flag,
                   fmt::format("'lifeboat {}' changes nothing, so it takes no --dry-run", parsed.command->name));
    return static_cast<int>(report_error(context, error.error()));
  }
  Outcome outcome = parsed.command == nullptr ? run_without_arguments(context) : parsed.handler(context);
  return static_cast<int>(outcome ? *outcome : report_error(context, outcome.error()));
}

}  // namespace

int run_command_line(std::vector<std::string> arguments, const Terminal& terminal, std::ostream& out,
                     std::ostream& err) {
  GlobalOptions asked;
  asked.output = output_asked_for(arguments);
  Context context{.options = asked, .terminal = terminal, .out = out, .err = err};
  CLI::App app("Lifeboat keeps a web application alive through the loss of a whole region.", "lifeboat");
  Parsed parsed;
  app.set_version_flag("--version", std::string(version_line()));
  app.require_subcommand(0, 1);
  app.footer("'lifeboat COMMAND --help' explains a command; 'lifeboat' alone says what to do next.");
  declare_global_options(app, parsed.options, true);
  declare_commands(app, parsed);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());  // The order CLI11 takes them in.
    app.parse(reversed);
  } catch (const CLI::Success& help) {
    app.exit(help, out, err);
    return static_cast<int>(ExitCode::done);
  } catch (const CLI::ParseError& error) {
    return static_cast<int>(report_error(context, usage_error(app, arguments, error.what())));
  }
  return run_parsed(parsed, context);
}

}  // namespace lifeboat::cli
