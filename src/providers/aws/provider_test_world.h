#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "model/assets.h"
#include "providers/aws/aws_provider.h"
#include "providers/aws/effects.h"
#include "providers/aws/test_aws.h"

namespace lifeboat::aws_world::testing {

inline const base::RegionName east{"us-east-2"};
inline const base::RegionName west{"us-west-1"};
inline constexpr base::Epoch first{1};
inline constexpr base::Epoch second{2};

inline model::Stack test_stack() {
  model::Stack stack;
  stack.name = "shop";
  stack.world = model::World::aws;
  stack.home = {east, {{"us-east-2a"}, {"us-east-2b"}}, "10.10.0.0/16"};
  stack.standby = {west, {{"us-west-1a"}, {"us-west-1b"}}, "10.20.0.0/16"};
  return stack;
}

/// Duties in memory. A region that is not in `reachable` does not answer.
class MemoryDuties : public DutyStore {
 public:
  base::Result<std::optional<RegionDuty>> read(const base::RegionName& region, base::Milliseconds) override {
    if (!reaches(region)) return unreachable(region);
    const auto found = duties.find(region);
    return found == duties.end() ? std::optional<RegionDuty>() : std::optional(found->second);
  }
  base::Result<RegionDuty> change(const base::RegionName& region, const Change& change, base::Instant) override {
    if (!reaches(region)) return unreachable(region);
    auto next = change(duties[region]);
    if (next) duties[region] = *next;
    return next;
  }
  std::map<base::RegionName, RegionDuty> duties;
  std::optional<base::RegionName> lost;
  std::optional<base::RegionName> forbidden;

 private:
  bool reaches(const base::RegionName& region) const {
    if (region == forbidden) ADD_FAILURE() << "the duty of " << region.value << " must not be needed";
    return region != lost && region != forbidden;
  }
  static std::unexpected<base::Error> unreachable(const base::RegionName& region) {
    return base::fail(base::ErrorCode::region_unreachable, region.value + " does not answer");
  }
};

/// A region's database as SQL sees it, beside what TestAws says of the instance. Reached through running instances and
/// an open security group only.
class TestSql : public Sql {
 public:
  explicit TestSql(TestAws& aws) : aws_(aws) {}

  base::Result<Rows> run(const base::RegionName& region, std::string_view statements, base::Instant) override {
    scripts.push_back(region.value + ": " + std::string(statements));
    if (region == forbidden) ADD_FAILURE() << "SQL in " << region.value;
    auto& seen = aws_.regions[region.value];
    const bool runs = std::ranges::any_of(seen.instances, [](const auto& one) { return one.second == "running"; });
    if (!runs || seen.ingress.empty()) return base::fail(base::ErrorCode::region_unreachable, "nobody takes SQL");
    if (fails) return base::fail(base::ErrorCode::postgres_failed, "planted");
    const bool recovers = !seen.database.source.empty();
    if (statements.contains("SET default_transaction_read_only = on")) {
      read_only[region] = true;
      return Rows{{position(), std::to_string(sessions_left)}};
    }
    if (statements.contains("RESET default_transaction_read_only")) {
      read_only[region] = false;
      return Rows{};
    }
    if (statements.contains("pg_walfile_name")) {
      return Rows{{"0/4000000", recovers ? "t" : "f", recovers ? "" : "000000020000000000000004"}};
    }
    if (statements.contains("aurora_global_db_status")) return Rows{{position(), recovers ? "t" : "f", ""}};
    if (statements.contains("SELECT CASE")) return Rows{{replayed.empty() ? "0/3000148" : replayed}};
    if (statements.contains("SELECT number")) return Rows{{"7"}};
    return Rows{};
  }

  base::Result<Rows> run_at(const Place& place, std::string_view statements, base::Instant) override {
    scripts.push_back(place.region.value + " at " + place.name + ": " + std::string(statements));
    auto& clone = aws_.regions[place.region.value].clone;
    if (!clone.exists || place.endpoint != "shop-db-drill." + place.region.value || unresolved-- > 0) {
      return base::fail(base::ErrorCode::postgres_failed, "could not translate host name");
    }
    if (statements.contains("pg_current_wal_lsn()")) return Rows{{position()}};
    const std::string text(statements.substr(statements.find("VALUES (1, ") + 11));
    return Rows{{forgets ? "0" : text.substr(0, text.find(','))}};
  }

