// What a look at a region sees, for tests in Python: one JSON question a line on standard input, one answer a line.

#include <sys/resource.h>

#include <chrono>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "aws/client.h"
#include "aws/credential_chain.h"
#include "aws/curl_transport.h"
#include "model/parse.h"
#include "providers/aws/duty_store.h"
#include "providers/aws/inventory.h"
#include "providers/aws/network_door.h"
#include "readiness/parity.h"
#include "system/clock.h"
#include "system/waiting.h"

namespace {

using namespace lifeboat;
using namespace lifeboat::aws_world;
using Json = nlohmann::json;

constexpr const char* account = "123456789012";

std::string variable(const std::string& name) {
  const auto* value = std::getenv(name.c_str());
  return value == nullptr ? std::string() : value;
}

/// What a question needs; made anew for each, so that nothing is remembered.
struct Surroundings {
  explicit Surroundings(const Json& question)
      : stack(model::parse_stack(question.at("stack").get<std::string>(), "stack.yaml").stack.value()) {}

  model::Stack stack;
  Names names{stack, account};
  aws::CurlTransport transport{variable("AWS_CA_BUNDLE")};
  system::SystemClock clock;
  system::StoppablePause pause;
  system::SystemChance chance;
  aws::CredentialChain chain{aws::usual_links({transport, clock, pause, chance, variable}), clock};
  aws::Client client{{transport, chain, clock, pause, chance, variable}};
  S3DutyStore duties{client, clock, names};
  LookPorts ports{client, duties, clock};
};

Json error_of(const base::Error& error) {
  return {{"error", {{"code", error.name()}, {"text", error.text()}}}};
}

base::Milliseconds limit_of(const Json& question) {
  return base::Milliseconds(question.value("limit_ms", 20'000));
}

Json describe(const model::ObservedDatabaseNode& node) {
  Json json{{"state", model::to_string(node.state)},
            {"role", model::to_string(node.role)},
            {"zone", node.zone.value},
            {"address", node.address},
            {"port", node.port},
            {"streaming", node.streaming},
            {"accepts_writes", node.accepts_writes},
            {"upstream", node.upstream},
            {"detail", node.detail}};
  if (node.lag_ms) json["lag_ms"] = *node.lag_ms;
  return json;
}

Json describe(const model::ObservedRegion& region) {
  Json json{{"reachable", region.reachable}, {"role", model::to_string(region.role)},
            {"epoch", region.epoch.value},   {"traffic", model::to_string(region.traffic)},
            {"writer", region.writer},       {"nodes", Json::object()},
            {"assets", Json::object()}};
  for (const auto& node : region.nodes) json["nodes"][node.name] = describe(node);
  for (const auto& asset : region.assets) {
    json["assets"][asset.id.name] = {{"state", model::to_string(asset.state)},
                                     {"zone", asset.zone.value},
                                     {"address", asset.address},
                                     {"detail", asset.detail}};
  }
  return json;
}

/// What the look has cost this process.
double processor_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double peak_mebibytes() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

Json look_once(const Json& question) {
  Surroundings world(question);
  const base::RegionName region{question.at("region").get<std::string>()};
  const auto used = processor_seconds();
  const auto begun = std::chrono::steady_clock::now();
  const auto seen = look(world.ports, world.stack, world.names, region, limit_of(question));
  if (!seen) return error_of(seen.error());
  auto json = describe(to_observed(*seen, world.stack, region, world.clock.wall_now()));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  json["took_s"] = took.count();
  json["processor_s"] = processor_seconds() - used;
  json["peak_mib"] = peak_mebibytes();
  json["load_balancer"] = {{"name", seen->load_balancer.dns_name}, {"serves", seen->load_balancer.serves}};
  json["ingress"] = seen->database_security_group ? seen->database_security_group->ingress : std::vector<std::string>();
  return json;
}

base::Result<model::RegionFacts> facts_of(const Surroundings& world, const Json& question,
                                          const base::RegionName& region) {
  return look_at_facts(world.ports, world.stack, world.names, region, limit_of(question));
}

Json facts(const Json& question) {
  Surroundings world(question);
  const auto seen = facts_of(world, question, base::RegionName{question.at("region").get<std::string>()});
  return seen ? Json{{"parts", seen->parts}} : error_of(seen.error());
}

Json differences(const Json& question) {
  Surroundings world(question);
  const auto home = facts_of(world, question, world.stack.home.name);
  const auto standby = facts_of(world, question, world.stack.standby.name);
  if (!home || !standby) return error_of(home ? standby.error() : home.error());
  Json texts = Json::array();
  for (const auto& one : readiness::differences(*home, *standby)) texts.push_back(one.text());
  return {{"differences", texts}};
}

Json front_door(const Json& question) {
  Surroundings world(question);
  const auto door = look_at_front_door(world.ports, world.stack, world.names, limit_of(question));
  if (!door) return error_of(door.error());
  Json json{{"zone", door->zone_id}, {"name_servers", door->name_servers}, {"records", Json::object()}};
  for (const auto& [region, record] : door->records) {
    json["records"][region.value] = {{"target", record.target},
                                     {"is_primary", record.is_primary},
                                     {"ttl_s", record.ttl_s},
                                     {"health_check", record.health_check},
                                     {"is_healthy", record.is_healthy}};
  }
  return json;
}

/// Every database of the account, page by page; what listing costs.
Json list_databases(const Json& question) {
  Surroundings world(question);
  const auto answer =
      world.client.call_all("rds", "DescribeDBInstances", question.at("region").get<std::string>(), Json::object());
  return answer ? Json{{"count", answer->at("DBInstances").size()}} : error_of(answer.error().error());
}

Json set_duty(const Json& question) {
  Surroundings world(question);
  const base::RegionName region{question.at("region").get<std::string>()};
  const bool is_active = question.at("role") == "active";
  const auto changed = world.duties.change(
      region,
      [&](RegionDuty duty) -> base::Result<RegionDuty> {
        const base::Epoch epoch{question.at("epoch").get<std::uint64_t>()};
        auto next = engine::assigned(duty.duty, is_active ? model::RegionRole::active : model::RegionRole::standby,
                                     region, epoch);
        if (!next) return std::unexpected(next.error());
        duty.duty = *next;
        duty.duty.fenced_through = base::Epoch{question.value("fenced_through", std::uint64_t{0})};
        duty.traffic = model::TrafficMode::serve;
        return duty;
      },
      world.clock.now() + limit_of(question));
  return changed ? Json{{"epoch", changed->duty.newest.value}} : error_of(changed.error());
}

Json ask_door(const Json& question) {
  Surroundings world(question);
  const auto options = door_options(variable);
  if (!options) return error_of(options.error());
  NetworkDoor door(world.stack, *options);
  const auto reply = door.ask(question.at("load_balancer"),
                              {.method = question.at("method"),
                               .target = question.at("target"),
                               .body = question.value("body", ""),
                               .token = aws::Secret(question.value("token", ""))},
                              limit_of(question));
  return reply ? Json{{"status", reply->status}, {"served_by", reply->served_by}, {"body", reply->body}}
               : error_of(reply.error());
}

Json answer(const Json& question) {
  static const std::map<std::string, std::function<Json(const Json&)>> asked{
      {"look", look_once}, {"facts", facts},   {"differences", differences}, {"front_door", front_door},
      {"duty", set_duty},  {"door", ask_door}, {"databases", list_databases}};
  return asked.at(question.at("ask"))(question);
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(Json::parse(line)).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }
}
