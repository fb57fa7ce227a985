#include "providers/aws/user_data.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/embedded_instance.h"
#include "providers/aws/web_config.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;

constexpr std::string_view listen_address = "0.0.0.0";

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

std::vector<std::string> command_of(const model::WebTier& web) {
  if (web.command.empty()) return {"./lifeboat-events"};
  auto command = web.command;
  for (auto& argument : command) {
    replace_all(argument, "{address}", listen_address);
    replace_all(argument, "{port}", std::to_string(web.port));
  }
  return command;
}

/// One line: nothing that the stack file says can end the document that it stands in.
std::string settings(const Scene& scene) {
  const auto& web = scene.stack.web;
  return Json{{"stack", scene.stack.name},
              {"region", scene.region.name.value},
              {"bucket", scene.names.bucket(scene.region.name)},
              {"secret", scene.names.database_secret()},
              {"cloudformation_stack", scene.names.cloudformation_stack(Concern::web)},
              {"database", scene.stack.database.name},
              {"program", program_key(scene.stack)},
              {"program_digest", scene.inputs.program_digest},
              {"command", command_of(web)},
              {"environment", web.environment},
              {"port", web.port}}
             .dump(-1, ' ', true) +
         "\n";
}

std::string file(std::string_view path, std::string_view mode, std::string_view content) {
  return fmt::format("cat >{0} <<'LIFEBOAT_FILE'\n{2}LIFEBOAT_FILE\nchmod {1} {0}\n", path, mode, content);
}

}  // namespace

std::string user_data(const Scene& scene) {
  auto text = std::string("#!/bin/bash\nset -euo pipefail\nmkdir -p /etc/lifeboat /opt/lifeboat\n");
  text += file("/etc/lifeboat/settings.json", "0644", settings(scene));
  text += file("/opt/lifeboat/instance.py", "0755", instance_program);
  text += file("/opt/lifeboat/sql", "0700", sql_script);
  text += file("/opt/lifeboat/boot", "0700", boot_script);
  text += "exec /opt/lifeboat/boot\n";
  return text;
}

}  // namespace lifeboat::aws_world
