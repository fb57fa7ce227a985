#include "cli/end_stack.h"

#include <future>

#include "providers/local/agent_client.h"
#include "providers/local/bootstrap.h"
#include "providers/local/postgres_process.h"
#include "providers/local/power_switch.h"
#include "providers/local/secrets.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds power_limit{10'000};
constexpr base::Milliseconds stop_limit{20'000};

/// Asks both regions' agents to end what they run; whoever does not answer is ended by the power switch afterwards.
void ask_to_stop(const StackHome& home) {
  const auto secrets = local::load_or_create_secrets(home.paths.secrets());
  if (!secrets) return;
  std::vector<std::future<base::Result<std::string>>> answers;
  for (const auto* region : {&home.layout.home, &home.layout.standby}) {
    answers.push_back(std::async(std::launch::async, [region, &secrets] {
      return local::AgentClient(region->name.value, region->agent, secrets->agent_token)
          .post("/v1/stop", "{}", stop_limit);
    }));
  }
}

}  // namespace

base::Result<std::vector<std::string>> end_stack(const StackHome& home, Ending ending) {
  if (ending == Ending::clean) {
    // The controller first, so that it does not take a region that stops for one that is lost.
    const auto off = local::end_scope(home.paths.global().root, home.layout.global_prefix, power_limit);
    if (!off) return std::unexpected(off.error());
    ask_to_stop(home);
  }
  auto evidence = local::stop_everything(home);
  if (!evidence) return evidence;
  for (const auto* region : {&home.layout.home, &home.layout.standby}) {
    for (const auto& node : region->database_nodes) {
      local::remove_leftovers(home.paths.region(region->name).asset(node.name) / "data");
    }
  }
  return evidence;
}

}  // namespace lifeboat::cli
