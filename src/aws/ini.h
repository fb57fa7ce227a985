#pragma once

#include <map>
#include <string>
#include <string_view>

#include "base/error.h"

namespace lifeboat::aws {

/// Section by section, the settings; names of settings in lower case.
using IniSections = std::map<std::string, std::map<std::string, std::string>>;

/// The format of the files that AWS's tools share: "[section]", "name = value", comments from "#" or ";" at a line's
/// begin. Indented lines are settings below a setting ("s3 ="), which nobody here needs: they are skipped. A setting
/// that comes twice has its last value. Errors: bad_flag, with the line's number and never its content, which may be a
/// secret.
base::Result<IniSections> parse_ini(std::string_view text);

}  // namespace lifeboat::aws
