#include "providers/aws/inventory_test_world.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/recording_transport.h"

namespace lifeboat::aws_world::testing {
namespace {

using aws::Json;

/// What stands for the other pages in an answer and in the question for the next.
constexpr std::string_view page_mark = "page-";

std::string text_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// The inverse of how an answer is read, by the row's own shapes.
std::string xml(const aws::Shape& shape, const std::string& name, const Json& value) {
  std::string inside;
  if (shape.kind == aws::Kind::structure) {
    for (const auto& member : shape.members) {
      if (value.contains(member.name)) inside += xml(member.shape, member.wire, value[member.name]);
    }
  } else if (shape.kind == aws::Kind::list) {
    for (const auto& one : value) inside += xml(shape.element.front(), shape.element_name, one);
  } else {
    inside = text_of(value);
  }
  return fmt::format("<{}>{}</{}>", name, inside, name);
}

std::string wire(const aws::Call& call, const Json& answer) {
  const auto protocol = call.service->protocol;
  if (protocol == aws::Protocol::rest_json || protocol == aws::Protocol::json) return answer.dump();
  const std::string name(call.operation->name);
  if (protocol != aws::Protocol::query) return xml(call.output, name + "Response", answer);
  return fmt::format("<{}Response>{}</{}Response>", name, xml(call.output, name + "Result", answer), name);
}

bool fits(std::string_view path, std::string_view pattern) {
  while (!path.empty() && !pattern.empty()) {
    const auto part = path.substr(0, path.find('/', 1));
    const auto wanted = pattern.substr(0, pattern.find('/', 1));
    if (part != wanted && !wanted.starts_with("/{")) return false;
    path.remove_prefix(part.size());
    pattern.remove_prefix(wanted.size());
  }
  return path.empty() && pattern.empty();
}

const aws::Operation* operation_of(const aws::Service& service, const aws::Request& request) {
  for (const auto& operation : service.operations) {
    const auto name = std::string(operation.name);
    const bool is_it =
        request.body.starts_with(fmt::format("Action={}&", name)) ||
        request.header("x-amz-target").ends_with("." + name) ||
        (operation.path != "/" && operation.method == request.method && fits(request.path, operation.path));
    if (is_it) return &operation;
  }
  return nullptr;
}

std::size_t page_asked(const std::string& question) {
  const auto at = question.find(page_mark);
  return at == std::string::npos ? 0 : std::stoul(question.substr(at + page_mark.size()));
}

/// Names the next page wherever the row does.
Json with_token(const aws::Operation& row, Json page, std::size_t next) {
  const auto out = std::string(row.pages.substr(0, row.pages.find('>')));
  page[out] = fmt::format("{}{}", page_mark, next);
  return page;
}

}  // namespace

void FakeServices::set_pages(const std::string& operation, std::vector<Json> pages) {
  const std::lock_guard lock(mutex_);
  answers_[operation] = {{"", std::move(pages)}};
}

void FakeServices::set_for(const std::string& operation, const std::string& part, Json answer) {
  const std::lock_guard lock(mutex_);
  auto& answers = answers_[operation];
  answers.insert(answers.begin(), {part, {std::move(answer)}});
}

const std::vector<Json>* FakeServices::pages_for(const std::string& operation, const std::string& question) const {
  const auto found = answers_.find(operation);
  if (found == answers_.end()) return nullptr;
  for (const auto& [part, pages] : found->second) {
    if (question.find(part) != std::string::npos) return &pages;
  }
  return nullptr;
}

void FakeServices::refuse(const std::string& operation, int status, const std::string& code) {
  const std::lock_guard lock(mutex_);
  refusals_[operation] = {status, code};
}

void FakeServices::cut(const std::string& service) {
  const std::lock_guard lock(mutex_);
  cut_.push_back(service);
}

std::vector<std::pair<std::string, std::string>> FakeServices::asked() const {
  const std::lock_guard lock(mutex_);
  return asked_;
}

std::expected<aws::HttpAnswer, aws::ExchangeFailure> FakeServices::send(const aws::Request& request,
                                                                        const aws::ExchangeLimits&) {
  aws::testing::record(request);
  const std::lock_guard lock(mutex_);
  const auto host = request.host.substr(0, request.host.find('.'));
  const auto services = aws::all_services();
  const auto service = std::ranges::find(services, host, &aws::Service::host);
  const auto* row = service == services.end() ? nullptr : operation_of(**service, request);
  if (row == nullptr) return aws::HttpAnswer{.status = 500, .body = "the test knows no such operation"};
  const auto name = fmt::format("{} {}", (*service)->name, row->name);
  const auto question = request.body.empty() ? request.url() : request.body;
  asked_.emplace_back(name, question);
  if (std::ranges::find(cut_, (*service)->name) != cut_.end())
    return std::unexpected(aws::ExchangeFailure{aws::FailureKind::unreachable, "no route to the host"});
  if (const auto refusal = refusals_.find(name); refusal != refusals_.end()) {
    const auto& [status, code] = refusal->second;
    return aws::HttpAnswer{.status = status, .body = Json{{"code", code}, {"message", "said the test"}}.dump()};
  }
  const auto* pages = pages_for(name, question);
  if (pages == nullptr)
    return aws::HttpAnswer{.status = 404, .body = Json{{"code", "TestNotFound"}, {"message", "not set"}}.dump()};
  const auto page = page_asked(question);
  const auto call = aws::find_call((*service)->name, row->name);
  const bool is_last = page + 1 >= pages->size();
  return aws::HttpAnswer{.status = 200,
                         .body = wire(*call, is_last ? pages->at(page) : with_token(*row, pages->at(page), page + 1))};
}

model::Stack small_stack() {
  model::Stack stack;
  stack.name = "shop";
  stack.world = model::World::aws;
  stack.home = {east, {{"us-east-2a"}, {"us-east-2b"}}, "10.10.0.0/16"};
  stack.standby = {west, {{"us-west-1a"}, {"us-west-1c"}}, "10.20.0.0/16"};
  stack.web.count = 2;
  stack.load_balancer.port = 80;
  stack.dns = {.domain = "example.test", .record = "api"};
  return stack;
}

model::Stack adopted_stack() {
  auto stack = small_stack();
  auto& existing = stack.aws.existing;
  for (const auto& region : {east.value, west.value}) {
    existing.instances[region] = "tag:Name=shop-web";
    existing.load_balancer[region] =
        fmt::format("arn:aws:elasticloadbalancing:{}:123456789012:loadbalancer/app/old-door/0123", region);
    existing.database[region] = "orders";
    existing.database_security_group[region] = "sg-orders";
    existing.health_check[region] = "check-" + region;
  }
  return stack;
}

RegionDuty duty_of(model::RegionRole role, std::uint64_t epoch) {
  RegionDuty duty;
  duty.duty.role = role;
  duty.duty.active_region = role == model::RegionRole::active ? east : west;
  duty.duty.epoch = duty.duty.newest = {epoch};
  if (role == model::RegionRole::active) duty.duty.writes_in = {epoch};
  duty.traffic = model::TrafficMode::serve;
  return duty;
}

Json instance(const std::string& id, const std::string& asset, const std::string& zone, const std::string& state) {
  return {{"InstanceId", id},
          {"ImageId", "ami-1"},
          {"InstanceType", "t3.micro"},
          {"State", {{"Name", state}}},
          {"PrivateIpAddress", "10.10.0." + id.substr(id.size() - 1)},
          {"Placement", {{"AvailabilityZone", zone}}},
          {"VpcId", "vpc-1"},
          {"SecurityGroups", {{{"GroupId", "sg-web"}}}},
          {"Tags", {{{"Key", "lifeboat:asset"}, {"Value", asset}}, {{"Key", "lifeboat:web"}, {"Value", "shop"}}}}};
}

Json target(const std::string& id, const std::string& state, const std::string& reason) {
  Json health{{"State", state}};
  if (!reason.empty()) health["Reason"] = reason;
  return {{"Target", {{"Id", id}, {"Port", 8000}}}, {"TargetHealth", health}};
}

Json database() {
  return {{"DBInstanceIdentifier", "shop-db"},
          {"DBInstanceClass", "db.t3.small"},
          {"Engine", "postgres"},
          {"EngineVersion", "15.8"},
          {"DBInstanceStatus", "available"},
          {"Endpoint", {{"Address", "shop-db.rds.test"}, {"Port", 5432}}},
          {"AllocatedStorage", 20},
          {"StorageType", "gp3"},
          {"AvailabilityZone", "us-east-2b"},
          {"SecondaryAvailabilityZone", "us-east-2a"},
          {"MultiAZ", true},
          {"StorageEncrypted", true},
          {"BackupRetentionPeriod", 5},
          {"AutoMinorVersionUpgrade", false},
          {"PubliclyAccessible", false},
          {"DeletionProtection", true},
          {"VpcSecurityGroups", {{{"VpcSecurityGroupId", "sg-database"}, {"Status", "active"}}}},
          {"DBSubnetGroup", {{"VpcId", "vpc-1"}}},
          {"DBParameterGroups", {{{"DBParameterGroupName", "shop-pg"}, {"ParameterApplyStatus", "in-sync"}}}}};
}

Json security_group(const std::string& id, const Json& permissions) {
  return {{"GroupId", id},
          {"GroupName", "lifeboat-" + id + "-1XYZ"},
          {"VpcId", "vpc-1"},
          {"IpPermissions", permissions},
          {"IpPermissionsEgress", {{{"IpProtocol", "-1"}, {"IpRanges", {{{"CidrIp", "0.0.0.0/0"}}}}}}}};
}

void fill_active(FakeWorld& world) {
  auto& services = world.services;
  world.duties.answer = duty_of(model::RegionRole::active, 3);
  services.set("ec2 DescribeInstances", {{"Reservations",
                                          {{{"Instances", {instance("i-2", "web-2", "us-east-2b")}}},
                                           {{"Instances", {instance("i-1", "web-1", "us-east-2a")}}}}}});
  services.set("ec2 DescribeVpcs", {{"Vpcs", {{{"VpcId", "vpc-1"}, {"CidrBlock", "10.10.0.0/16"}}}}});
  services.set("ec2 DescribeSecurityGroups",
               {{"SecurityGroups",
                 {security_group("sg-database", {{{"IpProtocol", "tcp"},
                                                  {"FromPort", 5432},
                                                  {"ToPort", 5432},
                                                  {"UserIdGroupPairs", {{{"GroupId", "sg-web"}}}},
                                                  {"IpRanges", {{{"CidrIp", "10.20.0.0/16"}}}}}})}}});
  services.set("elbv2 DescribeLoadBalancers", {{"LoadBalancers",
                                                {{{"LoadBalancerArn", "arn:lb"},
                                                  {"DNSName", "shop-1.elb.test"},
                                                  {"VpcId", "vpc-1"},
                                                  {"Scheme", "internet-facing"},
                                                  {"SecurityGroups", {"sg-lb"}},
                                                  {"State", {{"Code", "active"}}}}}}});
  services.set("elbv2 DescribeListeners",
               {{"Listeners",
                 {{{"ListenerArn", "arn:listener"},
                   {"Port", 80},
                   {"Protocol", "HTTP"},
                   {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", "arn:targets"}}}}}}}});
  services.set("elbv2 DescribeTargetGroups",
               {{"TargetGroups", {{{"TargetGroupArn", "arn:targets"}, {"LoadBalancerArns", {"arn:lb"}}}}}});
  services.set("elbv2 DescribeTargetHealth",
               {{"TargetHealthDescriptions", {target("i-1", "healthy"), target("i-2", "healthy")}}});
  services.set("rds DescribeDBInstances", {{"DBInstances", {database()}}});
  services.set("cloudwatch GetMetricData", {{"MetricDataResults", Json::array()}});
  services.set("eks DescribeCluster", {{"cluster", {{"name", "shop"}, {"status", "ACTIVE"}, {"version", "1.31"}}}});
  services.set("eks ListNodegroups", {{"nodegroups", {"shop"}}});
  services.set("eks DescribeNodegroup",
               {{"nodegroup", {{"status", "ACTIVE"}, {"scalingConfig", {{"desiredSize", 2}}}}}});
}

}  // namespace lifeboat::aws_world::testing
