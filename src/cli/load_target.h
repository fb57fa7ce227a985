#pragma once

#include <string>

#include "base/error.h"
#include "cli/context.h"
#include "load/load.h"

namespace lifeboat::cli {

struct LoadTargetFlags {
  std::string url;
  std::string record;
  std::string token_file;
};

/// Fills in where the load goes and where it is recorded: the stack's front door by its DNS server, or a URL. A stack's
/// controller finds the records below the stack's folder; one that is recorded elsewhere gets a link there.
base::Status aim(const GlobalOptions& options, const LoadTargetFlags& flags, load::LoadOptions& load);

}  // namespace lifeboat::cli
