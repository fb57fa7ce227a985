#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"

namespace lifeboat::ports {

/// The numbered markers by which verify proves that data moves: written where clients write, read where they would be
/// needed. Safe to call from any thread; every call ends by its deadline.
class Markers {
 public:
  virtual ~Markers() = default;

  struct Written {
    std::string through;    ///< The URL, or the pool where the application has no marker endpoint.
    std::string served_by;  ///< The region that acknowledged it.
  };
  /// Writes the number through the front door, as a client would. Never tries twice: an error may mean that it was
  /// written.
  virtual base::Result<Written> write(std::int64_t number, base::Instant deadline) = 0;

  /// The newest number on the region's most advanced database node; 0 when there has been none.
  virtual base::Result<std::int64_t> read(const base::RegionName& region, base::Instant deadline) = 0;
};

}  // namespace lifeboat::ports
