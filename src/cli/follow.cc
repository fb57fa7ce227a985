#include "cli/follow.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "cli/live_lines.h"
#include "cli/operation_text.h"

namespace lifeboat::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto ask_interval = std::chrono::milliseconds(60);
constexpr auto controller_patience = std::chrono::seconds(30);

/// Asks once more after a controller that did not answer; only when its patience is at an end is that an error.
base::Result<api::OperationView> ask(Context& context, const ControllerClient& client, const std::string& id) {
  const auto give_up_at = Clock::now() + controller_patience;
  bool told = false;
  while (true) {
    auto operation = client.operation(id);
    if (operation || operation.error().code != base::ErrorCode::controller_unreachable) return operation;
    if (Clock::now() >= give_up_at) return operation;
    if (!told && !context.json()) context.print("The controller does not answer; waiting for its successor.\n");
    told = true;
    std::this_thread::sleep_for(ask_interval);
  }
}

}  // namespace

base::Result<api::OperationView> follow_operation(Context& context, const ControllerClient& client,
                                                  const std::string& id) {
  LiveLines lines(context);
  std::size_t told = 0;
  while (true) {
    auto operation = ask(context, client, id);
    if (!operation) return operation;
    for (; told < operation->sentences.size(); ++told) {
      lines.print_above(sentence_line(context.terminal, *operation, operation->sentences[told]));
    }
    if (!operation->running()) return operation;
    lines.show(progress_lines(context.terminal, *operation));
    std::this_thread::sleep_for(ask_interval);
  }
}

Outcome conclude(Context& context, const api::OperationView& operation) {
  if (context.json()) {
    context.print(api::to_document(operation) + "\n");
  } else {
    context.print(conclusion_text(context.terminal, operation));
  }
  if (operation.state == "done" || operation.state == "done_unprotected") return ExitCode::done;
  return operation.state == "refused" ? ExitCode::refused : ExitCode::failed;
}

Outcome run_operation(Context& context, const ControllerClient& client, const OperationRequest& request) {
  auto id = client.start(request);
  if (!id) return std::unexpected(id.error());
  auto operation = follow_operation(context, client, *id);
  if (!operation) return std::unexpected(operation.error());
  return conclude(context, *operation);
}

}  // namespace lifeboat::cli
