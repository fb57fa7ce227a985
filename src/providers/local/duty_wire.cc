#include "providers/local/duty_wire.h"

#include <nlohmann/json.hpp>

namespace lifeboat::local {
namespace {

using nlohmann::json;

model::RegionRole role_at(const json& source, const char* name) {
  const auto& text = source.at(name).get_ref<const std::string&>();
  for (const auto role : {model::RegionRole::none, model::RegionRole::active, model::RegionRole::standby}) {
    if (model::to_string(role) == text) return role;
  }
  throw json::other_error::create(501, "'" + text + "' is no role", nullptr);
}

base::Epoch epoch_at(const json& source, const char* name) {
  return {source.at(name).get<std::uint64_t>()};
}

base::Instant instant_at(const json& source, const char* name) {
  return base::Instant(std::chrono::nanoseconds(source.at(name).get<std::int64_t>()));
}

}  // namespace

json to_wire(const engine::AgentDuty& duty) {
  return {{"role", model::to_string(duty.role)}, {"active_region", duty.active_region.value},
          {"epoch", duty.epoch.value},           {"newest_epoch", duty.newest.value},
          {"writes_in", duty.writes_in.value},   {"fenced_through", duty.fenced_through.value},
          {"term", to_wire(duty.term)}};
}

engine::AgentDuty duty_from_wire(const json& source) {
  engine::AgentDuty duty;
  duty.role = role_at(source, "role");
  duty.active_region = {source.at("active_region").get<std::string>()};
  duty.epoch = epoch_at(source, "epoch");
  duty.newest = epoch_at(source, "newest_epoch");
  duty.writes_in = epoch_at(source, "writes_in");
  duty.fenced_through = epoch_at(source, "fenced_through");
  duty.term = term_from_wire(source.at("term"));
  return duty;
}

json to_wire(const engine::LeaseRequest& request) {
  return {{"epoch", request.epoch.value}, {"made_at_ns", request.made_at.time_since_epoch().count()}};
}

engine::LeaseRequest request_from_wire(const json& source) {
  return {epoch_at(source, "epoch"), instant_at(source, "made_at_ns")};
}

json to_wire(const engine::LeaseGrant& grant) {
  return {{"region", grant.region.value},
          {"epoch", grant.epoch.value},
          {"made_at_ns", grant.made_at.time_since_epoch().count()},
          {"time_to_live_ms", grant.time_to_live.count()}};
}

engine::LeaseGrant grant_from_wire(const json& source) {
  return {{source.at("region").get<std::string>()},
          epoch_at(source, "epoch"),
          instant_at(source, "made_at_ns"),
          base::Milliseconds{source.at("time_to_live_ms").get<std::int64_t>()}};
}

json to_wire(const engine::Term& term) {
  return {{"number", term.number}, {"controller", term.controller}};
}

engine::Term term_from_wire(const json& source) {
  return {source.at("number").get<std::uint64_t>(), source.at("controller").get<std::string>()};
}

}  // namespace lifeboat::local
