#pragma once

#include <string>

#include "aws/json.h"
#include "model/stack.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world::testing {

/// A file of the project, from its root.
std::string project_file(const std::string& path);
/// An example of the project, with one piece of it replaced.
model::Stack example(const std::string& name, const std::string& piece = "", const std::string& by = "");
model::Stack made();    ///< The founding stack.
model::Stack aurora();  ///< The same, with an Aurora global database.

/// The template of one concern, with inputs that stand for what other stacks made.
aws::Json template_of(const model::Stack& stack, Concern concern, const base::RegionName& region);

}  // namespace lifeboat::aws_world::testing
