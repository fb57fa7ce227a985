#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "api/log_view.h"
#include "cli/chaos_switch.h"
#include "cli/chaos_target.h"
#include "cli/declare.h"
#include "cli/stack_home.h"

namespace lifeboat::cli {
namespace {

struct ChaosFlags {
  std::string action;
  std::string kind;
  std::string name;
};

ChaosAction action_of(const std::string& word) {
  if (word == "kill") return ChaosAction::kill;
  return word == "stop" ? ChaosAction::stop : ChaosAction::resume;
}

std::string document(const ChaosFlags& flags, const ChaosTarget& target, const ChaosResult& result, bool dry_run) {
  const nlohmann::ordered_json json = {{"version", api::document_version},
                                       {"action", flags.action},
                                       {"kind", flags.kind},
                                       {"target", flags.name},
                                       {"dry_run", dry_run},
                                       {"at_unix_ms", result.at_unix_ms},
                                       {"assets", target.assets},
                                       {"processes", result.processes}};
  return json.dump() + "\n";
}

std::string text(const ChaosFlags& flags, const ChaosTarget& target, const ChaosResult& result) {
  const std::string_view done = flags.action == "kill" ? "Killed" : flags.action == "stop" ? "Stopped" : "Resumed";
  const std::string assets = target.assets.empty() ? "" : fmt::format(" ({})", fmt::join(target.assets, ", "));
  return fmt::format("{} {} {}{} at {}: {} processes.\n", done, flags.kind, flags.name, assets,
                     api::moment_text(result.at_unix_ms), result.processes);
}

Outcome chaos(Context& context, const ChaosFlags& flags) {
  auto home = open_stack(
      context.options, {"nothing of it is on this machine to be broken",
                        "AWS Fault Injection Service breaks things there, and stopping the web instances of a zone in "
                        "EC2 or rebooting the database with failover in RDS does so by hand."});
  if (!home) return std::unexpected(home.error());
  auto target = resolve_target(home->layout, flags.kind, flags.name);
  if (!target) return std::unexpected(target.error());
  if (context.options.dry_run) {
    context.print(context.json() ? document(flags, *target, {}, true)
                                 : fmt::format("Would {} {} {}.\n", flags.action, flags.kind, flags.name));
    return ExitCode::done;
  }
  auto result = act_on(action_of(flags.action), home->paths, *target);
  if (!result) return std::unexpected(result.error());
  context.print(context.json() ? document(flags, *target, *result, false) : text(flags, *target, *result));
  return ExitCode::done;
}

}  // namespace

Handler declare_chaos(CLI::App& parser) {
  auto flags = std::make_shared<ChaosFlags>();
  parser.add_option("ACTION", flags->action, "kill (SIGKILL), stop (SIGSTOP: it hangs) or resume")
      ->required()
      ->check(CLI::IsMember({"kill", "stop", "resume"}));
  parser.add_option("KIND", flags->kind, "region, zone or instance")
      ->required()
      ->check(CLI::IsMember({"region", "zone", "instance"}));
  parser.add_option("NAME", flags->name, "us-east-2, us-east-2a, us-east-2/web-1, dns …")->required();
  return [flags](Context& context) { return chaos(context, *flags); };
}

}  // namespace lifeboat::cli
