#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "cli/declare.h"
#include "cli/read_file.h"
#include "cli/stack_source.h"
#include "model/parse.h"
#include "plan/price.h"

namespace lifeboat::cli {
namespace {

std::string_view kind_text(model::DiagnosticKind kind) {
  switch (kind) {
    case model::DiagnosticKind::syntax:
      return "syntax";
    case model::DiagnosticKind::structure:
      return "structure";
    case model::DiagnosticKind::meaning:
      return "meaning";
  }
  return "";
}

std::vector<std::string> prices(const model::Stack& stack) {
  return plan::prices(stack, stack.home.name, std::nullopt);
}

std::string document(const std::string& file, const model::ParseResult& result) {
  auto diagnostics = nlohmann::ordered_json::array();
  for (const model::Diagnostic& found : result.diagnostics) {
    diagnostics.push_back({{"file", found.file},
                           {"line", found.line},
                           {"column", found.column},
                           {"length", found.length},
                           {"severity", found.severity == model::Severity::error ? "error" : "warning"},
                           {"kind", kind_text(found.kind)},
                           {"message", found.message},
                           {"hint", found.hint}});
  }
  const nlohmann::ordered_json json = {{"version", api::document_version},
                                       {"file", file},
                                       {"valid", result.stack.has_value()},
                                       {"diagnostics", diagnostics},
                                       {"notes", result.stack ? prices(*result.stack) : std::vector<std::string>{}}};
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string summary(const std::string& file, const model::Stack& stack, std::size_t warnings) {
  const std::string noted = warnings == 0 ? "" : fmt::format(", {} warning{}", warnings, warnings == 1 ? "" : "s");
  return fmt::format("{} is valid{}: stack '{}', {} → {}, {} web instances and {} database nodes in each.\n", file,
                     noted, stack.name, stack.home.name.value, stack.standby.name.value, stack.web.count,
                     stack.database.nodes);
}

Outcome check(Context& context, const std::string& file) {
  auto text = read_file(file);
  if (!text) {
    return base::fail(text.error().code, text.error().message, "Name a stack file, or write one with 'lifeboat init'.");
  }
  const auto result = model::parse_stack(*text, file);
  if (context.json()) {
    context.print(document(file, result));
  } else {
    context.print(model::render(result.diagnostics, *text));
    if (!result.stack) return ExitCode::failed;
    context.print(summary(file, *result.stack, result.diagnostics.size()));
    for (const std::string& price : prices(*result.stack)) context.print(price + "\n");
  }
  return result.stack ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Handler declare_check(CLI::App& parser) {
  auto file = std::make_shared<std::string>();
  parser.add_option("FILE", *file, "The stack file (default: ./stack.yaml)");
  return [file](Context& context) { return check(context, stack_file_or_default(*file).string()); };
}

}  // namespace lifeboat::cli
