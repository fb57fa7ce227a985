#include "providers/aws/web_config.h"

#include <nlohmann/json.hpp>

namespace lifeboat::aws_world {

std::string web_config_text(const WebConfig& config) {
  auto databases = nlohmann::json::object();
  for (const auto& [region, database] : config.databases) {
    databases[region.value] = {{"host", database.host}, {"port", database.port}};
    if (!database.reader.empty()) databases[region.value]["reader"] = database.reader;
  }
  nlohmann::json document = {{"databases", databases}};
  if (!config.marker_token.empty()) document["marker_token"] = config.marker_token;
  return document.dump(2) + "\n";
}

std::string program_key(const model::Stack& stack) {
  const auto& program = stack.aws.program;
  if (program.empty()) return "program/lifeboat-events";
  return "program/" + program.substr(program.rfind('/') + 1);
}

}  // namespace lifeboat::aws_world
