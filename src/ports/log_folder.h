#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace lifeboat::ports {

/// A folder of append-only files, locked by whoever made this object where it writes. What was appended survives a loss
/// of power after sync(), and a new or changed name after sync_names(), not before. Not safe for several threads at
/// once. After a change that failed the object may only be destroyed: what reached the disk is unknown.
class LogFolder {
 public:
  virtual ~LogFolder() = default;
  /// Of all its files, sorted.
  virtual base::Result<std::vector<std::string>> names() = 0;
  /// The whole file as it is; ErrorCode::file_missing when there is none.
  virtual base::Result<std::string> read(const std::string& name) = 0;
  /// Makes the file where there is none.
  virtual base::Status append(const std::string& name, std::string_view bytes) = 0;
  virtual base::Status sync(const std::string& name) = 0;
  /// Cuts the file to `size_bytes` and syncs it. Makes it where there is none.
  virtual base::Status truncate(const std::string& name, std::uint64_t size_bytes) = 0;
  /// Replaces `to`, at once or not at all.
  virtual base::Status rename(const std::string& from, const std::string& to) = 0;
  virtual base::Status sync_names() = 0;
  /// How messages call the file.
  virtual std::string path(const std::string& name) const = 0;
};

}  // namespace lifeboat::ports
