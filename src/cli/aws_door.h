#pragma once

#include "base/error.h"
#include "load/load.h"
#include "model/stack.h"

namespace lifeboat::cli {

/// How a client of an aws stack's front door resolves its name: by the servers of LIFEBOAT_NAME_SERVERS
/// ("ADDRESS:PORT", more than one separated by commas) where that is set, else as every program of this machine does.
/// bad_flag when the variable cannot be read.
base::Result<load::LookUp> front_door_look_up(const model::Stack& stack);

}  // namespace lifeboat::cli
