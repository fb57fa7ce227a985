#include "cli/usage.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "model/suggest.h"

namespace lifeboat::cli {
namespace {

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
  const auto meant = model::nearest(word, candidates);
  return meant ? fmt::format("; did you mean '{}'?", *meant) : "";
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

std::vector<std::string> flag_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

std::vector<std::string_view> views(const std::vector<std::string>& names) {
  return {names.begin(), names.end()};
}

/// The deepest command that the line names: the one whose flags count.
const CLI::App& named_command(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : named_command(*chosen.front());
}

std::string spelled(const CLI::App& command) {
  return command.get_parent() == nullptr ? "lifeboat" : spelled(*command.get_parent()) + " " + command.get_name();
}

}  // namespace

std::string_view version_line() {
  return "lifeboat " LIFEBOAT_VERSION;
}

base::Error usage_error(const CLI::App& app, const std::vector<std::string>& arguments, std::string_view what) {
  const CLI::App& command = named_command(app);
  const std::string help = fmt::format("Run '{} --help' to see what it takes.", spelled(command));
  const auto extra = command.remaining();
  if (extra.empty()) return {base::ErrorCode::bad_flag, fmt::format("{}: {}", spelled(command), what), help};
  const std::string word = extra.front().substr(0, extra.front().find('='));
  if (word.starts_with("-")) {
    const std::string guess = did_you_mean(word, views(flag_names(command)));
    return {base::ErrorCode::bad_flag, fmt::format("'{}' does not take {}{}", spelled(command), word, guess), help};
  }
  const std::vector<std::string> names = subcommand_names(command);
  if (names.empty() || arguments.empty()) {
    return {base::ErrorCode::bad_flag, fmt::format("'{}' does not take '{}'", spelled(command), word), help};
  }
  return {base::ErrorCode::bad_flag, fmt::format("there is no command '{}'{}", word, did_you_mean(word, views(names))),
          help};
}

}  // namespace lifeboat::cli
