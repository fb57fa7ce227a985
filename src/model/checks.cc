#include "model/checks.h"

#include <algorithm>

namespace lifeboat::model {

void Checks::error(std::initializer_list<std::string_view> paths, std::string message, std::string hint) {
  report(Severity::error, paths, std::move(message), std::move(hint));
}

void Checks::warning(std::initializer_list<std::string_view> paths, std::string message, std::string hint) {
  report(Severity::warning, paths, std::move(message), std::move(hint));
}

void Checks::report(Severity severity, std::initializer_list<std::string_view> paths, std::string message,
                    std::string hint) {
  const FileMap& map = draft_.map;
  if (std::ranges::any_of(paths, [&](std::string_view path) { return map.unusable(path); })) return;
  const auto shown = std::ranges::find_if(paths, [&](std::string_view path) { return map.given(path); });
  const Place place = shown == paths.end() ? Place{} : map.places.find(*shown)->second;
  Diagnostic diagnostic = source_.diagnose(place, DiagnosticKind::meaning, message, hint);
  diagnostic.severity = severity;
  diagnostics_.push_back(std::move(diagnostic));
}

}  // namespace lifeboat::model
