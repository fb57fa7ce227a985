#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "providers/aws/duty.h"

namespace lifeboat::aws_world {

/// A duty as its object has it.
struct WrittenDuty {
  RegionDuty duty;
  std::string mark;  ///< Made for the one change that wrote it: whose answer was lost finds its own work by it.
};

/// The object's bytes.
std::string to_text(const WrittenDuty& written);
/// The other way; record_corrupt, naming `place`, for anything that to_text() does not make.
base::Result<WrittenDuty> duty_from_text(std::string_view text, const std::string& place);

}  // namespace lifeboat::aws_world
