#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "cli/aws_commands.h"
#include "cli/clusters.h"
#include "cli/declare.h"
#include "cli/end_stack.h"
#include "cli/stack_home.h"
#include "cli/stack_lock.h"

namespace lifeboat::cli {
namespace {

std::string document(const std::string& stack, bool kept, bool dry_run, const std::vector<std::string>& evidence) {
  const nlohmann::ordered_json facts = {{"version", api::document_version},
                                        {"stack", stack},
                                        {"dry_run", dry_run},
                                        {"kept_data", kept},
                                        {"evidence", evidence}};
  return facts.dump() + "\n";
}

Outcome rehearse_down(Context& context, const StackHome& home, bool keep_data) {
  const std::string root = home.paths.root.string();
  std::string clusters;
  for (const std::string& cluster : cluster_namespaces(home.stack)) {
    clusters += fmt::format("Would {} in the cluster: {}\n", keep_data ? "stop the monitoring" : "delete", cluster);
  }
  context.print(context.json() ? document(home.stack.name, keep_data, true, {})
                               : fmt::format("Would end every process of '{}' and {} {}.\n{}", home.stack.name,
                                             keep_data ? "keep" : "remove", root, clusters));
  return ExitCode::done;
}

std::string text(const StackHome& home, bool keep_data, const std::vector<std::string>& evidence) {
  std::string text;
  for (const std::string& sentence : evidence) text += "  " + sentence + "\n";
  const std::string root = home.paths.root.string();
  return text + fmt::format("'{}' is down{}.\n", home.stack.name,
                            keep_data ? "; its data stay in " + root : " and " + root + " is gone");
}

Outcome down(Context& context, bool keep_data) {
  if (const auto chosen = choose(context.options); chosen && chosen->is_aws()) {
    return down_on_aws(context, *chosen, keep_data);
  }
  auto home = open_local_stack(context.options);
  if (!home) return std::unexpected(home.error());
  if (context.options.dry_run) return rehearse_down(context, *home, keep_data);
  if (!keep_data) {
    auto go = confirm(
        context, fmt::format("Stop '{}' and delete its databases in {}?", home->stack.name, home->paths.root.string()));
    if (!go) return std::unexpected(go.error());
    if (!*go) return ExitCode::refused;
  }
  const auto lock = StackLock::take(home->paths);
  if (!lock) return std::unexpected(lock.error());
  auto evidence = end_stack(*home, keep_data ? Ending::clean : Ending::abrupt);
  if (!evidence) return std::unexpected(evidence.error());
  const auto removal = remove_from_clusters(home->stack, keep_data);
  evidence->insert(evidence->end(), removal.sentences.begin(), removal.sentences.end());
  if (!keep_data) {
    if (auto removed = local::remove_stack(*home); !removed) return std::unexpected(removed.error());
  }
  context.print(context.json() ? document(home->stack.name, keep_data, false, *evidence)
                               : text(*home, keep_data, *evidence));
  return removal.complete ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Handler declare_down(CLI::App& parser) {
  auto keep_data = std::make_shared<bool>(false);
  parser.add_flag("--keep-data", *keep_data, "Stop it, and leave its folder for the next 'up' (not on AWS)");
  return [keep_data](Context& context) { return down(context, *keep_data); };
}

}  // namespace lifeboat::cli
