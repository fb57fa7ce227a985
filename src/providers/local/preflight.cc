#include "providers/local/preflight.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "providers/local/address_claim.h"
#include "providers/local/privileges.h"
#include "providers/local/programs.h"
#include "providers/local/region_init.h"
#include "system/files.h"
#include "system/sockets.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;

constexpr std::uint64_t needed_bytes = 1ull << 30;

std::vector<Endpoint> endpoints(const RegionLayout& region) {
  std::vector<Endpoint> all{region.agent, region.load_balancer.endpoint, region.load_balancer_metrics,
                            region.pool.endpoint};
  for (const auto* group : {&region.database_nodes, &region.web_instances, &region.metrics_servers,
                            &region.alert_managers, &region.exporters, &region.node_exporters, &region.dashboards}) {
    for (const auto& placement : *group) all.push_back(placement.endpoint);
  }
  return all;
}

bool slot_is_free(const Layout& layout) {
  for (const auto& prefix : {layout.home.address_prefix, layout.standby.address_prefix, layout.global_prefix}) {
    if (addresses_are_claimed(prefix) || !system::listening_sockets(prefix).empty()) return false;
  }
  return true;
}

base::Status check_free(const std::filesystem::path& scope_root, const std::vector<Endpoint>& wanted) {
  if (scope_runs(scope_root)) return {};  // What listens there is ours.
  for (const auto& endpoint : wanted) {
    const auto listener = system::listen_on(endpoint.address, endpoint.port);
    if (!listener) return std::unexpected(listener.error());
  }
  return {};
}

}  // namespace

base::Result<int> choose_slot(const model::Stack& stack) {
  if (const char* wanted = std::getenv("LIFEBOAT_SLOT")) {
    const std::string_view text(wanted);
    int slot = -1;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), slot);
    if (read.ptr == text.data() + text.size() && slot >= 0 && slot < slot_count) return slot;
    return base::fail(ErrorCode::bad_flag,
                      fmt::format("LIFEBOAT_SLOT is '{}', expected a number from 0 to {}", text, slot_count - 1),
                      "Leave it unset to take the lowest free one.");
  }
  for (int slot = 0; slot < slot_count; ++slot) {
    if (slot_is_free(make_layout(stack, slot))) return slot;
  }
  return base::fail(ErrorCode::port_taken, fmt::format("all {} address slots of this machine are in use", slot_count));
}

base::Status check_addresses(const StackPaths& paths, const model::Stack& stack, const Layout& layout) {
  for (const auto& name : {stack.home.name, stack.standby.name}) {
    if (auto free = check_free(paths.region(name).root, endpoints(layout.region(name))); !free) return free;
  }
  return check_free(paths.global().root, {layout.controller, layout.global_agent, layout.dns.endpoint, layout.dns_api});
}

base::Status check_disk(const std::filesystem::path& home) {
  const auto free = system::free_bytes(home);
  if (!free) return std::unexpected(free.error());
  if (*free >= needed_bytes) return {};
  return base::fail(ErrorCode::disk_full, fmt::format("{} has {} MiB free, a stack needs {} MiB", home.string(),
                                                      *free >> 20, needed_bytes >> 20));
}

std::string missing_dashboard(const model::Stack& stack) {
  if (!stack.monitoring.enabled) return {};
  const auto programs = find_programs();
  if (!programs || programs->grafana.empty()) {
    return "No dashboards: 'grafana' with its conf/defaults.ini is in no folder of the program path. Install Grafana, "
           "then 'lifeboat down --keep-data' and 'lifeboat up'.";
  }
  const auto user = service_user();
  if (accessible_to(user, programs->grafana) && accessible_to(user, programs->grafana_home)) return {};
  return fmt::format("No dashboards: the user '{}' whom the stack's programs run as cannot read {}.", user_name(user),
                     programs->grafana_home.string());
}

}  // namespace lifeboat::local
