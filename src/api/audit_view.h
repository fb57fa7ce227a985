#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace lifeboat::api {

/// Someone asked the controller to change something.
struct AuditEntryView {
  std::string id;
  std::int64_t at_ms = 0;
  std::string at;                             ///< The same moment as text, UTC.
  std::string who;                            ///< operator or viewer, and how: "/bearer", "/console".
  std::string from;                           ///< Address and port.
  std::string request;                        ///< "POST /v1/operations".
  std::string what;                           ///< "failover, fence power, accept_loss".
  std::optional<std::string> outcome = {};    ///< accepted or refused; absent when the controller ended before it knew.
  std::optional<std::string> error = {};      ///< Why it was refused: the error's code.
  std::optional<std::string> operation = {};  ///< That it began.
};

struct AuditView {
  std::vector<AuditEntryView> entries;      ///< Newest first.
  std::optional<std::string> problem = {};  ///< Why the log on the disk is not complete.
};

std::string to_document(const AuditView& view);
/// One entry as it stands in the log: a JSON object on one line, without a newline.
std::string to_line(const AuditEntryView& entry);
base::Result<AuditEntryView> entry_from_line(std::string_view line);

}  // namespace lifeboat::api
