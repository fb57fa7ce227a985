#include "controller/status_views.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "model/assets.h"

namespace lifeboat::controller {
namespace {

using model::AssetKind;
using model::AssetState;

std::string url_of(const std::string& address, std::uint16_t port) {
  return fmt::format("http://{}:{}", address, port);
}

/// Builds one region's view from its description and what was observed of it.
class RegionStatus {
 public:
  RegionStatus(const model::ObservedRegion* observed, const StatusSurroundings& surroundings)
      : observed_(observed), surroundings_(surroundings) {}

  api::RegionView build(const base::RegionName& name, model::RegionRole role) {
    view_.name = name.value;
    view_.role = to_string(role);
    view_.home = name == surroundings_.stack.home.name;
    view_.traffic = to_string(observed_ ? observed_->traffic : model::TrafficMode::closed);
    if (observed_) {
      view_.epoch = observed_->epoch.value;
      view_.writes_held = observed_->writes_held;
      if (observed_->lease_left) view_.lease_left_ms = observed_->lease_left->count();
      if (!observed_->writer.empty()) view_.database.writer = observed_->writer;
      if (!observed_->synchronous_replica.empty()) {
        view_.database.synchronous_replica = observed_->synchronous_replica;
      }
    }
    for (const auto& asset : model::assets_of(surroundings_.stack)) {
      if (asset.id.region == name) add(asset);
    }
    view_.state = state();
    add_dashboards();
    return std::move(view_);
  }

 private:
  /// Grafana runs where the machine has it: it is shown where it was started, and the region's state is not its.
  void add_dashboards() {
    if (observed_ == nullptr) return;
    for (const auto& seen : observed_->assets) {
      if (seen.kind != AssetKind::dashboard || seen.state == AssetState::absent) continue;
      view_.monitoring.push_back(make_part({seen.id, seen.kind, seen.zone}));
    }
  }

  void add(const model::AssetDescription& asset) {
    if (asset.kind == AssetKind::database_node) {
      view_.database.nodes.push_back(node(asset));
      return;
    }
    auto part = make_part(asset);
    switch (asset.kind) {
      case AssetKind::load_balancer:
        view_.load_balancer = std::move(part);
        break;
      case AssetKind::web_instance:
        view_.instances.push_back(std::move(part));
        break;
      case AssetKind::metrics_server:
      case AssetKind::alert_manager:
      case AssetKind::dashboard:
      case AssetKind::monitoring_cluster:
        view_.monitoring.push_back(std::move(part));
        break;
      default:
        view_.others.push_back(std::move(part));
        break;
    }
  }

  api::PartView make_part(const model::AssetDescription& asset) {
    api::PartView part;
    part.name = asset.id.name;
    part.kind = to_string(asset.kind);
    part.zone = asset.zone.value;
    part.state = to_string(AssetState::unknown);
    if (const auto endpoint = surroundings_.endpoint_of(asset.id)) part.url = url_of(endpoint->first, endpoint->second);
    const auto* seen = find(asset.id);
    if (seen == nullptr) {
      note(AssetState::unknown);
      return part;
    }
    part.state = to_string(seen->state);
    part.detail = seen->detail;
    part.pid = seen->pid;
    note(seen->state);
    return part;
  }

  api::DatabaseNodeView node(const model::AssetDescription& asset) {
    api::DatabaseNodeView view;
    view.name = asset.id.name;
    view.zone = asset.zone.value;
    view.role = to_string(model::DatabaseRole::none);
    view.state = to_string(AssetState::unknown);
    if (const auto endpoint = surroundings_.endpoint_of(asset.id)) std::tie(view.address, view.port) = *endpoint;
    const auto* seen = find_node(asset.id.name);
    note(seen == nullptr ? AssetState::unknown : seen->state);
    if (seen == nullptr) return view;
    view.role = to_string(seen->role);
    view.state = to_string(seen->state);
    view.detail = seen->detail;
    view.lag_bytes = seen->lag_bytes;
    view.lag_ms = seen->lag_ms;
    view.pid = seen->pid;
    return view;
  }

