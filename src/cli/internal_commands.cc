#include <fmt/format.h>

#include <optional>

#include "cli/command.h"
#include "controller/run_controller.h"
#include "providers/local/agent.h"
#include "providers/local/region_init.h"

namespace lifeboat::cli {
namespace {

constexpr int usage_error = 2;

int run_agent(const std::vector<std::string>& arguments) {
  if (arguments.size() != 2) {
    fmt::print(stderr, "usage: lifeboat agent STACK_FOLDER SCOPE\n");
    return usage_error;
  }
  return local::run_agent({.stack = {arguments[0]}, .scope = arguments[1]});
}

/// "SCOPE_FOLDER PREFIX -- CHILD… -- CHILD…".
int run_region_init(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) {
    fmt::print(stderr, "usage: lifeboat region-init SCOPE_FOLDER ADDRESS_PREFIX [-- COMMAND…]…\n");
    return usage_error;
  }
  local::RegionInitOptions options{.scope_root = arguments[0], .address_prefix = arguments[1], .children = {}};
  for (std::size_t index = 2; index < arguments.size(); ++index) {
    if (arguments[index] == "--") {
      options.children.emplace_back();
    } else if (!options.children.empty()) {
      options.children.back().push_back(arguments[index]);
    }
  }
  return local::run_region_init(options);
}

}  // namespace

const std::vector<InternalCommand>& internal_commands() {
  static const std::vector<InternalCommand> table = {
      {"controller", controller::run_controller},
      {"agent", run_agent},
      {"region-init", run_region_init},
  };
  return table;
}

}  // namespace lifeboat::cli
