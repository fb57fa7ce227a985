#pragma once

#include <string>

namespace lifeboat::model {

/// The JSON Schema (draft 2020-12) of the stack file, made from the table that the parser reads by: every file the
/// parser accepts is valid under it, and every diagnostic of kind structure makes a file invalid. Ends with a newline.
std::string json_schema();

}  // namespace lifeboat::model
