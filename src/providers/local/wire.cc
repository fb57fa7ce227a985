#include "providers/local/wire.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using nlohmann::json;

constexpr model::AssetKind last_of(model::AssetKind) {
  return model::AssetKind::monitoring_cluster;
}
constexpr model::AssetState last_of(model::AssetState) {
  return model::AssetState::unknown;
}
constexpr model::RegionRole last_of(model::RegionRole) {
  return model::RegionRole::standby;
}
constexpr model::TrafficMode last_of(model::TrafficMode) {
  return model::TrafficMode::forward;
}
constexpr model::DatabaseRole last_of(model::DatabaseRole) {
  return model::DatabaseRole::cascading_standby;
}

/// The enumerator that is spelled so.
template <class Enum>
Enum from_name(const json& name) {
  const auto text = name.get<std::string>();
  for (int index = 0; index <= static_cast<int>(last_of(Enum{})); ++index) {
    if (to_string(static_cast<Enum>(index)) == text) return static_cast<Enum>(index);
  }
  throw json::other_error::create(501, "unknown name '" + text + "'", nullptr);
}

template <class T>
json optional_json(const std::optional<T>& value) {
  return value ? json(*value) : json();
}

template <class T>
std::optional<T> optional_from(const json& value) {
  return value.is_null() ? std::nullopt : std::optional(value.get<T>());
}

json asset_json(const model::ObservedAsset& asset) {
  return {{"region", asset.id.region.value},
          {"name", asset.id.name},
          {"kind", to_string(asset.kind)},
          {"zone", asset.zone.value},
          {"state", to_string(asset.state)},
          {"detail", asset.detail},
          {"address", asset.address},
          {"port", asset.port},
          {"pid", asset.pid},
          {"version", asset.version},
          {"traffic",
           asset.traffic ? json{{"requests", asset.traffic->requests}, {"errors", asset.traffic->errors}} : json()},
          {"facts", asset.facts}};
}

model::ObservedAsset asset_from(const json& source) {
  model::ObservedAsset asset;
  asset.id = {{source.at("region")}, source.at("name")};
  asset.kind = from_name<model::AssetKind>(source.at("kind"));
  asset.zone = {source.at("zone")};
  asset.state = from_name<model::AssetState>(source.at("state"));
  asset.detail = source.at("detail");
  asset.address = source.at("address");
  asset.port = source.at("port");
  asset.pid = source.at("pid");
  asset.version = source.at("version");
  // An agent of an older version does not count.
  if (const auto traffic = source.find("traffic"); traffic != source.end() && !traffic->is_null()) {
    asset.traffic = model::ObservedTraffic{traffic->at("requests"), traffic->at("errors")};
  }
  asset.facts = source.at("facts").get<std::map<std::string, std::string>>();
  return asset;
}

json node_json(const model::ObservedDatabaseNode& node) {
  return {{"name", node.name},
          {"zone", node.zone.value},
          {"address", node.address},
          {"port", node.port},
          {"state", to_string(node.state)},
          {"role", to_string(node.role)},
          {"detail", node.detail},
          {"system_identifier", node.system_identifier},
          {"timeline", node.timeline},
          {"position", node.position.bytes},
          {"replayed", node.replayed.bytes},
          {"streaming", node.streaming},
          {"accepts_writes", node.accepts_writes},
          {"upstream", node.upstream},
          {"lag_bytes", optional_json(node.lag_bytes)},
          {"lag_ms", optional_json(node.lag_ms)},
          {"pid", node.pid}};
}

model::ObservedDatabaseNode node_from(const json& source) {
  model::ObservedDatabaseNode node;
  node.name = source.at("name");
  node.zone = {source.at("zone")};
  node.address = source.at("address");
  node.port = source.at("port");
  node.state = from_name<model::AssetState>(source.at("state"));
  node.role = from_name<model::DatabaseRole>(source.at("role"));
  node.detail = source.at("detail");
  node.system_identifier = source.at("system_identifier");
  node.timeline = source.at("timeline");
  node.position = {source.at("position").get<std::uint64_t>()};
  node.replayed = {source.at("replayed").get<std::uint64_t>()};
  node.streaming = source.at("streaming");
  node.accepts_writes = source.at("accepts_writes");
  node.upstream = source.at("upstream");
  node.lag_bytes = optional_from<std::uint64_t>(source.at("lag_bytes"));
  node.lag_ms = optional_from<std::int64_t>(source.at("lag_ms"));
  node.pid = source.at("pid");
  return node;
}

