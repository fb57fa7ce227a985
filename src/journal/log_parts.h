#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "ports/log_folder.h"

namespace lifeboat::journal {

// A journal is a current file and the files that were closed before it, each named after its first record.

inline constexpr const char* current_name = "journal.lbj";
inline constexpr const char* next_name = "journal.lbj.new";  ///< While the current file is being closed.

/// "journal.lbj.000000000001"
std::string closed_name(std::uint64_t first_record);

struct LogPart {
  std::string name;
  std::string path;  ///< For messages.
  std::string bytes;
};

/// What a journal's folder holds.
struct LogParts {
  std::vector<LogPart> closed;     ///< Oldest first.
  std::optional<LogPart> current;  ///< Under next_name where a crash came between closing a file and going on.
  std::string current_path;
  /// Closed files that begin at or after the current file's first record: a repair has put what it could read of them
  /// into the current file and was ended before it could put them aside.
  std::vector<std::string> superseded;

  bool empty() const { return closed.empty() && !current; }
};

/// Reads everything, also beside a controller that is closing a file at that moment.
base::Result<LogParts> read_parts(ports::LogFolder& folder);

/// Goes on where a crash ended the closing of a file or a repair: the current file gets its name, and superseded files
/// are put aside as "….damaged". Returns the paths of these. Only for who holds the lock.
base::Result<std::vector<std::string>> finish(ports::LogFolder& folder, LogParts& parts);

/// `name`, or with a number behind it when that is taken: nothing that was put aside is ever replaced.
base::Result<std::string> free_name(ports::LogFolder& folder, const std::string& name);

}  // namespace lifeboat::journal
