#pragma once

#include <vector>

#include "engine/record.h"

namespace lifeboat::journal {

/// For tests: one record of every kind, every field set.
std::vector<engine::Record> every_record();

}  // namespace lifeboat::journal
