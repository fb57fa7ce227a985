#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"

namespace lifeboat::aws_world {

/// Rows of text, as psql prints them unaligned; NULL is empty.
using Rows = std::vector<std::vector<std::string>>;

/// Runs SQL where a region's database can be reached: on one of the region's web instances, by SSM, because no database
/// has a public address. Callable from any thread.
class Sql {
 public:
  virtual ~Sql() = default;
  /// Runs the statements on the region's own database, in one session, as the role that owns it; the last statement's
  /// rows. Instances are tried one after the other only where nothing can have been run. Errors: region_unreachable
  /// (no instance took it), postgres_failed (with PostgreSQL's own words), wait_expired (whether it ran is not known).
  virtual base::Result<Rows> run(const base::RegionName& region, std::string_view statements,
                                 base::Instant deadline) = 0;

  /// Another database of the region than its own.
  struct Place {
    base::RegionName region;
    std::string name;      ///< What the instance's resolver is asked for.
    std::string endpoint;  ///< The host that has to be found there: with TLS its certificate says so.
    int port = 5432;
  };
  /// The same on the database that the name leads to. postgres_failed also when it leads to none.
  virtual base::Result<Rows> run_at(const Place& place, std::string_view statements, base::Instant deadline) = 0;
};

}  // namespace lifeboat::aws_world
