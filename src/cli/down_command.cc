#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "cli/declare.h"
#include "cli/stack_home.h"
#include "cli/stack_host.h"

namespace lifeboat::cli {
namespace {

std::string document(const std::string& stack, bool kept, bool dry_run, const StoppedStack& stopped) {
  const nlohmann::ordered_json json = {{"version", api::document_version},
                                       {"stack", stack},
                                       {"dry_run", dry_run},
                                       {"kept_data", kept},
                                       {"stopped", stopped.scopes},
                                       {"processes", stopped.processes}};
  return json.dump() + "\n";
}

Outcome rehearse_down(Context& context, const std::string& stack, const local::StackPaths& paths, bool keep_data) {
  context.print(context.json() ? document(stack, keep_data, true, {})
                               : fmt::format("Would end every process of '{}' and {} {}.\n", stack,
                                             keep_data ? "keep" : "remove", paths.root.string()));
  return ExitCode::done;
}

Outcome down(Context& context, bool keep_data) {
  auto name = choose_stack(context.options);
  if (!name) return std::unexpected(name.error());
  const local::StackPaths paths{context.options.home / *name};
  if (context.options.dry_run) return rehearse_down(context, *name, paths, keep_data);
  if (!keep_data) {
    auto go = confirm(context, fmt::format("Stop '{}' and delete its databases in {}?", *name, paths.root.string()));
    if (!go) return std::unexpected(go.error());
    if (!*go) return ExitCode::refused;
  }
  const Tell tell = [&context](std::string_view sentence) {
    if (!context.json()) context.print(std::string(sentence) + "\n");
  };
  auto stopped = stop_stack(paths, tell);
  if (!stopped) return std::unexpected(stopped.error());
  if (!keep_data) {
    if (auto removed = remove_stack(paths); !removed) return std::unexpected(removed.error());
  }
  context.print(context.json()
                    ? document(*name, keep_data, false, *stopped)
                    : fmt::format("'{}' is down: {} processes ended, none is left{}.\n", *name, stopped->processes,
                                  keep_data ? fmt::format("; its data stay in {}", paths.root.string())
                                            : ", and its folder is gone"));
  return ExitCode::done;
}

}  // namespace

Handler declare_down(CLI::App& parser) {
  auto keep_data = std::make_shared<bool>(false);
  parser.add_flag("--keep-data", *keep_data, "Stop it, and leave its folder for the next 'up'");
  return [keep_data](Context& context) { return down(context, *keep_data); };
}

}  // namespace lifeboat::cli
