#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "model/stack.h"
#include "providers/aws/sql.h"

namespace lifeboat::aws_world {

/// What Lifeboat does inside the databases, as SQL. Every call runs it in the region that it names; each may be run
/// again. Callable from any thread.
class SqlTasks {
 public:
  /// `sql` outlives the object.
  SqlTasks(Sql& sql, const model::Stack& stack);

  /// The schema lifeboat with what markers and the reign need.
  base::Status ensure_schema(const base::RegionName& region, base::Instant deadline) const;
  /// Writes who reigns.
  base::Status write_reign(const base::RegionName& region, base::Epoch epoch, base::Instant deadline) const;

  /// Makes the database read-only by default and ends every other client's session that began before; looks until none
  /// of those is left. Sessions that begin later are read-only, unless they say otherwise themselves. The writer's
  /// position after that. postgres_failed when a session does not end.
  base::Result<base::Lsn> stop_writes(const base::RegionName& region, base::Instant deadline) const;
  /// Undoes the setting; sessions that began under it are ended, because they would keep it.
  base::Status allow_writes(const base::RegionName& region, base::Instant deadline) const;

  /// How far the region's replica has replayed; of a writer its position.
  base::Result<base::Lsn> replayed(const base::RegionName& region, base::Instant deadline) const;

  struct Writer {
    bool accepts_writes = false;
    std::uint32_t timeline = 0;  ///< 0: Aurora has none.
    base::Lsn position;
  };
  base::Result<Writer> writer(const base::RegionName& region, base::Instant deadline) const;

  /// The position of a writer that is not the region's own.
  base::Result<base::Lsn> position_at(const Sql::Place& place, base::Instant deadline) const;
  /// Writes a marker in another database than the region's, which has to take writes; the number that it then has.
  base::Result<std::int64_t> write_marker_at(const Sql::Place& place, std::int64_t number,
                                             base::Instant deadline) const;
  base::Status write_marker(const base::RegionName& region, std::int64_t number, base::Instant deadline) const;
  /// 0 when there has been none.
  base::Result<std::int64_t> read_marker(const base::RegionName& region, base::Instant deadline) const;

 private:
  base::Result<base::Lsn> position(const Rows& rows, const base::RegionName& region) const;

  Sql& sql_;
  std::string database_;
  bool is_aurora_;
};

}  // namespace lifeboat::aws_world
