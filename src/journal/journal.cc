#include "journal/journal.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "journal/frame.h"
#include "journal/log_parts.h"
#include "journal/record_json.h"
#include "journal/survey.h"

namespace lifeboat::journal {
namespace {

std::string frames_of(std::uint64_t first_sequence, std::span<const engine::Record> records) {
  std::string bytes;
  for (const auto& record : records) bytes += make_frame(first_sequence++, to_json(record).dump());
  return bytes;
}

}  // namespace

std::string file_of(std::uint64_t first_sequence, std::span<const engine::Record> records) {
  return std::string(magic) + frames_of(first_sequence, records);
}

base::Result<Journal> Journal::open(std::unique_ptr<ports::LogFolder> folder, const JournalOptions& options) {
  auto parts = read_parts(*folder);
  if (!parts) return std::unexpected(parts.error());
  auto found = survey(*parts);
  if (!found) return std::unexpected(found.error());
  if (auto sound = is_sound(*found); !sound) return std::unexpected(sound.error());
  Journal journal(std::move(folder), options);
  journal.next_sequence_ = found->next_record;
  journal.torn_bytes_ = found->torn_bytes;
  journal.records_ = std::move(found->records);
  if (!found->files.empty()) {
    journal.first_sequence_ = found->next_record - found->files.back().records;
    journal.size_bytes_ = found->files.back().size_bytes - found->torn_bytes;
  }
  if (auto done = finish(*journal.folder_, *parts); !done) return std::unexpected(done.error());
  if (auto status = journal.make_durable(found->files.empty()); !status) return std::unexpected(status.error());
  if (auto status = journal.begin(); !status) return std::unexpected(status.error());
  return journal;
}

/// A process that was ended between writing and syncing leaves records that read back and that the next loss of power
/// takes away: before anything is decided from them they have to be on the disk. Cutting syncs, too.
base::Status Journal::make_durable(bool is_new) {
  if (torn_bytes_ > 0) return folder_->truncate(current_name, size_bytes_);
  return is_new ? base::Status() : folder_->sync(current_name);
}

/// Writes the first line into a file that is new or was torn within it.
base::Status Journal::begin() {
  if (size_bytes_ > 0) return {};
  if (auto status = folder_->append(current_name, magic); !status) return status;
  if (auto status = folder_->sync(current_name); !status) return status;
  size_bytes_ = magic.size();
  return folder_->sync_names();
}

/// Closes the current file under its number and goes on with a new one, which is whole before it gets its name. The
/// names are synced between the two renamings: were the second durable without the first, the records would be gone.
base::Status Journal::rotate() {
  if (auto status = folder_->truncate(next_name, 0); !status) return status;
  if (auto status = folder_->append(next_name, magic); !status) return status;
  if (auto status = folder_->sync(next_name); !status) return status;
  if (auto status = folder_->sync_names(); !status) return status;
  if (auto status = folder_->rename(current_name, closed_name(first_sequence_)); !status) return status;
  if (auto status = folder_->sync_names(); !status) return status;
  if (auto status = folder_->rename(next_name, current_name); !status) return status;
  first_sequence_ = next_sequence_;
  size_bytes_ = magic.size();
  return folder_->sync_names();
}

base::Status Journal::append(std::span<const engine::Record> records) {
  if (records.empty()) return {};
  const auto bytes = frames_of(next_sequence_, records);
  const bool has_records = next_sequence_ > first_sequence_;
  if (has_records && size_bytes_ + bytes.size() > options_.largest_file_bytes) {
    if (auto status = rotate(); !status) return base::wrap(status.error(), "closing the journal's file");
  }
  if (auto status = folder_->append(current_name, bytes); !status)
    return base::wrap(status.error(), folder_->path(current_name));
  if (auto status = folder_->sync(current_name); !status)
    return base::wrap(status.error(), folder_->path(current_name));
  next_sequence_ += records.size();
  size_bytes_ += bytes.size();
  return {};
}

}  // namespace lifeboat::journal
