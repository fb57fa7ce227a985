#include "providers/aws/test_aws.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "aws/recording_transport.h"
#include "providers/aws/test_aws_call.h"

namespace lifeboat::aws_world::testing {

using aws::HttpAnswer;

namespace {

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%') {
      plain += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      plain += text[at] == '+' ? ' ' : text[at];
    }
  }
  return plain;
}

std::map<std::string, std::string> form(const std::string& body) {
  std::map<std::string, std::string> fields;
  for (std::size_t begin = 0; begin < body.size();) {
    const auto end = std::min(body.find('&', begin), body.size());
    const auto pair = body.substr(begin, end - begin);
    const auto equals = pair.find('=');
    fields[decoded(pair.substr(0, equals))] = decoded(pair.substr(equals + 1));
    begin = end + 1;
  }
  return fields;
}

/// "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-2/ec2/aws4_request, …": region and service.
std::pair<std::string, std::string> scope_of(const aws::Request& request) {
  const std::string text(request.header("authorization"));
  std::vector<std::string> parts;
  for (std::size_t begin = text.find("Credential="); parts.size() < 4;) {
    const auto end = text.find('/', begin);
    parts.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return {parts[2], parts[3]};
}

HttpAnswer json_refusal(const std::string& code) {
  return {.status = 400, .headers = {}, .body = nlohmann::json{{"__type", code}, {"message", "no"}}.dump()};
}

}  // namespace

TestAws::TestAws()
    : credentials({.access_key_id = "AKID", .secret_access_key = aws::Secret("secret")}),
      client({*this, credentials, time, time, time, [](const std::string&) { return std::string(); }}) {}

std::expected<HttpAnswer, aws::ExchangeFailure> TestAws::send(const aws::Request& request, const aws::ExchangeLimits&) {
  aws::testing::record(request);
  const std::lock_guard lock(mutex_);
  const auto [region, service] = scope_of(request);
  Call call{.service = service,
            .region = region,
            .operation = "",
            .fields = {},
            .path = request.path,
            .host = request.host,
            .body = request.body};
  if (service == "ssm") {
    const auto target = std::string(request.header("x-amz-target"));
    call.operation = target.substr(target.find('.') + 1);
  } else if (service == "s3" || service == "route53") {
    call.operation = request.method;
  } else {
    call.fields = form(request.body);
    call.operation = call.field("Action");
  }
  const auto name = call.operation + " " + region;
  if (region == forbidden_) ADD_FAILURE() << service << " " << name << " in a region that must not be needed";
  if (service != "s3") calls.push_back(name);
  if (broken_.contains(name) || broken_.contains("* " + region))
    return HttpAnswer{.status = 500, .headers = {}, .body = "<html>no</html>"};
  auto answered = answer(call);
  if (lost_answers_.erase(name) > 0) {
    return std::unexpected(aws::ExchangeFailure{aws::FailureKind::timeout, "no answer in time"});
  }
  return answered;
}

HttpAnswer TestAws::answer(const Call& call) {
  if (call.service == "s3") return s3(call);
  if (call.service == "ec2") return ec2(call);
  if (call.service == "rds") return rds(call);
  if (call.service == "elasticloadbalancing") return elbv2(call);
  if (call.service == "route53") return route53(call);
  return ssm(call);
}

HttpAnswer TestAws::s3(const Call& call) {
  auto& objects = regions[call.region].objects;
  if (call.operation == "PUT") {
    objects[call.path] = call.body;
    return ok("");
  }
  const auto found = objects.find(call.path);
  return found == objects.end() ? refusal(404, "NoSuchKey") : ok(found->second);
}

