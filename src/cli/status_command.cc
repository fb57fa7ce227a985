#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/clusters.h"
#include "cli/declare.h"
#include "cli/interrupt.h"
#include "cli/stack_home.h"
#include "cli/status_text.h"

namespace lifeboat::cli {
namespace {

constexpr auto watch_interval = std::chrono::milliseconds(500);

std::string screen(const Context& context, const base::Result<api::StatusView>& status) {
  if (context.json()) return (status ? api::to_document(*status) : std::string()) + "\n";
  if (status) return status_text(context.terminal, *status);
  return status.error().text() + "\n";
}

/// Redraws until Ctrl-C. A controller that is away for a while is part of what is watched. Clusters answer too slowly
/// to be watched so.
Outcome watch(Context& context, const ControllerClient& client) {
  InterruptGuard guard;
  while (!interrupted()) {
    const auto status = client.status();
    if (!status && context.json()) return std::unexpected(status.error());
    const std::string cleared = context.live() ? "\x1b[H\x1b[2J" : "";
    context.print(cleared + screen(context, status));
    for (auto waited = std::chrono::milliseconds(0); waited < watch_interval && !interrupted();) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      waited += std::chrono::milliseconds(50);
    }
  }
  return ExitCode::done;
}

Outcome show(Context& context, bool watching) {
  auto client = connect(context.options);
  if (!client) return std::unexpected(client.error());
  if (watching) return watch(context, *client);
  auto status = client->status();
  if (!status) return std::unexpected(status.error());
  if (const auto home = open_stack(context.options); home) add_clusters(home->stack, *status);
  context.print(screen(context, status));
  return ExitCode::done;
}

}  // namespace

Handler declare_status(CLI::App& parser) {
  auto watching = std::make_shared<bool>(false);
  parser.add_flag("--watch,-w", *watching, "Redraw twice a second, until Ctrl-C");
  return [watching](Context& context) { return show(context, *watching); };
}

}  // namespace lifeboat::cli
