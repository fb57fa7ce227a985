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
/// AWS is not asked twice a second, and what others do is in the journal's copy, which has to be fetched anew.
constexpr auto aws_watch_interval = std::chrono::seconds(10);

std::string screen(const Context& context, const base::Result<api::StatusView>& status) {
  if (context.json()) return (status ? api::to_document(*status) : std::string()) + "\n";
  if (status) return status_text(context.terminal, *status);
  return status.error().text() + "\n";
}

void pause(std::chrono::milliseconds interval) {
  for (auto waited = std::chrono::milliseconds(0); waited < interval && !interrupted();) {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    waited += std::chrono::milliseconds(50);
  }
}

/// Redraws until Ctrl-C. A controller that is away for a while is part of what is watched. Clusters answer too slowly
/// to be watched so.
Outcome watch(Context& context, base::Result<ControllerClient> client) {
  InterruptGuard guard;
  while (!interrupted()) {
    const auto status = client ? client->status() : std::unexpected(client.error());
    if (!status && context.json()) return std::unexpected(status.error());
    const std::string cleared = context.live() ? "\x1b[H\x1b[2J" : "";
    context.print(cleared + screen(context, status));
    const bool has_own = !client || client->host() != nullptr;
    pause(has_own ? aws_watch_interval : watch_interval);
    if (has_own && !interrupted()) client = connect(context.options, Purpose::looks);
  }
  return ExitCode::done;
}

Outcome show(Context& context, bool watching) {
  auto client = connect(context.options, Purpose::looks);
  if (!client) return std::unexpected(client.error());
  if (watching) return watch(context, std::move(client));
  auto status = client->status();
  if (!status) return std::unexpected(status.error());
  if (const auto chosen = choose(context.options); chosen) add_clusters(chosen->stack(), *status);
  context.print(screen(context, status));
  return ExitCode::done;
}

}  // namespace

Handler declare_status(CLI::App& parser) {
  auto watching = std::make_shared<bool>(false);
  parser.add_flag("--watch,-w", *watching, "Redraw twice a second (an aws stack: every 10 s), until Ctrl-C");
  return [watching](Context& context) { return show(context, *watching); };
}

}  // namespace lifeboat::cli
