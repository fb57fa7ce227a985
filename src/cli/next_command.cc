#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/document.h"
#include "cli/command.h"
#include "cli/operation_text.h"
#include "cli/stack_home.h"
#include "cli/status_text.h"

namespace lifeboat::cli {
namespace {

struct Advice {
  std::string stack;
  std::string seen;  ///< One sentence about how things are.
  std::string next;  ///< "command  (why)".
};

std::string sentence_about(const api::StatusView& status) {
  const api::RegionView* active = status.region(status.active_region);
  const std::string state = active == nullptr ? "unknown" : active->state;
  const std::string ready = status.ready.verdict == "ready"       ? "the standby could take over"
                            : status.ready.verdict == "not_ready" ? "the standby could NOT take over"
                                                                  : "readiness is not known yet";
  return fmt::format("{} is active and {} (epoch {}); {}.", status.active_region, state, status.epoch, ready);
}

Advice without_stack(const std::filesystem::path& home) {
  const bool has_file = std::filesystem::exists("stack.yaml");
  return {"", fmt::format("There is no stack in {}.", home.string()),
          has_file ? "lifeboat up  (builds ./stack.yaml)"
                   : "lifeboat init  (writes a stack file), or lifeboat demo  (shows it all)"};
}

base::Result<Advice> advice_for(const GlobalOptions& options) {
  const auto chosen = choose(options);
  const auto name = chosen ? base::Result<std::string>(chosen->stack().name) : choose_stack(options);
  if (!name && name.error().code == base::ErrorCode::stack_unknown && options.stack.empty()) {
    return without_stack(options.home);
  }
  if (!name) return std::unexpected(name.error());
  auto client = connect(options, Purpose::looks);
  if (!client) return std::unexpected(client.error());
  const auto status = client->status();
  if (!status) {
    return Advice{*name, "Its controller does not answer; the service does not depend on it.",
                  "lifeboat up  (starts what is missing), or lifeboat down"};
  }
  return Advice{*name, sentence_about(*status), next_step(*status)};
}

}  // namespace

Outcome run_without_arguments(Context& context) {
  auto advice = advice_for(context.options);
  if (!advice) return std::unexpected(advice.error());
  if (context.json()) {
    nlohmann::ordered_json json = {{"version", api::document_version}, {"stack", nullptr}};
    if (!advice->stack.empty()) json["stack"] = advice->stack;
    json["seen"] = advice->seen;
    json["next"] = advice->next;
    context.print(json.dump() + "\n");
    return ExitCode::done;
  }
  const std::string stack = advice->stack.empty() ? "" : paint(context.terminal, Tone::strong, advice->stack) + ": ";
  context.print(fmt::format("{}{}\nNext: {}\n      lifeboat --help  (every command)\n", stack, advice->seen,
                            paint(context.terminal, Tone::accent, advice->next)));
  return ExitCode::done;
}

}  // namespace lifeboat::cli
