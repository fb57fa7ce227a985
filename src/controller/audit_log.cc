#include "controller/audit_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <utility>

#include "system/files.h"

namespace lifeboat::controller {
namespace {

constexpr std::size_t kept_entries = 200;
constexpr std::size_t unwritten_limit_bytes = 1u << 20;

}  // namespace

AuditLog::AuditLog(std::filesystem::path file) : file_(std::move(file)) {
  const auto text = system::read_file(file_);
  if (!text) {
    if (text.error().code != base::ErrorCode::file_missing) problem_ = text.error().message;
    return;
  }
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    if (const auto entry = api::entry_from_line(line)) keep(*entry);
  }
  // A line that was torn by a loss of power does not spoil the next one.
  if (!text->empty() && text->back() != '\n') unwritten_ = "\n";
}

void AuditLog::keep(const api::AuditEntryView& entry) {
  const auto same = std::ranges::find(latest_, entry.id, &api::AuditEntryView::id);
  if (same != latest_.end()) {
    *same = entry;
    return;
  }
  latest_.push_back(entry);
  if (latest_.size() > kept_entries) latest_.pop_front();
}

void AuditLog::note(const api::AuditEntryView& entry) {
  const std::scoped_lock lock(mutex_);
  keep(entry);
  const auto line = api::to_line(entry) + "\n";
  if (unwritten_.size() + line.size() <= unwritten_limit_bytes) unwritten_ += line;
  if (const auto written = system::append_file(file_, unwritten_); !written) {
    problem_ = "the audit log cannot be written, actions go on without it: " + written.error().message;
    fmt::print(stderr, "lifeboat controller: WARNING: {}\n  {}", *problem_, line);
    return;
  }
  unwritten_.clear();
  problem_.reset();
}

api::AuditView AuditLog::view() const {
  const std::scoped_lock lock(mutex_);
  return {{latest_.rbegin(), latest_.rend()}, problem_};
}

std::optional<std::string> AuditLog::problem() const {
  const std::scoped_lock lock(mutex_);
  return problem_;
}

}  // namespace lifeboat::controller
