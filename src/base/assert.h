#pragma once

#include <source_location>

namespace lifeboat::base {

/// Prints the broken expectation with its place and aborts; never returns.
[[noreturn]] void assertion_failed(const char* expression, const char* reason, std::source_location where);

}  // namespace lifeboat::base

/// Guards against Lifeboat's own defects, in release builds too: going on in a state that cannot be is worse than
/// stopping.
#define LIFEBOAT_ASSERT(expression, reason) \
  ((expression) ? void(0) : ::lifeboat::base::assertion_failed(#expression, reason, std::source_location::current()))
