// What the commands do with clusters, without a stack around it, for clusters_test.py:
//   clusters_probe reach|apply|remove|stop|plan|status STACK_FILE HOME: prints what a person would read; exit code 1 on
//   an error.

#include <iostream>

#include "cli/clusters.h"
#include "cli/stack_source.h"

namespace {

namespace cli = lifeboat::cli;

int told(const lifeboat::base::Status& status) {
  if (!status) std::cout << status.error().text() << "\n";
  return status ? 0 : 1;
}

int removed(const lifeboat::model::Stack& stack, bool keep_data) {
  const auto removal = cli::remove_from_clusters(stack, keep_data);
  for (const auto& sentence : removal.sentences) std::cout << sentence << "\n";
  return removal.complete ? 0 : 1;
}

int planned(const lifeboat::model::Stack& stack) {
  lifeboat::api::PlanView plan;
  cli::add_clusters(stack, plan);
  for (const auto& step : plan.steps) std::cout << step.asset << " " << step.action << ": " << step.reason << "\n";
  return 0;
}

int seen(const lifeboat::model::Stack& stack) {
  lifeboat::api::StatusView status;
  for (const auto* region : {&stack.home, &stack.standby}) {
    status.regions.emplace_back();
    status.regions.back().name = region->name.value;
  }
  cli::add_clusters(stack, status);
  for (const auto& region : status.regions) {
    for (const auto& part : region.monitoring) {
      std::cout << region.name << "/" << part.name << " " << part.state << ": " << part.detail << "\n";
    }
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string what = argv[1];
  const auto source = cli::read_stack_source(argv[2]);
  if (!source) return told(std::unexpected(source.error()));
  if (what == "reach") return told(cli::reach_clusters(source->stack));
  if (what == "remove" || what == "stop") return removed(source->stack, what == "stop");
  if (what == "plan") return planned(source->stack);
  if (what == "status") return seen(source->stack);
  const cli::StackHome home{.paths = {argv[3]}, .stack = source->stack, .layout = {}, .stack_folder = {}};
  return told(cli::apply_to_clusters(home, [](const std::string& sentence) { std::cout << sentence << "\n"; }));
}
