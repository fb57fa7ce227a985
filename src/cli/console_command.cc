#include <fmt/format.h>

#include <filesystem>

#include "cli/console_text.h"
#include "cli/declare.h"
#include "cli/stack_home.h"
#include "page/files.h"

namespace lifeboat::cli {
namespace {

Outcome console(Context& context) {
  const auto home = open_stack(context.options);
  if (!home) return std::unexpected(home.error());
  const auto client = connect(*home);
  if (!client) return std::unexpected(client.error());
  const auto& endpoint = home->layout.controller;
  const auto viewer_token = home->paths.secrets() / "viewer_token";
  ConsolePlace place{.stack = home->stack.name,
                     .url = fmt::format("http://{}/", endpoint.text()),
                     .address = endpoint.text(),
                     .token_file = (home->paths.secrets() / "api_token").string(),
                     .viewer_token_file = {},
                     .answers = client->status().has_value(),
                     .has_page = !page::files().empty()};
  std::error_code none;
  if (std::filesystem::exists(viewer_token, none)) place.viewer_token_file = viewer_token.string();
  context.print(context.json() ? console_document(place) + "\n" : console_text(context.terminal, place));
  return ExitCode::done;
}

}  // namespace

Handler declare_console(CLI::App&) {
  return console;
}

}  // namespace lifeboat::cli
