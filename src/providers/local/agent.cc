#include "providers/local/agent.h"

#include <fmt/format.h>
#include <signal.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "providers/local/agent_http.h"
#include "providers/local/agent_memory.h"
#include "providers/local/bootstrap.h"
#include "providers/local/global_agent.h"
#include "providers/local/programs.h"
#include "providers/local/region_agent.h"
#include "providers/local/region_routes.h"
#include "system/clock.h"
#include "system/files.h"
#include "system/http_server.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;

int complain(const std::string& scope, const base::Error& error) {
  fmt::print(stderr, "lifeboat agent {}: error: {}\n", scope, error.text());
  return 1;
}

/// Everything that an agent works with, whatever its scope.
struct Surroundings {
  InstalledStack installed;
  Secrets secrets;
  Programs programs;
  ScopePaths paths;
  AgentRecord record;
};

base::Result<Surroundings> look_around(const AgentOptions& options) {
  auto installed = load_stack(options.stack.root.parent_path(), options.stack.root.filename().string());
  if (!installed) return std::unexpected(installed.error());
  const base::RegionName region{options.scope};
  const bool is_global = options.scope == "global";
  if (!is_global && installed->stack.region(region) == nullptr) {
    return base::fail(ErrorCode::bad_flag,
                      fmt::format("the stack '{}' has no region '{}'", installed->stack.name, options.scope));
  }
  const auto paths = is_global ? installed->paths.global() : installed->paths.region(region);
  auto secrets = load_or_create_secrets(installed->paths.secrets());
  if (!secrets) return std::unexpected(secrets.error());
  auto programs = find_programs();
  if (!programs) return std::unexpected(programs.error());
  auto record = load_agent_record(paths.role());
  if (!record) return std::unexpected(record.error());
  if (auto synced = system::sync_folder(paths.root); !synced) return std::unexpected(synced.error());
  return Surroundings{std::move(*installed), std::move(*secrets), std::move(*programs), paths, std::move(*record)};
}

/// Waits for one of the signals that end the agent.
void await_end() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT}) sigaddset(&set, number);
  int number = 0;
  sigwait(&set, &number);
  spdlog::info("ends on signal {}; what it started goes on", number);
}

int serve(const std::string& scope, const Endpoint& endpoint, const AgentRoutes& routes) {
  auto server = system::HttpServer::start(
      endpoint.address, endpoint.port, [&routes](const system::HttpCall& call) { return answer_call(routes, call); });
  if (!server) return complain(scope, server.error());
  spdlog::info("{}: the agent listens on {}", scope, endpoint.text());
  await_end();
  return 0;
}

int run_region(const std::string& scope, const Surroundings& around) {
  const auto& layout = around.installed.layout;
  const auto& region = layout.region({scope});
  system::SystemClock clock;
  Supervisor supervisor(around.paths.root);
  const RegionContext context{
      around.installed.stack, layout, region,     around.installed.paths,       around.paths, around.secrets,
      around.programs,        clock,  supervisor, around.installed.stack_folder};
  const auto parent = system::process_stat(::getppid());
  auto page = LeasePage::open(around.paths.lease());
  if (!page) return complain(scope, page.error());
  RegionAgent agent(context, around.record, std::move(*page), parent ? parent->identity : system::ProcessIdentity{});
  if (auto started = agent.start(); !started) return complain(scope, started.error());
  return serve(scope, region.agent, region_routes(agent, clock, region.name, around.secrets.agent_token));
}

int run_global(const std::string& scope, const Surroundings& around) {
  const auto& layout = around.installed.layout;
  system::SystemClock clock;
  Supervisor supervisor(around.paths.root);
  GlobalAgent agent({.scope = {{}, around.paths, clock, supervisor},
                     .stack = around.installed.stack,
                     .layout = layout,
                     .secrets = around.secrets,
                     .programs = around.programs},
                    around.record);
  if (auto started = agent.start(); !started) return complain(scope, started.error());
  return serve(scope, layout.global_agent, agent.routes(around.secrets.agent_token));
}

void block_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT}) sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int run_agent(const AgentOptions& options) {
  block_signals();
  spdlog::set_default_logger(spdlog::stderr_logger_mt("agent"));
  spdlog::flush_on(spdlog::level::info);
  const auto around = look_around(options);
  if (!around) return complain(options.scope, around.error());
  const auto lock = system::FileLock::take(around->paths.root / "agent.lock");
  if (!lock) return complain(options.scope, lock.error());
  return options.scope == "global" ? run_global(options.scope, *around) : run_region(options.scope, *around);
}

}  // namespace lifeboat::local
