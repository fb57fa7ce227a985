#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>
#include <utility>

#include "cli/declare.h"
#include "cli/interrupt.h"
#include "cli/log_text.h"
#include "cli/report_text.h"
#include "cli/stack_home.h"
#include "cli/verify_text.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds log_wait{1000};
constexpr auto refresh_pause = std::chrono::milliseconds(100);
constexpr int copy_refreshes = 100;  ///< Pauses between two looks at a copy.

Outcome verify(Context& context) {
  auto client = connect(context.options, Purpose::looks);
  if (!client) return std::unexpected(client.error());
  auto verdict = client->verify();
  if (!verdict) return std::unexpected(verdict.error());
  context.print(context.json() ? api::to_document(*verdict) + "\n" : verify_text(context.terminal, *verdict));
  return verdict->ready() ? ExitCode::done : ExitCode::refused;
}

Outcome report(Context& context, const std::string& id) {
  auto client = connect(context.options, Purpose::looks);
  if (!client) return std::unexpected(client.error());
  auto report = client->report(id);
  if (!report) return std::unexpected(report.error());
  context.print(context.json() ? api::to_document(*report) + "\n" : report_text(context.terminal, *report));
  return ExitCode::done;
}

/// A copy of an aws stack's journal does not grow: it is fetched anew.
base::Result<ControllerClient> connect_anew(const Context& context) {
  for (int waited = 0; waited < copy_refreshes && !interrupted(); ++waited) std::this_thread::sleep_for(refresh_pause);
  return connect(context.options, Purpose::looks);
}

/// Prints entries as they come, until Ctrl-C; goes on after a controller that died.
Outcome follow_log(Context& context, base::Result<ControllerClient> client, std::uint64_t after) {
  InterruptGuard guard;
  while (!interrupted()) {
    if (!client) return std::unexpected(client.error());
    const bool has_own = client->host() != nullptr;
    auto log = client->log(after, has_own ? base::Milliseconds{0} : log_wait);
    if (!log) return std::unexpected(log.error());
    for (const api::LogEntryView& entry : log->entries) {
      context.print(context.json() ? api::to_document(api::LogView{{entry}}) + "\n"
                                   : log_line(context.terminal, entry) + "\n");
      after = std::max(after, entry.seq);
    }
    if (has_own) client = connect_anew(context);
  }
  return ExitCode::done;
}

Outcome log(Context& context, bool follow) {
  auto client = connect(context.options, Purpose::looks);
  if (!client) return std::unexpected(client.error());
  if (follow) return follow_log(context, std::move(client), 0);
  auto log = client->log(0, base::Milliseconds{0});
  if (!log) return std::unexpected(log.error());
  context.print(context.json() ? api::to_document(*log) + "\n" : log_text(context.terminal, *log));
  return ExitCode::done;
}

}  // namespace

Handler declare_verify(CLI::App&) {
  return verify;
}

Handler declare_report(CLI::App& parser) {
  auto id = std::make_shared<std::string>("latest");
  parser.add_option("ID", *id, "The operation, e.g. failover-3 (default: the latest)");
  return [id](Context& context) { return report(context, *id); };
}

Handler declare_log(CLI::App& parser) {
  auto follow = std::make_shared<bool>(false);
  parser.add_flag("--follow,-f", *follow, "Go on, until Ctrl-C");
  return [follow](Context& context) { return log(context, *follow); };
}

}  // namespace lifeboat::cli
