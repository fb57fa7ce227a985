#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "engine/record.h"
#include "journal/log_parts.h"

namespace lifeboat::journal {

struct SurveyedFile {
  std::string name;
  std::string path;
  std::uint64_t size_bytes = 0;
  std::uint64_t records = 0;  ///< Readable ones.
};

/// A place where the journal does not read back as it was written.
struct Gap {
  std::size_t file = 0;  ///< Index in Survey::files; their number where the current file is missing.
  std::string path;
  std::uint64_t offset = 0;
  std::string why;
  std::uint64_t first_record = 0;            ///< The one that belongs there.
  std::optional<std::uint64_t> next_record;  ///< The next one that is readable; nothing when none is.
  std::size_t readable_before = 0;           ///< Index in Survey::records of what is readable next.
  std::uint64_t skipped_bytes = 0;

  /// False where only what is between the records is damaged.
  bool loses_records() const { return next_record != first_record; }
  /// Of an unknown number, the most that can have stood there.
  std::uint64_t most_lost() const;
};

/// What a journal's files hold, as far as they can be read.
struct Survey {
  std::vector<SurveyedFile> files;      ///< Oldest first.
  std::vector<engine::Record> records;  ///< Every readable one, in order.
  std::vector<Gap> gaps;                ///< Empty: sound.
  std::uint64_t next_record = 1;
  std::uint64_t torn_bytes = 0;  ///< At the end of the current file: the last append was not finished.

  bool loses_records() const;
};

/// Reads all parts and goes on after damage wherever a whole frame is found again. Damage is no error here;
/// ErrorCode::journal_version is one: a version or a record that is intact and that this program does not know.
base::Result<Survey> survey(const LogParts& parts);

/// ErrorCode::journal_corrupt with the first gap, where there is one.
base::Status is_sound(const Survey& survey);

}  // namespace lifeboat::journal
