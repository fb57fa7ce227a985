#include "journal/journal.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "journal/frame.h"
#include "journal/record_json.h"

namespace lifeboat::journal {
namespace {

base::Error damage(const ports::LogFile& file, std::size_t offset, std::string_view why) {
  return base::fail(base::ErrorCode::journal_corrupt,
                    fmt::format("{} is damaged at byte {}: {}", file.name(), offset, why))
      .error();
}

}  // namespace

base::Result<Journal> Journal::open(std::unique_ptr<ports::LogFile> file) {
  auto bytes = file->read_all();
  if (!bytes) return base::wrap(bytes.error(), file->name());
  Journal journal(std::move(file));
  if (auto status = journal.read(*bytes); !status) return std::unexpected(status.error());
  return journal;
}

base::Status Journal::read(std::string_view bytes) {
  if (magic.starts_with(bytes) && bytes.size() < magic.size()) return begin(bytes.size());
  if (!bytes.starts_with(magic)) {
    return std::unexpected(damage(*file_, 0, "it does not begin as a journal of this version does"));
  }
  std::size_t offset = magic.size();
  while (offset < bytes.size()) {
    const auto frame = read_frame(bytes.substr(offset));
    if (frame.state == FrameState::torn) {
      torn_bytes_ = bytes.size() - offset;
      return file_->truncate(offset);
    }
    if (frame.state == FrameState::damaged) return std::unexpected(damage(*file_, offset, frame.why));
    if (auto status = take(frame.sequence, frame.payload); !status) {
      return std::unexpected(damage(*file_, offset, status.error().message));
    }
    offset += header_bytes + frame.payload.size();
  }
  return {};
}

base::Status Journal::take(std::uint64_t sequence, std::string_view payload) {
  if (sequence != next_sequence_) {
    return base::fail(base::ErrorCode::journal_corrupt,
                      fmt::format("record {} stands where record {} belongs", sequence, next_sequence_));
  }
  const auto json = nlohmann::json::parse(payload, nullptr, false);
  if (json.is_discarded()) return base::fail(base::ErrorCode::journal_corrupt, "the payload is not JSON");
  auto record = record_from_json(json);
  if (!record) return std::unexpected(record.error());
  records_.push_back(std::move(*record));
  ++next_sequence_;
  return {};
}

/// Writes the magic line into a file that is empty or was torn within it.
base::Status Journal::begin(std::size_t size_bytes) {
  torn_bytes_ = size_bytes;
  if (size_bytes > 0) {
    if (auto status = file_->truncate(0); !status) return status;
  }
  if (auto status = file_->append(magic); !status) return status;
  return file_->sync();
}

base::Status Journal::append(std::span<const engine::Record> records) {
  if (records.empty()) return {};
  std::string bytes;
  for (const auto& record : records) bytes += make_frame(next_sequence_++, to_json(record).dump());
  if (auto status = file_->append(bytes); !status) return base::wrap(status.error(), file_->name());
  if (auto status = file_->sync(); !status) return base::wrap(status.error(), file_->name());
  return {};
}

}  // namespace lifeboat::journal
