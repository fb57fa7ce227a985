#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <memory>
#include <nlohmann/json.hpp>
#include <ostream>

#include "api/document.h"
#include "cli/aws_host.h"
#include "cli/console_text.h"
#include "cli/declare.h"
#include "cli/host_progress.h"
#include "cli/interrupt.h"
#include "cli/log_text.h"
#include "cli/stack_home.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds console_log_wait{500};

base::Status may_serve(const base::Result<ChosenStack>& chosen) {
  if (!chosen) return std::unexpected(chosen.error());
  if (!chosen->is_aws()) {
    return base::fail(base::ErrorCode::bad_flag,
                      fmt::format("the controller of '{}' runs by itself", chosen->stack().name),
                      "'lifeboat console' says where it serves.");
  }
  if (const auto serving = find_serving(chosen->paths)) {
    return base::fail(base::ErrorCode::operation_in_progress,
                      fmt::format("process {} has the controller of '{}' already", serving->pid, chosen->stack().name),
                      "Wait until that command has ended; 'lifeboat console' says where it serves meanwhile.");
  }
  return {};
}

void introduce(const Context& context, const ChosenStack& chosen, const AwsHost& host) {
  const auto secrets = chosen.paths.secrets();
  const auto url = fmt::format("http://127.0.0.1:{}/", host.port());
  if (context.json()) {
    const nlohmann::ordered_json json = {{"version", api::document_version},
                                         {"stack", chosen.stack().name},
                                         {"url", url},
                                         {"token_file", (secrets / "api_token").string()},
                                         {"viewer_token_file", (secrets / "viewer_token").string()}};
    context.print(json.dump() + "\n");
    return;
  }
  context.print(fmt::format(
      "Serving {} at {} (console, and metrics at {}metrics).\nSign in with what is in {}, or in "
      "{} to look only.\nCtrl-C ends it; the service does not depend on it.\n",
      paint(context.terminal, Tone::strong, chosen.stack().name), paint(context.terminal, Tone::accent, url), url,
      (secrets / "api_token").string(), (secrets / "viewer_token").string()));
  if (const auto left = host.left()) {
    context.print(fmt::format("Going on with {}, which stopped in phase {}.\n", left->id, left->phase));
  }
}

/// The log as it grows, until Ctrl-C or until the controller may not decide any more.
base::Status follow(const Context& context, const ControllerClient& client, AwsHost& host) {
  std::uint64_t after = 0;
  bool is_new = false;
  while (!interrupted()) {
    if (auto failed = host.failure()) return std::unexpected(*std::move(failed));
    const auto log = client.log(after, is_new ? console_log_wait : base::Milliseconds{0});
    if (!log) return std::unexpected(log.error());
    for (const auto& entry : log->entries) {
      after = std::max(after, entry.seq);
      // What was before is told by 'lifeboat log'.
      if (is_new && !context.json()) context.print(log_line(context.terminal, entry) + "\n");
    }
    is_new = true;
    for (const auto& sentence : host.take_progress()) {
      if (!context.json() && is_worth_a_line(sentence)) context.print(sentence + "\n");
    }
  }
  return {};
}

/// Effects under way may take minutes, and nobody waits for them at Ctrl-C.
void leave_unfinished(const Context& context, const ControllerClient& client, AwsHost& host) {
  const auto status = client.status();
  if (!status || !status->operation || !status->operation->running()) return;
  host.abandon();
  const auto& operation = *status->operation;
  context.err << fmt::format("lifeboat: {} stands unfinished in phase {}. 'lifeboat {}' or 'lifeboat serve' goes on.",
                             operation.id, operation.phase, operation.kind)
              << std::endl;
  std::_Exit(static_cast<int>(ExitCode::done));
}

Outcome serve(Context& context, std::uint16_t port) {
  const auto chosen = choose(context.options);
  if (auto may = may_serve(chosen); !may) return std::unexpected(may.error());
  InterruptGuard guard;
  const auto host = AwsHost::open(*chosen);
  if (!host) return std::unexpected(host.error());
  if (auto begun = (*host)->begin(Purpose::changes, port); !begun) return std::unexpected(begun.error());
  introduce(context, *chosen, **host);
  const auto client = (*host)->client(*host);
  if (auto served = follow(context, client, **host); !served) return std::unexpected(served.error());
  leave_unfinished(context, client, **host);
  return ExitCode::done;
}

}  // namespace

Handler declare_serve(CLI::App& parser) {
  auto port = std::make_shared<std::uint16_t>(0);
  parser.add_option("--port", *port, "Where to listen on 127.0.0.1 (default: a free port)")->option_text("PORT");
  return [port](Context& context) { return serve(context, *port); };
}

}  // namespace lifeboat::cli
