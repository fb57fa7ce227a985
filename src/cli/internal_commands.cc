#include "cli/command.h"
#include "cli/host_wiring.h"

namespace lifeboat::cli {

const std::vector<InternalCommand>& internal_commands() {
  static const std::vector<InternalCommand> table = {};
  return table;
}

HostStarter host_starter() {
  return nullptr;
}

}  // namespace lifeboat::cli
