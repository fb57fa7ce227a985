#include <CLI/CLI.hpp>

#include "cli/declare.h"
#include "model/schema.h"

namespace lifeboat::cli {

Handler declare_schema(CLI::App&) {
  // The schema is JSON already, so both output formats print the same.
  return [](Context& context) -> Outcome {
    context.print(model::json_schema());
    return ExitCode::done;
  };
}

}  // namespace lifeboat::cli
