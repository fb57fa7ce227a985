#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "cli/aws_commands.h"
#include "cli/aws_folder.h"
#include "cli/aws_host.h"
#include "cli/aws_plan.h"
#include "cli/follow.h"
#include "cli/read_file.h"
#include "cli/stack_lock.h"
#include "cli/status_text.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds buckets_limit{300'000};
constexpr auto settle_limit = std::chrono::seconds(40);  ///< Some observations of each region.
constexpr auto settling_interval = std::chrono::milliseconds(500);

/// The other process's controller has read the file that there was.
base::Status is_the_same(const ChosenStack& chosen, const Serving& serving) {
  const auto installed = read_file(chosen.paths.stack_file());
  if (installed && *installed == chosen.source.text) return {};
  return base::fail(base::ErrorCode::operation_in_progress,
                    fmt::format("process {} works with the stack file as it was before", serving.pid),
                    "End 'lifeboat serve', or wait until the other command has ended; then run this again.");
}

/// What is made stays when an up fails, and somebody pays for it.
void say_what_stays(const Context& context) {
  if (context.json()) return;
  context.print(
      "CloudFormation takes back what it made of a stack that failed; the stacks that are complete stay, and cost "
      "money.\n'lifeboat up' goes on from here; 'lifeboat down' removes what there is.\n");
}

void show_settled(const Context& context, const ControllerClient& client) {
  const auto give_up_at = std::chrono::steady_clock::now() + settle_limit;
  while (true) {
    const auto status = client.status();
    const bool settled = status && std::ranges::all_of(status->regions, [&](const auto& region) {
                           const bool answers = region.name != status->active_region || region.traffic == "serve";
                           return region.state == "ready" && answers;
                         });
    if (!settled && std::chrono::steady_clock::now() < give_up_at) {
      std::this_thread::sleep_for(settling_interval);
      continue;
    }
    if (status) context.print("\n" + status_text(context.terminal, *status));
    return;
  }
}

Outcome run_up(Context& context, const ControllerClient& client, bool again) {
  const OperationRequest request{.kind = "up", .fence = {}};
  auto outcome = run_operation(context, client, request);
  const bool done = outcome && *outcome == ExitCode::done;
  // An up that another controller had begun was made for the file as it was then.
  if (done && again) outcome = run_operation(context, client, request);
  if (outcome && *outcome == ExitCode::done) {
    if (!context.json()) show_settled(context, client);
  } else {
    say_what_stays(context);
  }
  return outcome;
}

/// Until somebody has made a stack in a real account, whoever makes one has to know.
void say_what_was_never_met(const Context& context) {
  if (context.json()) return;
  context.print(
      "Lifeboat's aws world was tested on simulations of AWS, and has not met AWS itself (docs/aws.md): make its first "
      "stack in an account that has nothing else in it.\n");
}

/// Shows what would be done, and asks. False: not now.
base::Result<bool> agree(Context& context, const ChosenStack& chosen, AwsHost& host) {
  if (!context.json()) context.print("Asking CloudFormation what would change; this takes a while.\n");
  const auto plan = look_at_plan(chosen, host);
  if (!plan) return std::unexpected(plan.error());
  if (!context.json()) context.print(aws_plan_text(context.terminal, *plan));
  if (auto may = may_be_carried_out(*plan); !may) return std::unexpected(may.error());
  return confirm(context, fmt::format("Make this in account {}?", plan->account));
}

Outcome build(Context& context, const ChosenStack& chosen) {
  auto host = AwsHost::open(chosen);
  if (!host) return std::unexpected(host.error());
  say_what_was_never_met(context);
  if (!context.options.yes) {
    const auto go = agree(context, chosen, **host);
    if (!go) return std::unexpected(go.error());
    if (!*go) return ExitCode::refused;
  } else if (!context.json() && !chosen.stack().aws.existing.is_adopted()) {
    for (const auto& line : aws_world::cost_text(aws_world::monthly_cost(chosen.stack()))) context.print(line + "\n");
  }
  const auto lock = StackLock::take(chosen.paths);
  if (!lock) return std::unexpected(lock.error());
  const auto before = read_file(chosen.paths.stack_file());
  if (auto installed = install_aws_folder(chosen); !installed) return std::unexpected(installed.error());
  if (auto made = (*host)->world().make_buckets(system::SystemClock().now() + buckets_limit); !made) {
    return std::unexpected(made.error());
  }
  if (auto begun = (*host)->begin(Purpose::changes); !begun) return std::unexpected(begun.error());
  const auto left = (*host)->left();
  const bool again = left && left->kind == "up" && before.value_or("") != chosen.source.text;
  return run_up(context, (*host)->client(*host), again);
}

}  // namespace

Outcome up_on_aws(Context& context, const ChosenStack& chosen) {
  if (context.options.dry_run) return plan_on_aws(context, chosen);
  if (auto stands = may_stand_for(chosen.source, chosen.paths); !stands) return std::unexpected(stands.error());
  if (auto serving = find_serving(chosen.paths)) {
    if (auto same = is_the_same(chosen, *serving); !same) return std::unexpected(same.error());
    const auto client = connect_to_aws(chosen, Purpose::changes);
    if (!client) return std::unexpected(client.error());
    return run_up(context, *client, false);
  }
  return build(context, chosen);
}

Outcome plan_on_aws(Context& context, const ChosenStack& chosen) {
  if (auto stands = may_stand_for(chosen.source, chosen.paths); !stands) return std::unexpected(stands.error());
  const auto host = AwsHost::open(chosen);
  if (!host) return std::unexpected(host.error());
  const auto plan = look_at_plan(chosen, **host);
  if (!plan) return std::unexpected(plan.error());
  context.print(context.json() ? aws_plan_document(*plan) + "\n" : aws_plan_text(context.terminal, *plan));
  return refusals(*plan).empty() ? ExitCode::done : ExitCode::refused;
}

}  // namespace lifeboat::cli
