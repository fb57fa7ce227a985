#pragma once

#include <span>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "load/records.h"
#include "ports/clock.h"
#include "providers/aws/sql.h"

namespace lifeboat::cli {

/// Which of the load clients' writes a region's database has. It is asked for those that it has not, because the answer
/// comes through a command on an instance, whose output is short. Both references outlive what is returned.
load::PresentNames aws_data_of(aws_world::Sql& sql, base::RegionName region, const ports::Clock& clock);

/// The question for some names: SQL whose rows are the names that are missing.
std::string missing_names_sql(std::span<const std::string> names);

}  // namespace lifeboat::cli
