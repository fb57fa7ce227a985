#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "engine/record.h"
#include "ports/log_folder.h"

namespace lifeboat::journal {

struct JournalOptions {
  std::uint64_t largest_file_bytes = 8u << 20;  ///< An append that would make the file larger closes it first.
};

/// The controller's memory: engine records in files, in docs/journal-format.md's format. One writer at a time (the
/// folder is locked). Owned and called by one thread.
class Journal {
 public:
  /// Reads everything. A torn tail (a crash while appending) is cut off; damage before the tail is
  /// ErrorCode::journal_corrupt with the file and the offset, what this program is too old for is journal_version; then
  /// the files are left as they are.
  static base::Result<Journal> open(std::unique_ptr<ports::LogFolder> folder, const JournalOptions& options = {});

  /// What was in it when it was opened, in order. May be moved from.
  std::vector<engine::Record> take_records() { return std::move(records_); }
  const std::vector<engine::Record>& records() const { return records_; }

  /// Appends all of them and syncs once; durable when it returns well. After a failure the journal must not be used.
  base::Status append(std::span<const engine::Record> records);

  std::uint64_t next_sequence() const { return next_sequence_; }
  /// How many bytes of a torn tail open() cut off.
  std::uint64_t torn_bytes() const { return torn_bytes_; }

 private:
  Journal(std::unique_ptr<ports::LogFolder> folder, const JournalOptions& options)
      : folder_(std::move(folder)), options_(options) {}
  base::Status make_durable(bool is_new);
  base::Status begin();
  base::Status rotate();

  std::unique_ptr<ports::LogFolder> folder_;
  JournalOptions options_;
  std::vector<engine::Record> records_;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t first_sequence_ = 1;  ///< Of the current file.
  std::uint64_t size_bytes_ = 0;      ///< Of the current file.
  std::uint64_t torn_bytes_ = 0;
};

/// What docs/journal-format.md says that makes a file: the first line and a frame for each record.
std::string file_of(std::uint64_t first_sequence, std::span<const engine::Record> records);

}  // namespace lifeboat::journal
