#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::model {

enum class Severity { error, warning };

/// What a diagnostic is about. The JSON Schema finds the structure errors too; the others only the parser can find.
enum class DiagnosticKind {
  syntax,     ///< Not YAML, or YAML that a stack file does not use: anchors, tags, a second document, a key twice.
  structure,  ///< An unknown key, a wrong type, a value out of its range, shape or choices.
  meaning,    ///< Well formed, and what it describes cannot work or is not wise.
};

/// One finding in a stack file: what was seen and where, what was expected, what to do.
struct Diagnostic {
  std::string file;
  int line = 1;    ///< From 1.
  int column = 1;  ///< From 1, in Unicode code points; a tab counts as one.
  int length = 1;  ///< In code points, on that line; at least 1.
  std::string message;
  std::string hint;  ///< What to do; may be empty.
  Severity severity = Severity::error;
  DiagnosticKind kind = DiagnosticKind::structure;
};

/// True when any of them is an error.
bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// The diagnostics as a terminal shows them: "file:line:column: error: message", the line, a caret below it (right with
/// tabs, wide and combining characters), the hint. `source` is the text the diagnostics are about. Ends with a newline
/// unless empty.
std::string render(const std::vector<Diagnostic>& diagnostics, std::string_view source);

}  // namespace lifeboat::model