  const model::ObservedAsset* find(const base::AssetId& id) const {
    if (observed_ == nullptr) return nullptr;
    const auto found = std::ranges::find(observed_->assets, id, &model::ObservedAsset::id);
    return found == observed_->assets.end() ? nullptr : &*found;
  }

  const model::ObservedDatabaseNode* find_node(const std::string& name) const {
    if (observed_ == nullptr) return nullptr;
    const auto found = std::ranges::find(observed_->nodes, name, &model::ObservedDatabaseNode::name);
    return found == observed_->nodes.end() ? nullptr : &*found;
  }

  void note(AssetState state) {
    all_ready_ = all_ready_ && state == AssetState::ready;
    any_starting_ = any_starting_ || state == AssetState::starting;
    all_absent_ = all_absent_ && (state == AssetState::absent || state == AssetState::unknown);
  }

  std::string state() const {
    if (observed_ == nullptr || !observed_->reachable) return "unreachable";
    if (all_ready_) return "ready";
    if (all_absent_) return "absent";
    return any_starting_ ? "starting" : "degraded";
  }

  const model::ObservedRegion* observed_;
  const StatusSurroundings& surroundings_;
  api::RegionView view_;
  bool all_ready_ = true;
  bool any_starting_ = false;
  bool all_absent_ = true;
};

model::RegionRole role_of(const base::RegionName& name, const engine::State& state) {
  if (state.epoch.value == 0) return model::RegionRole::none;
  return name == state.active_region ? model::RegionRole::active : model::RegionRole::standby;
}

api::RegionView region_view(const base::RegionName& name, const runtime::Snapshot& snapshot,
                            const StatusSurroundings& surroundings) {
  const auto found = snapshot.regions.find(name);
  const auto* observed = found == snapshot.regions.end() ? nullptr : &found->second;
  return RegionStatus(observed, surroundings).build(name, role_of(name, snapshot.state));
}

api::DnsView dns_view(const model::ObservedDns& dns, const model::Stack& stack) {
  api::DnsView view;
  view.server = dns.server;
  view.port = dns.port;
  view.ttl_s = dns.answered ? dns.ttl_s : stack.dns.ttl.count();
  if (!dns.answer.empty()) view.answer = dns.answer.front();
  view.state = to_string(dns.answered ? AssetState::ready : AssetState::failing);
  return view;
}

/// The URL leads by address to where the name points, so that it works in programs that cannot ask the stack's DNS
/// server.
api::FrontDoorView front_door(const runtime::Snapshot& snapshot, const StatusSurroundings& surroundings) {
  const auto& stack = surroundings.stack;
  std::string address;
  if (!snapshot.dns.answer.empty()) {
    address = snapshot.dns.answer.front();
  } else if (const auto door = surroundings.endpoint_of({snapshot.state.active_region, "lb"})) {
    address = door->first;
  }
  if (address.empty()) address = stack.dns.host();
  const auto* scheme = stack.aws.certificate.empty() ? "http" : "https";
  return {stack.dns.host(), fmt::format("{}://{}:{}", scheme, address, stack.load_balancer.port)};
}

api::ReadyView ready_view(const std::optional<readiness::Verdict>& verdict) {
  if (!verdict) return {"unknown", {"nobody has looked yet"}, {}};
  return {verdict->ready ? "ready" : "not_ready", verdict->findings(), {}};
}

}  // namespace

api::StatusView make_status(const runtime::Snapshot& snapshot, const StatusSurroundings& surroundings) {
  const auto& state = snapshot.state;
  api::StatusView view;
  view.stack = surroundings.stack.name;
  view.epoch = state.epoch.value;
  view.active_region = state.active_region.value;
  view.home_region = surroundings.stack.home.name.value;
  if (state.armed) view.armed = api::ArmedView{state.armed->sentence};
  view.controller = surroundings.controller;
  view.controller.term = state.term.number;
  view.front_door = front_door(snapshot, surroundings);
  view.dns = dns_view(snapshot.dns, surroundings.stack);
  view.regions = {region_view(surroundings.stack.home.name, snapshot, surroundings),
                  region_view(surroundings.stack.standby.name, snapshot, surroundings)};
  view.ready = ready_view(surroundings.verdict);
  if (snapshot.failure) view.failure = snapshot.failure->message;
  return view;
}

}  // namespace lifeboat::controller
