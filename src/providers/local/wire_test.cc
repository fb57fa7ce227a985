// What agents and the controller tell each other comes out as it went in, and nothing else is believed.

#include "providers/local/wire.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace lifeboat::local {
namespace {

model::ObservedRegion full_region() {
  model::ObservedRegion region;
  region.name = {"us-east-2"};
  region.reachable = true;
  region.role = model::RegionRole::active;
  region.epoch = {7};
  region.traffic = model::TrafficMode::forward;
  region.writes_held = true;
  region.lease_left = base::Milliseconds{1234};
  region.writer = "db-2";
  region.synchronous_replica = "us-west-1/db-1";
  model::ObservedDatabaseNode node;
  node.name = "db-2";
  node.zone = {"us-east-2b"};
  node.address = "127.10.2.51";
  node.port = 5432;
  node.state = model::AssetState::ready;
  node.role = model::DatabaseRole::writer;
  node.detail = "über \"alles\"\n";
  node.system_identifier = "7300000000000000001";
  node.timeline = 3;
  node.position = {0xfedcba9876543210};
  node.replayed = {1};
  node.streaming = true;
  node.accepts_writes = true;
  node.upstream = "127.20.1.50:5432";
  node.lag_bytes = 12;
  node.pid = 4711;
  region.nodes = {node};
  model::ObservedAsset asset;
  asset.id = {{"us-east-2"}, "lb"};
  asset.kind = model::AssetKind::load_balancer;
  asset.zone = {"us-east-2a"};
  asset.state = model::AssetState::failing;
  asset.detail = "no answer";
  asset.address = "127.10.0.10";
  asset.port = 8080;
  asset.pid = 12;
  asset.version = "2.6.12";
  asset.traffic = model::ObservedTraffic{100, 3};
  asset.facts = {{"live servers", "web-1 web-2"}};
  region.assets = {asset};
  region.seen_at = base::WallTime(std::chrono::milliseconds(1'700'000'000'123));
  return region;
}

TEST(Wire, A_region_comes_back_as_it_was) {
  const auto region = full_region();
  const auto text = to_wire(region);
  const auto back = region_from_wire(text);
  ASSERT_TRUE(back.has_value()) << back.error().text();
  EXPECT_EQ(to_wire(*back), text);
  EXPECT_EQ(back->epoch, region.epoch);
  EXPECT_EQ(back->traffic, region.traffic);
  EXPECT_EQ(back->seen_at, region.seen_at);
  EXPECT_EQ(back->nodes.at(0).position, region.nodes.at(0).position);
  EXPECT_EQ(back->nodes.at(0).detail, region.nodes.at(0).detail);
  EXPECT_EQ(back->nodes.at(0).lag_bytes, region.nodes.at(0).lag_bytes);
  EXPECT_FALSE(back->nodes.at(0).lag_ms.has_value());
  EXPECT_EQ(back->assets.at(0).facts, region.assets.at(0).facts);
  EXPECT_EQ(back->assets.at(0).traffic->requests, 100u);
  EXPECT_EQ(back->assets.at(0).traffic->errors, 3u);
  EXPECT_EQ(back->assets.at(0).state, model::AssetState::failing);
}

TEST(Wire, Every_field_is_needed_and_of_its_type) {
  const auto whole = nlohmann::json::parse(to_wire(full_region()));
  for (const auto& [name, value] : whole.items()) {
    auto without = whole;
    without.erase(name);
    EXPECT_FALSE(region_from_wire(without.dump()).has_value()) << "without " << name;
    auto other = whole;
    other[name] = nlohmann::json::array({nlohmann::json::object()});
    EXPECT_FALSE(region_from_wire(other.dump()).has_value()) << name << " of another type";
  }
  for (const auto* text : {"", "{", "null", "[]", "3", "{}"}) EXPECT_FALSE(region_from_wire(text).has_value()) << text;
}

TEST(Wire, Facts_come_back_as_they_were) {
  model::RegionFacts facts;
  facts.region = {"us-west-1"};
  facts.parts = {{"database", {{"setting wal_level", "replica"}}}, {"lb", {}}};
  const auto back = facts_from_wire(to_wire(facts));
  ASSERT_TRUE(back.has_value());
  EXPECT_EQ(back->region, facts.region);
  EXPECT_EQ(back->parts, facts.parts);
}

TEST(Wire, An_error_keeps_its_code_and_words) {
  const auto error = base::fail(base::ErrorCode::stale_epoch, "said", "do").error();
  const auto back = error_from_wire(to_wire(error), 409);
  EXPECT_EQ(back.code, base::ErrorCode::stale_epoch);
  EXPECT_EQ(back.message, "said");
  EXPECT_EQ(back.help, "do");
  EXPECT_EQ(status_of(error), 409);
  EXPECT_EQ(error_from_wire("<html>", 502).code, base::ErrorCode::http_failed);
}

}  // namespace
}  // namespace lifeboat::local
