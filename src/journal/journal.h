#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "engine/record.h"
#include "ports/log_file.h"

namespace lifeboat::journal {

/// The controller's memory: engine records in a file, in docs/journal-format.md's format. One writer at a time (the log
/// file is locked). Owned and called by one thread.
class Journal {
 public:
  /// Reads everything. A torn tail (a crash while appending) is cut off; damage before the tail is
  /// ErrorCode::journal_corrupt with the file and the offset, and the file is left as it is.
  static base::Result<Journal> open(std::unique_ptr<ports::LogFile> file);

  /// What was in it when it was opened, in order. May be moved from.
  std::vector<engine::Record> take_records() { return std::move(records_); }
  const std::vector<engine::Record>& records() const { return records_; }

  /// Appends all of them and syncs once; durable when it returns well. After a failure the journal must not be used.
  base::Status append(std::span<const engine::Record> records);

  std::uint64_t next_sequence() const { return next_sequence_; }
  /// How many bytes of a torn tail open() cut off.
  std::uint64_t torn_bytes() const { return torn_bytes_; }

 private:
  explicit Journal(std::unique_ptr<ports::LogFile> file) : file_(std::move(file)) {}
  base::Status read(std::string_view bytes);
  base::Status take(std::uint64_t sequence, std::string_view payload);
  base::Status begin(std::size_t size_bytes);

  std::unique_ptr<ports::LogFile> file_;
  std::vector<engine::Record> records_;
  std::uint64_t next_sequence_ = 1;
  std::uint64_t torn_bytes_ = 0;
};

}  // namespace lifeboat::journal
