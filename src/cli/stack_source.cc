#include "cli/stack_source.h"

#include <fmt/format.h>

#include "cli/read_file.h"
#include "model/parse.h"

namespace lifeboat::cli {

base::Result<StackSource> read_stack_source(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) {
    return base::fail(text.error().code, text.error().message, "Name a stack file, or write one with 'lifeboat init'.");
  }
  auto parsed = model::parse_stack(*text, file.string());
  if (!parsed.stack) {
    return base::fail(base::ErrorCode::bad_stack_file,
                      fmt::format("{} is not valid\n{}", file.string(), model::render(parsed.diagnostics, *text)));
  }
  return StackSource{file, *std::move(text), *std::move(parsed.stack), std::move(parsed.diagnostics)};
}

std::filesystem::path stack_file_or_default(const std::string& named) {
  return named.empty() ? "stack.yaml" : named;
}

}  // namespace lifeboat::cli
