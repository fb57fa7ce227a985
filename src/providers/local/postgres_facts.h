#pragma once

#include <map>
#include <string>

#include "base/error.h"
#include "base/units.h"
#include "providers/local/layout.h"
#include "providers/local/secrets.h"

namespace lifeboat::local {

/// What parity compares of a database node, writer or replica: "version", "setting NAME", "role NAME", "extension
/// NAME", "schema". Places and states, which differ by their nature, are left out.
base::Result<std::map<std::string, std::string>> database_facts(const Endpoint& node, const std::string& database,
                                                                const Secrets& secrets, base::Milliseconds timeout);

}  // namespace lifeboat::local
