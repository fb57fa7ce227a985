#include "providers/local/load_balancer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "providers/local/deadline.h"
#include "providers/local/embedded_gate.h"
#include "providers/local/haproxy_socket.h"
#include "providers/local/load_balancer_config.h"
#include "providers/local/scope_parts.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr Milliseconds socket_timeout{300};

LoadBalancerSetup setup_of(const RegionContext& context) {
  const auto& peer = context.layout.other(context.region.name);
  return {.region = context.region.name,
          .peer_region = peer.name,
          .door = context.region.load_balancer.endpoint,
          .metrics = context.region.load_balancer_metrics,
          .peer_door = peer.load_balancer.endpoint,
          .instances = context.region.web_instances,
          .health_path = context.stack.web.health_path,
          .lease_page = context.paths.lease()};
}

}  // namespace

LoadBalancer::LoadBalancer(const RegionContext& context)
    : context_(context),
      process_(scope_parts(context), context.region.load_balancer, model::AssetKind::load_balancer,
               answers_http(context.region.load_balancer.endpoint, door_path)) {}

base::Status LoadBalancer::ensure(base::Instant deadline) {
  const auto configuration = load_balancer_configuration(setup_of(context_));
  const std::string gate(lease_gate);
  AssetStart start{.files = {{"haproxy.cfg", configuration}, {lease_gate_name, gate}},
                   .argv = {context_.programs.haproxy.string(), "-db", "-f", "haproxy.cfg"},
                   .environment = {},
                   .fingerprint = configuration + gate};
  {
    const std::scoped_lock lock(mode_mutex_);
    std::error_code none;
    if (!std::filesystem::exists(process_.folder() / traffic_map_name, none)) {
      start.files.push_back({traffic_map_name, traffic_map(model::TrafficMode::closed)});
    }
  }
  return process_.ensure(start, deadline);
}

base::Status LoadBalancer::set_mode(model::TrafficMode mode, base::Instant deadline) {
  const Deadline until(context_.clock, deadline);
  const std::scoped_lock lock(mode_mutex_);
  if (auto made = system::make_folder(process_.folder()); !made) return made;
  if (auto written = write_if_different(process_.folder() / traffic_map_name, traffic_map(mode)); !written) {
    return written;
  }
  base::Status applied;
  const bool done = wait_for(until, Milliseconds{5}, [&] {
    if (process_.pid() == 0 && mode == model::TrafficMode::closed) return true;
    applied = apply(mode, until.at_most(socket_timeout));
    return applied.has_value();
  });
  if (done) return {};
  return base::wrap(applied.error(), fmt::format("{}/{}: traffic mode '{}'", context_.region.name.value, name(),
                                                 model::to_string(mode)));
}

base::Status LoadBalancer::apply(model::TrafficMode mode, Milliseconds timeout) const {
  const auto set = command(fmt::format("set map {} mode {}", traffic_map_name, model::to_string(mode)), timeout);
  if (!set) return std::unexpected(set.error());
  const auto seen = command(fmt::format("show map {}", traffic_map_name), timeout);
  if (!seen) return std::unexpected(seen.error());
  if (seen->find(fmt::format("mode {}", model::to_string(mode))) != std::string::npos) return {};
  return base::fail(ErrorCode::process_failed, fmt::format("HAProxy has '{}' after it answered '{}'", *seen, *set));
}

base::Result<std::string> LoadBalancer::command(const std::string& text, Milliseconds timeout) const {
  return haproxy_command(process_.folder(), runtime_socket_name, text, timeout);
}

model::TrafficMode LoadBalancer::mode() const {
  const auto content = system::read_file(process_.folder() / traffic_map_name);
  return content ? mode_of_traffic_map(*content) : model::TrafficMode::closed;
}

model::ObservedAsset LoadBalancer::observe() {
  auto seen = process_.observe();
  if (seen.state != model::AssetState::ready) return seen;
  const auto info = command("show info", socket_timeout);
  const auto stat = command("show stat", socket_timeout);
  if (!info || !stat) {
    seen.state = model::AssetState::failing;
    seen.detail = info ? stat.error().message : info.error().message;
    return seen;
  }
  seen.version = info_value(*info, "Version");
  seen.traffic = traffic_of(*stat, door_frontend);
  const auto live = live_servers(*stat, instances_backend);
  seen.facts = {{"live servers", fmt::format("{}", fmt::join(live, " "))},
                {"health path", context_.stack.web.health_path},
                {"port", std::to_string(seen.port)}};
  if (live.empty()) seen.detail = "no instance of the region passes its health check";
  return seen;
}

}  // namespace lifeboat::local
