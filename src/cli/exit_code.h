#pragma once

#include "base/error.h"

namespace lifeboat::cli {

/// What a command's exit code tells a script.
enum class ExitCode {
  done = 0,
  failed = 1,
  usage = 2,    ///< The command line itself is wrong.
  refused = 3,  ///< Lifeboat could and will not: not ready, no fence certificate, another operation under way.
};

ExitCode exit_code_of(const base::Error& error);

}  // namespace lifeboat::cli