HttpAnswer TestAws::rds(const Call& call) {
  if (auto answered = drill(call)) return *std::move(answered);
  if (global) return aurora(call);
  auto& region = regions[call.region];
  auto& database = region.database;
  if (call.operation == "DescribeDBInstances") {
    if (!database.exists) return refusal(404, "DBInstanceNotFound");
    const auto text = fmt::format(
        "<DBInstances><DBInstance><DBInstanceIdentifier>shop-db</DBInstanceIdentifier><DBInstanceStatus>{}"
        "</DBInstanceStatus><Endpoint><Address>db.{}</Address><Port>5432</Port></Endpoint>{}<DeletionProtection>{}"
        "</DeletionProtection>{}</DBInstance></DBInstances>",
        database.status, call.region,
        database.source.empty() ? ""
                                : fmt::format("<ReadReplicaSourceDBInstanceIdentifier>{}"
                                              "</ReadReplicaSourceDBInstanceIdentifier>",
                                              database.source),
        database.protected_from_deletion,
        database.source.empty() || !database.replicates
            ? ""
            : "<StatusInfos><DBInstanceStatusInfo><StatusType>read replication</StatusType><Normal>true</Normal>"
              "<Status>replicating</Status></DBInstanceStatusInfo></StatusInfos>");
    if (database.status == "promoting") {
      database.status = "available";
      database.source.clear();
    } else if (database.status == "deleting") {
      database.exists = false;
    }
    return ok(query(call.operation, text));
  }
  if (call.operation == "PromoteReadReplica") {
    if (database.source.empty() || database.status != "available") return refusal(400, "InvalidDBInstanceState");
    ++region.promotions;
    database.status = "promoting";
  } else if (call.operation == "ModifyDBInstance") {
    database.protected_from_deletion = false;
  } else if (call.operation == "DeleteDBInstance") {
    if (database.protected_from_deletion) return refusal(400, "InvalidParameterCombination");
    database.status = "deleting";
  }
  return ok(query(call.operation, ""));
}

HttpAnswer TestAws::elbv2(const Call& call) {
  auto& region = regions[call.region];
  if (call.operation == "DescribeLoadBalancers") {
    return ok(query(call.operation,
                    fmt::format("<LoadBalancers><member><LoadBalancerArn>arn:lb</LoadBalancerArn><DNSName>lb.{}"
                                "</DNSName></member></LoadBalancers>",
                                call.region)));
  }
  if (call.operation == "DescribeListeners") {
    const auto* action = region.serves ? "<Type>forward</Type><TargetGroupArn>arn:tg</TargetGroupArn>"
                                       : "<Type>fixed-response</Type><FixedResponseConfig><StatusCode>503</StatusCode>"
                                         "</FixedResponseConfig>";
    return ok(query(call.operation,
                    fmt::format("<Listeners><member><ListenerArn>arn:listener</ListenerArn><DefaultActions><member>{}"
                                "</member></DefaultActions></member></Listeners>",
                                action)));
  }
  if (call.operation == "DescribeTargetGroups") {
    return ok(
        query(call.operation, "<TargetGroups><member><TargetGroupArn>arn:tg</TargetGroupArn></member></TargetGroups>"));
  }
  region.serves = call.field("DefaultActions.member.1.Type") == "forward";
  return ok(query(call.operation, "<Listeners/>"));
}

HttpAnswer TestAws::route53(const Call& call) {
  if (call.path.contains("/rrset") || call.path.contains("/change/")) return records(call);
  const auto check = call.path.substr(call.path.rfind('/') + 1);
  const auto text = [&] {
    return fmt::format(
        "<HealthCheck><Id>{}</Id><HealthCheckVersion>1</HealthCheckVersion><HealthCheckConfig><Inverted>{}</Inverted>"
        "<Disabled>true</Disabled></HealthCheckConfig></HealthCheck>",
        check, !healthy[check]);
  };
  if (call.operation == "GET") return ok(fmt::format("<GetHealthCheckResponse>{}</GetHealthCheckResponse>", text()));
  healthy[check] = call.body.contains("<Inverted>false</Inverted>");
  health_sets.push_back(check + (healthy[check] ? " healthy" : " unhealthy"));
  return ok(fmt::format("<UpdateHealthCheckResponse>{}</UpdateHealthCheckResponse>", text()));
}

HttpAnswer TestAws::ssm(const Call& call) {
  const auto input = nlohmann::json::parse(call.body);
  if (call.operation == "SendCommand") {
    const std::string instance = input["InstanceIds"][0];
    if (without_agent.contains(instance)) return json_refusal("InvalidInstanceId");
    ssm_commands.push_back(instance + ": " + input["Parameters"]["commands"][0].get<std::string>());
    return ok(nlohmann::json{{"Command", {{"CommandId", "00000000-0000-0000-0000-000000000001"}}}}.dump());
  }
  if (invocations.empty()) return json_refusal("InvocationDoesNotExist");
  const auto next = invocations.front();
  invocations.erase(invocations.begin());
  if (!next.is_known) return json_refusal("InvocationDoesNotExist");
  return ok(nlohmann::json{{"Status", next.status},
                           {"StatusDetails", next.details},
                           {"StandardOutputContent", next.output},
                           {"StandardErrorContent", next.error}}
                .dump());
}

}  // namespace lifeboat::aws_world::testing
