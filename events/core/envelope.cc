#include "events/core/envelope.h"

#include <nlohmann/json.hpp>

namespace lifeboat::events {

using nlohmann::json;

std::string to_text(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

Response plain_json(int status, const json& value) {
  Response response;
  response.status = status;
  response.body = to_text(value);
  return response;
}

Response success(int status, std::string_view text, const json& dataset, std::size_t records) {
  json body;
  body["dataset"] = dataset;
  body["status"] = {{"message", text}, {"records", records}, {"success", true}};
  return plain_json(status, body);
}

namespace {

Response refusal(int status, const json& text) {
  json body;
  body["status"] = {{"message", text}, {"records", 0}, {"success", false}};
  return plain_json(status, body);
}

}  // namespace

Response failure(int status, std::string_view text) {
  return refusal(status, text);
}

Response invalid(const json& errors) {
  return refusal(400, errors);
}

Response unavailable(std::string_view text) {
  Response response = failure(503, text);
  response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace lifeboat::events
