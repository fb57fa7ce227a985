#pragma once

#include <filesystem>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"

namespace lifeboat::local {

/// For how long after a fence the answers to writes that were made before it may leave the region. The fence takes no
/// less, so that they come before anything of the next epoch.
inline constexpr base::Milliseconds answers_may_leave_for{50};

/// The page of memory in which the region's databases read until when they may acknowledge writes (pg/lease_file.h). A
/// file that agent and databases map, so that it outlives both. One agent writes it; safe to call from any thread.
class LeasePage {
 public:
  /// Maps the file, and makes it if there is none: no lease. What another boot of the machine left there counts for
  /// nothing.
  static base::Result<LeasePage> open(const std::filesystem::path& file);
  ~LeasePage();
  LeasePage(LeasePage&& other) noexcept;
  LeasePage& operator=(LeasePage&&) = delete;

  struct Content {
    base::Epoch epoch;
    base::Instant deadline;
    base::Instant answers_until{};  ///< Without a lease: until when the load balancer's gate lets answers out.
  };
  /// As of this boot; nothing is the default.
  Content read() const;
  /// The databases see it at once.
  void write(const Content& content);

 private:
  explicit LeasePage(void* page) : page_(page) {}
  void* page_;
};

}  // namespace lifeboat::local
