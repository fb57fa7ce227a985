#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "controller/routes.h"

namespace lifeboat::controller {
namespace {

nlohmann::json paths() {
  std::ifstream file(LIFEBOAT_SOURCE_DIR "/docs/openapi.json");
  return nlohmann::json::parse(file)["paths"];
}

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

TEST(OpenApi, Documents_every_route_and_no_other) {
  std::set<std::string> routes;
  for (const auto& route : Routes::all()) routes.insert(lower(route.method) + " " + std::string(route.path));
  std::set<std::string> documented;
  const auto all = paths();
  for (const auto& [path, methods] : all.items()) {
    for (const auto& [method, operation] : methods.items()) documented.insert(method + " " + path);
  }
  EXPECT_EQ(routes, documented);
}

TEST(OpenApi, Says_where_no_token_is_needed) {
  const auto all = paths();
  for (const auto& route : Routes::all()) {
    const auto& operation = all[std::string(route.path)][lower(route.method)];
    const bool open = operation.contains("security") && operation["security"].empty();
    EXPECT_EQ(open, route.access == Access::anyone) << route.method << " " << route.path;
  }
}

TEST(OpenApi, Names_every_field_of_a_request) {
  std::ifstream file(LIFEBOAT_SOURCE_DIR "/docs/openapi.json");
  const auto schemas = nlohmann::json::parse(file)["components"]["schemas"];
  for (const auto* name : {"OperationRequest", "ArmRequest"}) {
    auto body = nlohmann::json::object();
    for (const auto& [field, schema] : schemas[name]["properties"].items()) {
      body[field] = schema["type"] == "boolean" ? nlohmann::json(true) : nlohmann::json("power");
    }
    EXPECT_TRUE(parse_request(body.dump())) << name << " " << body;
  }
}

}  // namespace
}  // namespace lifeboat::controller
