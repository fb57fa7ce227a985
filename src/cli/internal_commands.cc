#include "cli/command.h"

namespace lifeboat::cli {

const std::vector<InternalCommand>& internal_commands() {
  static const std::vector<InternalCommand> table = {};
  return table;
}

}  // namespace lifeboat::cli
