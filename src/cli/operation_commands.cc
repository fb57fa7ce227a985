#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "cli/declare.h"
#include "cli/follow.h"
#include "cli/on_loss.h"
#include "cli/rehearse.h"
#include "cli/stack_home.h"

namespace lifeboat::cli {
namespace {

/// Asks before the service moves; what is asked names both regions.
Outcome ask_and_run(Context& context, const OperationRequest& request) {
  if (context.options.dry_run || !context.options.yes) {
    // Nobody is kept from working while a question waits for its answer.
    const auto looks = connect(context.options, Purpose::looks);
    if (!looks) return std::unexpected(looks.error());
    if (context.options.dry_run) return rehearse(context, *looks, request);
    auto status = looks->status();
    if (!status) return std::unexpected(status.error());
    auto go = confirm(context, question_before(request, *status));
    if (!go) return std::unexpected(go.error());
    if (!*go) return ExitCode::refused;
  }
  const auto client = connect(context.options, Purpose::changes);
  if (!client) return std::unexpected(client.error());
  return run_operation(context, *client, request);
}

void add_risk_options(CLI::App& parser, OperationRequest& request) {
  parser
      .add_option("--fence", request.fence,
                  "How the old writer is proven stopped (default: power; expiry without recovery.power_fence)")
      ->check(CLI::IsMember({"power", "direct", "expiry"}))
      ->option_text("power|direct|expiry");
  parser.add_flag("--accept-loss", request.accept_loss, "Go although more than the RPO objective would be lost");
  parser.add_flag("--accept-split-brain-risk", request.accept_split_brain_risk,
                  "Promote even without proof that the old writer is stopped; shown in the report");
}

/// --dry-run of abort.
Outcome say_what_runs(Context& context, const ControllerClient& client) {
  const auto status = client.status();
  if (!status) return std::unexpected(status.error());
  const auto& operation = status->operation;
  const bool runs = operation && operation->state == "running";
  if (context.json()) {
    const nlohmann::ordered_json json = {{"version", api::document_version},
                                         {"dry_run", true},
                                         {"kind", "abort"},
                                         {"operation", runs ? nlohmann::ordered_json(operation->id) : nullptr}};
    context.print(json.dump() + "\n");
  } else if (runs) {
    context.print(fmt::format("'abort' would undo {}, which is {}, unless it is past its point of no return.\n",
                              operation->id, operation->phase));
  } else {
    context.print("Nothing runs, so there is nothing to abort.\n");
  }
  return ExitCode::done;
}

Handler declare_planned_move(CLI::App& parser, const char* kind) {
  auto request = std::make_shared<OperationRequest>();
  request->kind = kind;
  parser.add_flag("--even-if-not-ready", request->even_if_not_ready, "Go although 'verify' says not ready");
  return [request](Context& context) { return ask_and_run(context, *request); };
}

}  // namespace

Handler declare_failover(CLI::App& parser) {
  auto request = std::make_shared<OperationRequest>();
  auto on_loss = std::make_shared<bool>(false);
  request->kind = "failover";
  parser.add_flag("--on-loss", *on_loss, "Wait until the active region is detected as lost, then go");
  add_risk_options(parser, *request);
  return [request, on_loss](Context& context) -> Outcome {
    return *on_loss ? fail_over_on_loss(context, *request) : ask_and_run(context, *request);
  };
}

Handler declare_switchover(CLI::App& parser) {
  return declare_planned_move(parser, "switchover");
}

Handler declare_failback(CLI::App& parser) {
  return declare_planned_move(parser, "failback");
}

Handler declare_reprotect(CLI::App&) {
  return [](Context& context) {
    OperationRequest request;
    request.kind = "reprotect";
    return ask_and_run(context, request);
  };
}

Handler declare_drill(CLI::App&) {
  return [](Context& context) {
    OperationRequest request;
    request.kind = "drill";
    return ask_and_run(context, request);
  };
}

Handler declare_abort(CLI::App&) {
  return [](Context& context) -> Outcome {
    if (context.options.dry_run || !context.options.yes) {
      const auto looks = connect(context.options, Purpose::looks);
      if (!looks) return std::unexpected(looks.error());
      if (context.options.dry_run) return say_what_runs(context, *looks);
      auto go = confirm(context, "Undo the operation that runs?");
      if (!go) return std::unexpected(go.error());
      if (!*go) return ExitCode::refused;
    }
    const auto client = connect(context.options, Purpose::changes);
    if (!client) return std::unexpected(client.error());
    const auto id = client->abort();
    if (!id) return std::unexpected(id.error());
    const auto ended = follow_operation(context, *client, *id);
    if (!ended) return std::unexpected(ended.error());
    return conclude(context, *ended);
  };
}

}  // namespace lifeboat::cli
