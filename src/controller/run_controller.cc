#include "controller/run_controller.h"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <utility>

#include "controller/client_measure.h"
#include "controller/controller.h"
#include "controller/local_data.h"
#include "journal/open_folder.h"
#include "journal/timed_folder.h"
#include "providers/local/local_provider.h"
#include "providers/local/markers.h"
#include "system/clock.h"
#include "system/http_server.h"

namespace lifeboat::controller {
namespace {

int complain(const base::Error& error) {
  fmt::print(stderr, "lifeboat controller: error: {}\n", error.text());
  return 1;
}

std::optional<std::pair<std::string, std::uint16_t>> endpoint_of(const local::Layout& layout, const base::AssetId& id) {
  if (id.region.empty()) return std::pair{layout.dns.endpoint.address, layout.dns.endpoint.port};
  const auto& region = layout.region(id.region);
  const auto pair_of = [](const local::Endpoint& endpoint) { return std::pair{endpoint.address, endpoint.port}; };
  for (const auto* one : {&region.load_balancer, &region.pool}) {
    if (one->name == id.name) return pair_of(one->endpoint);
  }
  for (const auto* group : {&region.database_nodes, &region.web_instances, &region.metrics_servers,
                            &region.alert_managers, &region.exporters, &region.node_exporters, &region.dashboards}) {
    for (const auto& placement : *group) {
      if (placement.name == id.name) return pair_of(placement.endpoint);
    }
  }
  return std::nullopt;
}

/// Blocks the signals that end the controller, before any thread starts, so that only wait() sees them.
class EndSignals {
 public:
  EndSignals() {
    sigemptyset(&set_);
    for (const int number : {SIGTERM, SIGINT}) sigaddset(&set_, number);
    ::pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  }
  void wait() const {
    int number = 0;
    ::sigwait(&set_, &number);
  }

 private:
  sigset_t set_{};
};

runtime::RuntimeOptions runtime_options(const model::Stack& stack) {
  runtime::RuntimeOptions options;
  options.detection_interval = stack.recovery.detection_interval;
  return options;
}

/// A controller over the local world, with everything that it is made over, in the order in which it must be taken
/// apart again.
class LocalController {
 public:
  /// The histogram outlives the object.
  LocalController(local::InstalledStack installed, local::Secrets secrets, journal::Journal journal,
                  const prometheus::Histogram& journal_syncs)
      : installed_(std::move(installed)),
        secrets_(std::move(secrets)),
        markers_(installed_, secrets_, clock_),
        provider_({installed_, secrets_, clock_, markers_,
                   [this](const engine::MeasureClients& effect) { return measure(effect); }}),
        controller_(parts(journal_syncs), std::move(journal)) {}

  base::Status start() { return controller_.start(); }
  system::HttpAnswer answer(const system::HttpCall& call) const { return controller_.answer(call); }

 private:
  base::Result<engine::ClientView> measure(const engine::MeasureClients& effect) {
    const auto counted = controller_.counted();
    const auto open = [this, &counted] { return data_of(installed_, secrets_, counted.active_region); };
    return measure_clients({installed_.paths.load(), clock_, open}, counted.active_region, counted.until, effect);
  }

  ControllerParts parts(const prometheus::Histogram& journal_syncs) {
    return {.stack = installed_.stack,
            .provider = provider_,
            .markers = markers_,
            .clock = clock_,
            .journal_syncs = journal_syncs,
            .endpoint_of = [this](const base::AssetId& id) { return endpoint_of(installed_.layout, id); },
            .door_address =
                [this](const base::RegionName& region) {
                  return installed_.layout.region(region).load_balancer.endpoint.address;
                },
            .api_token = secrets_.api_token,
            .viewer_token = secrets_.viewer_token,
            .audit_log = installed_.paths.audit_log(),
            .url = fmt::format("http://{}", installed_.layout.controller.text()),
            .runtime = runtime_options(installed_.stack),
            .take_over = [this] { return provider_.take_over(); },
            .worked_on_by = {}};
  }

  local::InstalledStack installed_;
  local::Secrets secrets_;
  system::SystemClock clock_;
  local::LocalMarkers markers_;
  local::LocalProvider provider_;
  Controller controller_;
};

}  // namespace

int run_controller(const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) {
    fmt::print(stderr, "usage: lifeboat controller STACK_FOLDER\n");
    return 2;
  }
  const EndSignals signals;
  const std::filesystem::path root = arguments.front();
  auto installed = local::load_stack(root.parent_path(), root.filename().string());
  if (!installed) return complain(installed.error());
  auto secrets = local::load_or_create_secrets(installed->paths.secrets());
  if (!secrets) return complain(secrets.error());
  auto folder = journal::open_log_folder(installed->paths.journal());
  if (!folder) return complain(folder.error());
  const system::SystemClock clock;
  prometheus::Histogram journal_syncs(sync_bounds_s());
  const auto note_sync = [&](std::chrono::nanoseconds took) {
    journal_syncs.Observe(std::chrono::duration<double>(took).count());
  };
  auto opened = journal::Journal::open(journal::measure_syncs(std::move(*folder), clock, note_sync));
  if (!opened) return complain(opened.error());
  const auto endpoint = installed->layout.controller;
  LocalController controller(std::move(*installed), std::move(*secrets), std::move(*opened), journal_syncs);
  if (auto started = controller.start(); !started) return complain(started.error());
  const auto server = system::HttpServer::start(endpoint.address, endpoint.port,
                                                [&](const system::HttpCall& call) { return controller.answer(call); });
  if (!server) return complain(server.error());
  signals.wait();
  // Effects under way may take minutes; everything that matters is in the journal, and the next controller goes on from
  // there.
  ::_exit(0);
}

}  // namespace lifeboat::controller
