#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace lifeboat::ports {

/// One append-only file, opened and locked by whoever made this object. Not safe for several threads at once. After a
/// failed call the object may only be destroyed: what reached the disk is unknown.
class LogFile {
 public:
  virtual ~LogFile() = default;
  /// The whole file as it is.
  virtual base::Result<std::string> read_all() = 0;
  virtual base::Status append(std::string_view bytes) = 0;
  /// Returns when everything appended so far would survive a loss of power.
  virtual base::Status sync() = 0;
  /// Cuts the file to `size_bytes` and syncs.
  virtual base::Status truncate(std::uint64_t size_bytes) = 0;
  /// For messages.
  virtual std::string name() const = 0;
};

}  // namespace lifeboat::ports
