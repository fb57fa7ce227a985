#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/declare.h"
#include "cli/follow.h"
#include "cli/on_loss.h"
#include "cli/rehearse.h"
#include "cli/stack_home.h"

namespace lifeboat::cli {
namespace {

/// Asks before the service moves; what is asked names both regions.
Outcome ask_and_run(Context& context, const OperationRequest& request) {
  auto client = connect(context.options);
  if (!client) return std::unexpected(client.error());
  if (context.options.dry_run) return rehearse(context, *client, request);
  if (!context.options.yes) {
    auto status = client->status();
    if (!status) return std::unexpected(status.error());
    auto go = confirm(context, question_before(request, *status));
    if (!go) return std::unexpected(go.error());
    if (!*go) return ExitCode::refused;
  }
  return run_operation(context, *client, request);
}

void add_risk_options(CLI::App& parser, OperationRequest& request) {
  parser.add_option("--fence", request.fence, "How the old writer is proven stopped (default: power)")
      ->check(CLI::IsMember({"power", "direct"}))
      ->option_text("power|direct");
  parser.add_flag("--accept-loss", request.accept_loss, "Go although more than the RPO objective would be lost");
  parser.add_flag("--accept-split-brain-risk", request.accept_split_brain_risk,
                  "Promote even without proof that the old writer is stopped; shown in the report");
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

}  // namespace lifeboat::cli
