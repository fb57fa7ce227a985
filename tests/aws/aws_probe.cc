// What the tests in Python ask the client: one JSON object a line on standard input, one answer a line.

#include <cstdlib>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "aws/answer.h"
#include "aws/build_request.h"
#include "aws/client.h"
#include "aws/credential_chain.h"
#include "aws/curl_transport.h"
#include "aws/recording_transport.h"
#include "aws/sign.h"
#include "model/parse.h"
#include "providers/aws/policy.h"
#include "providers/aws/policy_tables.h"
#include "system/clock.h"
#include "system/waiting.h"

namespace {

using namespace lifeboat;
using Json = nlohmann::json;

aws::Fields fields_of(const Json& json) {
  aws::Fields fields;
  for (const auto& pair : json) fields.emplace_back(pair.at(0), pair.at(1));
  return fields;
}

aws::Request request_of(const Json& json) {
  return {.method = json.at("method"),
          .scheme = json.value("scheme", "https"),
          .host = json.at("host"),
          .path = json.at("path"),
          .query = fields_of(json.at("query")),
          .headers = fields_of(json.at("headers")),
          .body = json.at("body")};
}

aws::Credentials credentials_of(const Json& json) {
  return {.access_key_id = json.at("id"),
          .secret_access_key = aws::Secret(json.at("secret")),
          .session_token = aws::Secret(json.value("token", ""))};
}

struct Signing {
  aws::Request request;
  aws::Credentials credentials;
  aws::SigningScope scope;
  base::WallTime now;
};

Signing signing_of(const Json& question) {
  return {request_of(question.at("request")),
          credentials_of(question.at("credentials")),
          {.region = question.at("region"), .service = question.at("service")},
          base::WallTime(std::chrono::seconds(question.at("now_s").get<std::int64_t>()))};
}

Json describe(const aws::Request& request) {
  return {{"method", request.method}, {"url", request.url()}, {"headers", request.headers}, {"body", request.body}};
}

Json sign(const Json& question) {
  auto signing = signing_of(question);
  aws::sign(signing.request, signing.credentials, signing.scope, signing.now);
  return describe(signing.request);
}

Json presign(const Json& question) {
  const auto signing = signing_of(question);
  return aws::presign(signing.request, signing.credentials, signing.scope, signing.now,
                      std::chrono::seconds(question.at("valid_for_s").get<std::int64_t>()));
}

Json describe(const aws::Shape& shape) {
  static const std::map<aws::Kind, std::string> kinds{
      {aws::Kind::text, "string"},     {aws::Kind::integer, "integer"},     {aws::Kind::number, "double"},
      {aws::Kind::boolean, "boolean"}, {aws::Kind::time, "timestamp"},      {aws::Kind::bytes, "blob"},
      {aws::Kind::list, "list"},       {aws::Kind::structure, "structure"}, {aws::Kind::map, "map"}};
  Json members = Json::object();
  for (const auto& member : shape.members) {
    members[member.name] = describe(member.shape);
    members[member.name]["required"] = member.is_required;
  }
  Json json{{"type", kinds.at(shape.kind)}, {"members", members}};
  if (!shape.element.empty()) json["element"] = describe(shape.element.front());
  return json;
}

Json describe(const aws::Service& service, const aws::Operation& row) {
  const auto call = aws::find_call(service.name, row.name).value();
  return {{"input", describe(call.input)},
          {"output", describe(call.output)},
          {"pages", row.pages},
          {"list", row.list},
          {"answer_element", row.answer_element},
          {"is_signed", row.is_signed},
          {"is_repeatable", row.is_repeatable}};
}

Json catalogue(const Json&) {
  Json services = Json::object();
  for (const auto* service : aws::all_services()) {
    auto& json = services[std::string(service->name)];
    json = {{"variable", service->variable},           {"host", service->host},
            {"signing_name", service->signing_name},   {"version", service->version},
            {"target_prefix", service->target_prefix}, {"operations", Json::object()}};
    for (const auto& row : service->operations) json["operations"][std::string(row.name)] = describe(*service, row);
  }
  return services;
}

Json error_of(const base::Error& error) {
  return {{"error", {{"code", error.name()}, {"text", error.text()}}}};
}

Json failure_of(const aws::Failure& failure) {
  auto json = error_of(failure.error());
  json["failure"] = {{"kind", to_string(failure.kind)},  {"code", failure.code},
                     {"message", failure.message},       {"status", failure.http_status},
                     {"request_id", failure.request_id}, {"attempts", failure.attempts}};
  return json;
}

aws::Environment environment_of(const Json& question) {
  return [variables = question.value("environment", std::map<std::string, std::string>())](const std::string& name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
}

Json request(const Json& question) {
  const auto call =
      aws::find_call(question.at("service").get<std::string>(), question.at("operation").get<std::string>());
  if (!call) return error_of(call.error());
  const auto endpoint =
      aws::find_endpoint(*call->service, question.at("region").get<std::string>(), environment_of(question));
  if (!endpoint) return error_of(endpoint.error());
  const auto built = aws::build_request(*call, question.at("input"), *endpoint);
  if (!built) return error_of(built.error());
  auto json = describe(*built);
  json["signing_region"] = endpoint->signing_region;
  return json;
}

/// The request as the client would send it, signed, as a test would record it.
Json record(const Json& question) {
  const auto call =
      aws::find_call(question.at("service").get<std::string>(), question.at("operation").get<std::string>());
  if (!call) return error_of(call.error());
  const auto endpoint =
      aws::find_endpoint(*call->service, question.at("region").get<std::string>(), environment_of(question));
  if (!endpoint) return error_of(endpoint.error());
  auto built = aws::build_request(*call, question.at("input"), *endpoint);
  if (!built) return error_of(built.error());
  const aws::SigningScope scope{.region = endpoint->signing_region,
                                .service = std::string(call->service->signing_name)};
  if (call->operation->is_signed) {
    aws::sign(*built, {.access_key_id = "id", .secret_access_key = aws::Secret("key")}, scope, base::WallTime{});
  }
  return {{"line", aws::testing::request_line(*built)}};
}

Json read(const Json& question) {
  const auto call =
      aws::find_call(question.at("service").get<std::string>(), question.at("operation").get<std::string>());
  const auto answer = aws::read_answer(
      call.value(),
      {.status = question.at("status"), .headers = fields_of(question.at("headers")), .body = question.at("body")});
  return answer ? Json{{"answer", *answer}} : failure_of(answer.error());
}

/// The client as the program puts it together, in this process's environment.
struct RealClient {
  static std::string variable(const std::string& name) {
    const auto* value = std::getenv(name.c_str());
    return value == nullptr ? std::string() : value;
  }

  aws::CurlTransport transport{variable("AWS_CA_BUNDLE")};
  system::SystemClock clock;
  system::StoppablePause pause;
  system::SystemChance chance;
  aws::CredentialChain chain{aws::usual_links({transport, clock, pause, chance, variable}), clock};
  aws::Client client{{transport, chain, clock, pause, chance, variable}};
};

Json call(const Json& question) {
  static RealClient real;
  const std::string service = question.at("service");
  const std::string operation = question.at("operation");
  const std::string region = question.at("region");
  const auto answer = question.value("all", false)
                          ? real.client.call_all(service, operation, region, question.at("input"))
                          : real.client.call(service, operation, region, question.at("input"));
  return answer ? Json{{"answer", *answer}} : failure_of(answer.error());
}

Json policy_tables(const Json&) {
  Json operations = Json::array(), types = Json::array();
  for (const auto& row : aws_world::operation_rows()) {
    operations.push_back({{"service", row.service},
                          {"operation", row.operation},
                          {"role", aws_world::to_string(row.role)},
                          {"needs", row.needs}});
  }
  for (const auto& row : aws_world::resource_type_rows()) {
    types.push_back({{"type", row.type}, {"templates", row.templates}, {"actions", row.actions}});
  }
  return {{"operations", operations}, {"types", types}, {"scopes", aws_world::action_scopes()}};
}

Json policy(const Json& question) {
  const auto stack = model::parse_stack(question.at("stack").get<std::string>(), "stack.yaml").stack.value();
  const auto role = aws_world::policy_role(question.at("role").get<std::string>()).value();
  return {{"documents", aws_world::policy_documents(stack, question.at("account").get<std::string>(), role)}};
}

Json answer(const Json& question) {
  static const std::map<std::string, std::function<Json(const Json&)>> asked{
      {"sign", sign},     {"presign", presign}, {"catalogue", catalogue},         {"request", request},
      {"record", record}, {"policy", policy},   {"policy_tables", policy_tables}, {"read", read},
      {"call", call}};
  return asked.at(question.at("ask"))(question);
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(Json::parse(line)).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }
}