json region_json(const model::ObservedRegion& region) {
  json document{{"name", region.name.value},
                {"role", to_string(region.role)},
                {"epoch", region.epoch.value},
                {"traffic", to_string(region.traffic)},
                {"writes_held", region.writes_held},
                {"writer", region.writer},
                {"synchronous_replica", region.synchronous_replica},
                {"lease_left_ms", region.lease_left ? json(region.lease_left->count()) : json()},
                {"nodes", json::array()},
                {"assets", json::array()},
                {"seen_at_ms", region.seen_at.time_since_epoch().count()}};
  for (const auto& node : region.nodes) document["nodes"].push_back(node_json(node));
  for (const auto& asset : region.assets) document["assets"].push_back(asset_json(asset));
  return document;
}

model::ObservedRegion region_from(const json& source) {
  model::ObservedRegion region;
  region.name = {source.at("name")};
  region.reachable = true;
  region.role = from_name<model::RegionRole>(source.at("role"));
  region.epoch = {source.at("epoch").get<std::uint64_t>()};
  region.traffic = from_name<model::TrafficMode>(source.at("traffic"));
  region.writes_held = source.at("writes_held");
  if (const auto left = optional_from<std::int64_t>(source.at("lease_left_ms")))
    region.lease_left = base::Milliseconds{*left};
  region.writer = source.at("writer");
  region.synchronous_replica = source.at("synchronous_replica");
  for (const auto& node : source.at("nodes")) region.nodes.push_back(node_from(node));
  for (const auto& asset : source.at("assets")) region.assets.push_back(asset_from(asset));
  region.seen_at = base::WallTime{base::Milliseconds{source.at("seen_at_ms").get<std::int64_t>()}};
  return region;
}

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// Exceptions of the JSON library end here.
template <class T>
base::Result<T> read(std::string_view text, T (*convert)(const json&)) {
  try {
    return convert(json::parse(text));
  } catch (const json::exception& error) {
    return base::fail(ErrorCode::implausible_answer,
                      fmt::format("an agent's answer is not readable: {}", error.what()));
  }
}

model::RegionFacts facts_from(const json& source) {
  return {{source.at("region")}, source.at("parts").get<std::map<std::string, std::map<std::string, std::string>>>()};
}

}  // namespace

std::string to_wire(const model::ObservedRegion& region) {
  return dump(region_json(region));
}

base::Result<model::ObservedRegion> region_from_wire(std::string_view text) {
  return read(text, &region_from);
}

std::string to_wire(const model::RegionFacts& facts) {
  return dump({{"region", facts.region.value}, {"parts", facts.parts}});
}

base::Result<model::RegionFacts> facts_from_wire(std::string_view text) {
  return read(text, &facts_from);
}

std::string to_wire(const base::Error& error) {
  return dump({{"error", {{"code", error.name()}, {"message", error.message}, {"help", error.help}}}});
}

base::Error error_from_wire(std::string_view text, int status) {
  const auto document = json::parse(text, nullptr, false);
  const auto said = document.is_object() ? document.value("error", json::object()) : json::object();
  if (!said.is_object() || !said.contains("code") || !said["code"].is_string()) {
    return {ErrorCode::http_failed, fmt::format("HTTP status {}: {}", status, text.substr(0, 200)), ""};
  }
  const auto field = [&](const char* name) {
    return said.contains(name) && said[name].is_string() ? said[name].get<std::string>() : "";
  };
  return {base::error_code_from_name(field("code")), field("message"), field("help")};
}

int status_of(const base::Error& error) {
  switch (error.kind()) {
    case base::ErrorKind::invalid:
      return 400;
    case base::ErrorKind::refused:
      return error.code == ErrorCode::unauthorized ? 401 : 409;
    case base::ErrorKind::conflict:
      return 409;
    case base::ErrorKind::missing:
      return 404;
    case base::ErrorKind::timeout:
      return 504;
    case base::ErrorKind::unavailable:
    case base::ErrorKind::exhausted:
      return 503;
    case base::ErrorKind::corrupt:
    case base::ErrorKind::internal:
      return 500;
  }
  std::unreachable();
}

}  // namespace lifeboat::local