  bool forgets = false;  ///< Planted: a write is acknowledged and not there.
  int unresolved = 0;    ///< How often a name is not found yet.
  std::vector<std::string> scripts;
  std::map<base::RegionName, bool> read_only;
  std::string replayed;
  int sessions_left = 0;
  bool fails = false;
  std::optional<base::RegionName> forbidden;

 private:
  /// Aurora's storage counts without a line.
  std::string position() const { return aws_.global ? "50331976" : "0/3000148"; }

  TestAws& aws_;
};

class TestDoor : public Door {
 public:
  base::Result<std::vector<NameAnswer>> ask_name_servers(const std::vector<std::string>& servers,
                                                         const std::string& name, base::Milliseconds) override {
    std::vector<NameAnswer> answers;
    for (const auto& server : servers) {
      if (name.starts_with("api.drill.")) {
        answers.push_back({server, shadow_target, 1});
        continue;
      }
      if (!silent.contains(server)) answers.push_back({server, says.contains(server) ? says.at(server) : target, 30});
    }
    if (answers.empty()) return base::fail(base::ErrorCode::dns_failed, "no name server answers");
    return answers;
  }
  base::Result<Reply> ask(const std::string& name, const Question& question, base::Milliseconds) override {
    questions.push_back(question.method + " " + name + question.target + " " + question.body + " " +
                        std::string(question.token.reveal()));
    return reply;
  }
  std::string target = "lb.us-west-1";
  std::string shadow_target = "shop-db-drill.us-west-1";
  std::map<std::string, std::string> says;
  std::set<std::string> silent;
  Reply reply{200, "us-west-1/web-1", ""};
  std::vector<std::string> questions;
};

/// Notes what is asked for, and makes databases exist.
class TestProvisioner : public Provisioner {
 public:
  explicit TestProvisioner(TestAws& aws) : aws_(aws) {}

  base::Result<StackState> apply(const Work&, const base::RegionName& region, Concern concern,
                                 DatabaseRole role) override {
    std::string line = "apply " + region.value + " " + std::string(to_string(concern));
    if (concern == Concern::database) line += role == DatabaseRole::writer ? " writer" : " replica";
    log.push_back(line);
    auto& database = aws_.regions[region.value].database;
    if (concern == Concern::database && !database.exists) {
      database = {};
      const auto other = region == east ? west : east;
      if (role == DatabaseRole::replica) database.source = "arn:aws:rds:" + other.value + ":123456789012:db:shop-db";
    }
    stacks.insert({region, concern});
    return StackState{"CREATE_COMPLETE", {{"VpcId", "vpc-1"}}, {}};
  }
  base::Result<std::optional<StackState>> look(const Work&, const base::RegionName& region, Concern concern) override {
    if (!stacks.contains({region, concern})) return std::optional<StackState>();
    return std::optional(StackState{"CREATE_COMPLETE", {{"VpcId", "vpc-1"}}, {}});
  }
  base::Result<std::vector<ResourceChange>> preview(const Work&, const base::RegionName&, Concern,
                                                    DatabaseRole) override {
    return std::vector<ResourceChange>();
  }
  base::Status remove(const Work&, const base::RegionName& region, Concern concern) override {
    log.push_back("remove " + region.value + " " + std::string(to_string(concern)));
    stacks.erase({region, concern});
    return {};
  }
  std::vector<std::string> log;
  std::set<std::pair<base::RegionName, Concern>> stacks;

