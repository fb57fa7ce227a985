#include <fmt/format.h>

#include <filesystem>

#include "cli/aws_host.h"
#include "cli/console_text.h"
#include "cli/declare.h"
#include "cli/stack_home.h"
#include "page/files.h"

namespace lifeboat::cli {
namespace {

ConsolePlace place_of(const std::string& stack, const local::StackPaths& paths, const std::string& address) {
  const auto viewer_token = paths.secrets() / "viewer_token";
  ConsolePlace place{.stack = stack,
                     .url = fmt::format("http://{}/", address),
                     .address = address,
                     .token_file = (paths.secrets() / "api_token").string(),
                     .viewer_token_file = {},
                     .answers = false,
                     .has_page = !page::files().empty()};
  std::error_code none;
  if (std::filesystem::exists(viewer_token, none)) place.viewer_token_file = viewer_token.string();
  return place;
}

Outcome show(Context& context, const ConsolePlace& place) {
  context.print(context.json() ? console_document(place) + "\n" : console_text(context.terminal, place));
  return ExitCode::done;
}

/// An aws stack has a controller only while a command works, or `lifeboat serve` does.
Outcome console_on_aws(Context& context, const ChosenStack& chosen) {
  const auto serving = find_serving(chosen.paths);
  if (!serving) {
    return base::fail(base::ErrorCode::controller_unreachable,
                      fmt::format("nothing serves the console of '{}' on this machine", chosen.stack().name),
                      "Run 'lifeboat serve', which serves it until Ctrl-C.");
  }
  auto place = place_of(chosen.stack().name, chosen.paths, fmt::format("127.0.0.1:{}", serving->port));
  const auto client = connect_to_aws(chosen, Purpose::looks);
  place.answers = client && client->status();
  return show(context, place);
}

Outcome console(Context& context) {
  if (const auto chosen = choose(context.options); chosen && chosen->is_aws()) return console_on_aws(context, *chosen);
  const auto home = open_local_stack(context.options);
  if (!home) return std::unexpected(home.error());
  const auto client = connect(*home);
  if (!client) return std::unexpected(client.error());
  auto place = place_of(home->stack.name, home->paths, home->layout.controller.text());
  place.answers = client->status().has_value();
  return show(context, place);
}

}  // namespace

Handler declare_console(CLI::App&) {
  return console;
}

}  // namespace lifeboat::cli
