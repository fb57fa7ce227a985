// What the parser says of stack files, for the test that holds the JSON Schema against it (stack_schema_test.py).
//   stack_probe schema | stack_probe template | stack_probe check < JSON array of texts: a JSON array of "accepted",
//   "syntax", "structure" or "meaning", the first kind that an error has.

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "model/parse.h"
#include "model/schema.h"
#include "model/template.h"

namespace {

using lifeboat::model::DiagnosticKind;

bool has_error_of(const lifeboat::model::ParseResult& result, DiagnosticKind kind) {
  for (const auto& diagnostic : result.diagnostics) {
    if (diagnostic.severity == lifeboat::model::Severity::error && diagnostic.kind == kind) return true;
  }
  return false;
}

std::string verdict(const std::string& text) {
  const auto result = lifeboat::model::parse_stack(text, "probe.yaml");
  if (result.stack) return "accepted";
  if (has_error_of(result, DiagnosticKind::syntax)) return "syntax";
  return has_error_of(result, DiagnosticKind::structure) ? "structure" : "meaning";
}

int check() {
  const std::string input{std::istreambuf_iterator<char>(std::cin), {}};
  const auto texts = nlohmann::json::parse(input, nullptr, false);
  if (!texts.is_array()) return 2;
  nlohmann::json verdicts = nlohmann::json::array();
  for (const auto& text : texts) verdicts.push_back(verdict(text.get<std::string>()));
  std::cout << verdicts.dump() << "\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view what = argc > 1 ? argv[1] : "";
  if (what == "check") return check();
  if (what == "schema")
    std::cout << lifeboat::model::json_schema();
  else if (what == "template")
    std::cout << lifeboat::model::commented_stack_file();
  else
    return 2;
  return 0;
}
