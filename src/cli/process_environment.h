#pragma once

#include <cstdlib>
#include <string>

#include "aws/endpoint.h"

namespace lifeboat::cli {

/// The variables that this process was started with; one that is not set is empty.
inline aws::Environment process_environment() {
  return [](const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return std::string(value == nullptr ? "" : value);
  };
}

}  // namespace lifeboat::cli
