#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/report_view.h"

namespace lifeboat::api {

/// "1.2 s", "87 ms", "2 min 5 s": a duration as people read it.
std::string duration_text(std::int64_t milliseconds);

/// Whether the operation was to make the other region the active one.
bool is_move(const ReportView& report);

/// The title of the phases' times.
std::string_view phases_title(const ReportView& report);

/// What follows the operation's name in a sentence: "moved the service from us-east-2 to us-west-1".
std::string outcome_words(const ReportView& report);

}  // namespace lifeboat::api
