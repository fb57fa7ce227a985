#include "model/describe.h"

#include <nlohmann/json.hpp>

namespace lifeboat::model {

namespace {

nlohmann::json region_json(const Region& region) {
  nlohmann::json zones = nlohmann::json::array();
  for (const base::ZoneName& zone : region.zones) zones.push_back(zone.value);
  return {{"name", region.name.value}, {"zones", std::move(zones)}, {"address_block", region.address_block}};
}

nlohmann::json web_json(const WebTier& web) {
  return {{"count", web.count},
          {"size", web.size},
          {"command", web.command},
          {"port", web.port},
          {"health_path", web.health_path},
          {"marker_path", web.marker_path},
          {"environment", web.environment}};
}

nlohmann::json database_json(const Database& database) {
  const bool synchronous = database.cross_region == CrossRegionReplication::synchronous;
  return {{"engine", database.engine},
          {"version", database.version},
          {"name", database.name},
          {"nodes", database.nodes},
          {"size", database.size},
          {"synchronous_in_region", database.synchronous_in_region},
          {"cross_region", synchronous ? "synchronous" : "asynchronous"},
          {"backup_retention_days", database.backup_retention_days},
          {"aws", database.service == DatabaseService::rds ? "rds" : "aurora-global"}};
}

nlohmann::json recovery_json(const Recovery& recovery) {
  return {{"mode", recovery.mode == RecoveryMode::automatic ? "automatic" : "manual"},
          {"rto_objective_ms", recovery.rto_objective.count()},
          {"rpo_objective_ms", recovery.rpo_objective.count()},
          {"detection_interval_ms", recovery.detection_interval.count()},
          {"detection_threshold", recovery.detection_threshold},
          {"lease_ms", recovery.lease.count()},
          {"hold_down_ms", recovery.hold_down.count()},
          {"power_fence", recovery.power_fence}};
}

// The files' names are no secret; what is in them was never read here.
nlohmann::json notifications_json(const Notifications& told) {
  nlohmann::json routes{{"webhook", nullptr}, {"email", nullptr}, {"slack", nullptr}, {"pagerduty", nullptr}};
  if (!told.webhook.url.empty()) {
    routes["webhook"] = {{"url", told.webhook.url}, {"token_file", told.webhook.token_file}};
  }
  if (!told.email.to.empty()) {
    routes["email"] = {{"to", told.email.to},
                       {"from", told.email.from},
                       {"smarthost", told.email.smarthost},
                       {"username", told.email.username},
                       {"password_file", told.email.password_file}};
  }
  if (!told.slack.url_file.empty()) {
    routes["slack"] = {{"url_file", told.slack.url_file}, {"channel", told.slack.channel}};
  }
  if (!told.pagerduty.routing_key_file.empty()) {
    routes["pagerduty"] = {{"routing_key_file", told.pagerduty.routing_key_file}};
  }
  return routes;
}

nlohmann::json monitoring_json(const Monitoring& monitoring) {
  auto json = notifications_json(monitoring.notifications);
  json["enabled"] = monitoring.enabled;
  json["nodes"] = monitoring.nodes;
  json["size"] = monitoring.size;
  json["kubernetes"] = {{"context", monitoring.kubernetes_context}};
  return json;
}

nlohmann::json aws_json(const Aws& aws) {
  const auto& existing = aws.existing;
  return {{"account", aws.account},
          {"image_parameter", aws.image_parameter},
          {"program", aws.program},
          {"hosted_zone", aws.hosted_zone},
          {"certificate", aws.certificate},
          {"existing",
           {{"instances", existing.instances},
            {"load_balancer", existing.load_balancer},
            {"database", existing.database},
            {"database_security_group", existing.database_security_group},
            {"cluster", existing.cluster},
            {"health_check", existing.health_check},
            {"sql_command", existing.sql_command}}}};
}

}  // namespace

std::string stack_to_json(const Stack& stack) {
  const nlohmann::json json{
      {"stack", stack.name},
      {"world", stack.world == World::aws ? "aws" : "local"},
      {"home", region_json(stack.home)},
      {"standby", region_json(stack.standby)},
      {"web", web_json(stack.web)},
      {"load_balancer", {{"port", stack.load_balancer.port}}},
      {"database", database_json(stack.database)},
      {"monitoring", monitoring_json(stack.monitoring)},
      {"dns", {{"domain", stack.dns.domain}, {"record", stack.dns.record}, {"ttl_s", stack.dns.ttl.count()}}},
      {"recovery", recovery_json(stack.recovery)},
      {"aws", aws_json(stack.aws)}};
  // The file was checked to be UTF-8; "replace" keeps this total for stacks that were made in code.
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace lifeboat::model