 private:
  TestAws& aws_;
};

class TestMarkers : public ports::Markers {
 public:
  base::Result<Written> write(std::int64_t, base::Instant) override { return Written{"http://door", served_by}; }
  base::Result<std::int64_t> read(const base::RegionName&, base::Instant) override { return 0; }
  std::string served_by = "us-west-1";
};

/// Both regions built, us-east-2 the active one in epoch 1.
struct ProviderTest : ::testing::Test {
  ProviderTest() {
    for (const auto& region : {east, west}) {
      auto& made = aws.regions[region.value];
      made.instances = {{"i-00000001", "running"}, {"i-00000002", "running"}};
      made.ingress = {"sg-web"};
      made.routes = {"rtb-1", "rtb-2"};
      aws.healthy["check-" + region.value] = region == east;
      auto& duty = duties.duties[region].duty;
      duty.role = region == east ? model::RegionRole::active : model::RegionRole::standby;
      duty.active_region = east;
      duty.epoch = duty.newest = first;
      if (region == east) duty.writes_in = first;
    }
    aws.regions[west.value].database.source = names.database_arn(east);
    provider = std::make_unique<AwsProvider>(parts());
  }

  AwsProvider::Parts parts() {
    return {.stack = stack,
            .names = names,
            .work = {aws.client, aws.time, aws.time, base::Milliseconds{5'000}, {}},
            .duties = duties,
            .sql = sql,
            .door = door,
            .markers = markers,
            .provisioner = provisioner,
            .web_files = files,
            .looks = {.region = [this](const base::RegionName& region) { return observed(region); },
                      .facts =
                          [](const base::RegionName& region) {
                            return base::Result<model::RegionFacts>(model::RegionFacts{region, {}});
                          },
                      .front_door = [this](base::Milliseconds) { return base::Result<FrontDoor>(front_door()); }},
            .measure = [](const engine::MeasureClients&) { return base::Result<engine::ClientView>(); }};
  }

  model::ObservedRegion observed(const base::RegionName& region) const {
    model::ObservedRegion seen;
    seen.name = region;
    seen.reachable = true;
    for (const auto& asset : model::assets_of(stack)) {
      if (asset.id.region != region) continue;
      const auto state = not_ready.contains(asset.id.text()) ? model::AssetState::starting : model::AssetState::ready;
      if (asset.kind == model::AssetKind::database_node) {
        model::ObservedDatabaseNode node;
        node.name = asset.id.name;
        node.state = state;
        seen.nodes.push_back(node);
      } else {
        model::ObservedAsset one;
        one.id = asset.id;
        one.state = state;
        seen.assets.push_back(one);
      }
    }
    return seen;
  }

  FrontDoor front_door() const {
    FrontDoor door_seen{.zone_id = "Z1", .name_servers = {"ns-1", "ns-2", "ns-3", "ns-4"}, .records = {}};
    for (const auto& region : {east, west}) {
      door_seen.records[region] = {.target = "lb." + region.value,
                                   .health_check = "check-" + region.value,
                                   .is_primary = region == east,
                                   .ttl_s = 1};
    }
    return door_seen;
  }

  base::Result<engine::Outcome> perform(engine::EffectBody body) {
    const auto deadline = aws.time.now() + provider->time_limit(body);
    return provider->perform({{"test/effect"}, std::move(body)}, deadline);
  }
  template <class Expected>
  Expected outcome(engine::EffectBody body) {
    auto result = perform(std::move(body));
    if (!result) {
      ADD_FAILURE() << result.error().text();
      return {};
    }
    return std::get<Expected>(*result);
  }
  base::ErrorCode failure(engine::EffectBody body) {
    const auto result = perform(std::move(body));
    if (result) ADD_FAILURE() << "it succeeded";
    return result ? base::ErrorCode::unknown_error : result.error().code;
  }
  /// How often an operation was called: "PromoteReadReplica us-west-1".
  auto count(const std::string& call) const { return std::ranges::count(aws.calls, call); }
  void lose(const base::RegionName& region) {
    duties.forbidden = sql.forbidden = region;
    aws.forbid(region.value);
  }

  model::Stack stack = test_stack();
  Names names{stack, "123456789012"};
  TestAws aws;
  MemoryDuties duties;
  TestSql sql{aws};
  TestDoor door;
  TestMarkers markers;
  TestProvisioner provisioner{aws};
  MarkerToken token{stack, names};
  WebFiles files{{.stack = stack, .names = names, .program = Program{}, .marker_token = token}};
  std::set<std::string> not_ready;
  std::unique_ptr<AwsProvider> provider;
};

}  // namespace lifeboat::aws_world::testing
