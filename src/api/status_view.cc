#include "api/status_view.h"

#include <algorithm>

#include "api/operation_fields.h"

namespace lifeboat::api {

template <class Visitor, ViewOf<DatabaseNodeView> View>
void describe(Visitor& visit, View& node) {
  visit("name", node.name);
  visit("zone", node.zone);
  visit("role", node.role);
  visit("address", node.address);
  visit("port", node.port);
  visit("state", node.state);
  visit("lag_bytes", node.lag_bytes);
  visit("lag_ms", node.lag_ms);
  visit("pid", node.pid);
  visit("detail", node.detail);
}

template <class Visitor, ViewOf<DatabaseView> View>
void describe(Visitor& visit, View& database) {
  visit("writer", database.writer);
  visit("synchronous_replica", database.synchronous_replica);
  visit("nodes", database.nodes);
}

template <class Visitor, ViewOf<PartView> View>
void describe(Visitor& visit, View& part) {
  visit("name", part.name);
  visit("kind", part.kind);
  visit("zone", part.zone);
  visit("url", part.url);
  visit("state", part.state);
  visit("pid", part.pid);
  visit("detail", part.detail);
}

template <class Visitor, ViewOf<RegionView> View>
void describe(Visitor& visit, View& region) {
  visit("name", region.name);
  visit("role", region.role);
  visit("state", region.state);
  visit("home", region.home);
  visit("epoch", region.epoch);
  visit("traffic", region.traffic);
  visit("writes_held", region.writes_held);
  visit("lease_left_ms", region.lease_left_ms);
  visit("load_balancer", region.load_balancer);
  visit("database", region.database);
  visit("instances", region.instances);
  visit("monitoring", region.monitoring);
  visit("others", region.others);
}

template <class Visitor, ViewOf<FrontDoorView> View>
void describe(Visitor& visit, View& door) {
  visit("name", door.name);
  visit("url", door.url);
}

template <class Visitor, ViewOf<DnsView> View>
void describe(Visitor& visit, View& dns) {
  visit("server", dns.server);
  visit("port", dns.port);
  visit("ttl_s", dns.ttl_s);
  visit("answer", dns.answer);
  visit("state", dns.state);
}

template <class Visitor, ViewOf<ReadyView> View>
void describe(Visitor& visit, View& ready) {
  visit("verdict", ready.verdict);
  visit("findings", ready.findings);
  visit("predicted_loss_ms", ready.predicted_loss_ms);
}

template <class Visitor, ViewOf<ArmedView> View>
void describe(Visitor& visit, View& armed) {
  visit("sentence", armed.sentence);
}

template <class Visitor, ViewOf<ControllerView> View>
void describe(Visitor& visit, View& controller) {
  visit("pid", controller.pid);
  visit("url", controller.url);
  visit("term", controller.term);
}

template <class Visitor, ViewOf<StatusView> View>
void describe(Visitor& visit, View& status) {
  visit("stack", status.stack);
  visit("epoch", status.epoch);
  visit("active_region", status.active_region);
  visit("home_region", status.home_region);
  visit("operation", status.operation);
  visit("armed", status.armed);
  visit("controller", status.controller);
  visit("front_door", status.front_door);
  visit("dns", status.dns);
  visit("regions", status.regions);
  visit("ready", status.ready);
  visit("warnings", status.warnings);
  visit("failure", status.failure);
}

const RegionView* StatusView::region(const std::string& name) const {
  const auto found = std::find_if(regions.begin(), regions.end(), [&](const RegionView& r) { return r.name == name; });
  return found == regions.end() ? nullptr : &*found;
}

std::string to_document(const StatusView& view) {
  return write_document(view);
}

base::Result<StatusView> status_from_document(std::string_view text) {
  return read_document<StatusView>(text, "status");
}

}  // namespace lifeboat::api
