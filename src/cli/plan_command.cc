#include "cli/plan_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/aws_commands.h"
#include "cli/changed_stack.h"
#include "cli/clusters.h"
#include "cli/declare.h"
#include "cli/plan_text.h"
#include "cli/stack_home.h"
#include "plan/plan.h"
#include "plan/price.h"
#include "system/sockets.h"

namespace lifeboat::cli {
namespace {

/// Between the regions' databases as they are, from the active one; nothing when none of the other's accepts
/// connections.
std::optional<std::chrono::microseconds> round_trip_from(const local::Layout& layout, const base::RegionName& active) {
  constexpr base::Milliseconds limit{2000};
  for (const auto& node : layout.other(active).database_nodes) {
    const auto& from = layout.region(active).database_nodes.front().endpoint.address;
    const auto measured = system::measure_round_trip(from, node.endpoint.address, node.endpoint.port, limit);
    if (measured) return *measured;
  }
  return std::nullopt;
}

base::Result<api::PlanView> plan_for(const StackSource& source, const local::StackPaths& paths) {
  const auto& stack = source.stack;
  if (auto home = local::load_stack(paths.root.parent_path(), stack.name); home) {
    auto client = connect(*home);
    if (!client) return std::unexpected(client.error());
    auto plan = client->plan();
    if (plan) {
      const base::RegionName active{plan->active_region};
      plan->notes = plan::prices(stack, active, round_trip_from(home->layout, active));
      if (auto may = may_become(source, paths); !may) {
        plan->notes.push_back(fmt::format("Not in this plan: {}. {}", may.error().message, may.error().help));
      }
    }
    if (plan || plan.error().code != base::ErrorCode::controller_unreachable) return plan;
  }
  // Nothing observes a stack without a controller: everything of it counts as absent.
  const plan::Reign reign{stack.home.name, true};
  auto view = api::make_plan_view(stack.name, plan::make_plan(stack, reign, {}, {}));
  view.notes = plan::prices(stack, stack.home.name, std::nullopt);
  return view;
}

Outcome plan_named(Context& context, const std::string& file) {
  std::filesystem::path path = file;
  if (file.empty() && names_a_file(context.options.stack)) path = context.options.stack;
  if (path.empty()) {
    auto name = choose_stack(context.options);
    if (!name && name.error().code != base::ErrorCode::stack_unknown) return std::unexpected(name.error());
    path = name ? local::StackPaths{context.options.home / *name}.stack_file() : stack_file_or_default(file);
  }
  auto source = read_stack_source(path);
  if (!source) return std::unexpected(source.error());
  const local::StackPaths paths{context.options.home / source->stack.name};
  if (source->stack.world == model::World::aws) return plan_on_aws(context, as_chosen(*source, paths));
  return show_plan(context, *source, paths);
}

}  // namespace

Outcome show_plan(Context& context, const StackSource& source, const local::StackPaths& paths) {
  auto plan = plan_for(source, paths);
  if (!plan) return std::unexpected(plan.error());
  add_clusters(source.stack, *plan);
  context.print(context.json() ? api::to_document(*plan) + "\n" : plan_text(context.terminal, *plan));
  return ExitCode::done;
}

Handler declare_plan(CLI::App& parser) {
  auto file = std::make_shared<std::string>();
  parser.add_option("FILE", *file, "The stack file (default: that of the stack there is, else ./stack.yaml)");
  return [file](Context& context) { return plan_named(context, *file); };
}

}  // namespace lifeboat::cli
