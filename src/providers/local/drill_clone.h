#pragma once

#include <mutex>
#include <stop_token>

#include "base/error.h"
#include "base/units.h"
#include "providers/local/deadline.h"
#include "providers/local/drill_record.h"
#include "providers/local/postgres_node.h"
#include "providers/local/region_context.h"
#include "providers/local/web_instance.h"

namespace lifeboat::local {

/// What a drill makes in a region: a database of its own, copied from the region's replica, and a web instance that
/// uses it. Neither is an asset of the stack, and neither has anything to do with its leases: nothing starts them
/// again, no door leads to them, and of a region that was lost their files are left at most. Safe to call from any
/// thread.
class DrillClone {
 public:
  explicit DrillClone(const RegionContext& region);
  ~DrillClone();
  DrillClone(const DrillClone&) = delete;
  DrillClone& operator=(const DrillClone&) = delete;

  /// Copies the replica at `source` and starts the copy, which stays a standby that follows nobody. What an earlier
  /// drill has left is removed first. The position that it has. Errors: stale_epoch, wait_expired, postgres_failed.
  base::Result<base::Lsn> make(base::WallTime begun, const Endpoint& source, base::Instant deadline);
  /// Promotes the clone and starts the web instance. How long the promotion took.
  base::Result<base::Milliseconds> promote(base::WallTime begun, base::Instant deadline);
  /// Ends and removes what drills have made; a make() that is under way is broken off, and none that began up to then
  /// begins again.
  base::Status discard(base::WallTime begun, base::Instant deadline);

  const Endpoint& database_endpoint() const { return database_.placement().endpoint; }
  const Endpoint& web_endpoint() const { return web_place_.endpoint; }

 private:
  base::Result<DrillRecord> record() const { return load_drill_record(file_); }
  base::Status begin(base::WallTime begun, const Deadline& deadline);
  base::Status remove(const Deadline& deadline);
  base::Result<base::Lsn> await_position(const Deadline& deadline) const;
  base::Result<base::Milliseconds> promote_database(const Deadline& deadline);
  std::stop_token new_stop();

  RegionLayout layout_;  ///< The region's, with the clone where its pool is.
  Programs programs_;    ///< Without the extension that asks for leases.
  RegionContext context_;
  Placement web_place_;
  PostgresNode database_;
  WebInstance web_;
  std::filesystem::path file_;
  std::timed_mutex working_;
  std::mutex mutex_;  ///< Guards the record's file and what follows.
  std::stop_source making_;
};

}  // namespace lifeboat::local
