// What the tests in Python ask the client: one JSON object a line on standard input, one answer a line.

#include <fmt/format.h>

#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "aws/sign.h"

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

Json answer(const Json& question) {
  static const std::map<std::string, std::function<Json(const Json&)>> asked{{"sign", sign}, {"presign", presign}};
  return asked.at(question.at("ask"))(question);
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(Json::parse(line)).dump(-1, ' ', false, Json::error_handler_t::replace) << std::endl;
  }
}
