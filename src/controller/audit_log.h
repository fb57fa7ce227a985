#pragma once

#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>

#include "api/audit_view.h"

namespace lifeboat::controller {

/// Who asked for what, in a file of one JSON object a line: one synced before the action begins, without an outcome,
/// and the same again with it. A file that cannot be written stops no action, since a failover matters more: it is
/// said on standard error and by problem(), and what is missing is written as soon as that is possible again. Safe to
/// call from any thread.
class AuditLog {
 public:
  /// Reads what there is.
  explicit AuditLog(std::filesystem::path file);

  void note(const api::AuditEntryView& entry);
  /// The latest 200.
  api::AuditView view() const;
  /// Why the file is not complete; nothing when it is.
  std::optional<std::string> problem() const;

 private:
  void keep(const api::AuditEntryView& entry);

  std::filesystem::path file_;
  mutable std::mutex mutex_;
  std::deque<api::AuditEntryView> latest_;  ///< Oldest first.
  std::string unwritten_;
  std::optional<std::string> problem_;
};

}  // namespace lifeboat::controller
