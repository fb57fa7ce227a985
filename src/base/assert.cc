#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace lifeboat::base {

void assertion_failed(const char* expression, const char* reason, std::source_location where) {
  std::fprintf(stderr, "%s:%u: a defect in Lifeboat: expected %s: %s\n", where.file_name(), where.line(), expression,
               reason);
  std::abort();
}

}  // namespace lifeboat::base
