#include "base/ids.h"

#include <fmt/format.h>

namespace lifeboat::base {

std::string to_string(Lsn lsn) {
  return fmt::format("{:X}/{:X}", lsn.bytes >> 32, lsn.bytes & 0xFFFFFFFFu);
}

}  // namespace lifeboat::base
