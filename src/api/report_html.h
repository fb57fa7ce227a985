#pragma once

#include <string>
#include <string_view>

#include "api/report_view.h"

namespace lifeboat::api {

/// The report as one HTML page for a file, a mail or a printer: no script, nothing loaded, its timeline drawn as SVG.
std::string to_html(const ReportView& report, const std::string& stack);

/// The page's style sheet, as it stands in it: a Content-Security-Policy names it by its hash.
std::string_view report_style();

}  // namespace lifeboat::api
