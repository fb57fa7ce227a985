#pragma once

#include "model/stack.h"
#include "ports/markers.h"
#include "providers/aws/aws_provider.h"
#include "providers/aws/door.h"
#include "providers/aws/sql_tasks.h"

namespace lifeboat::aws_world {

/// Markers through the stack's front door: the zone's name servers say which load balancer it is, the application's
/// marker endpoint is called there. An application that has none, or whose token Lifeboat does not know (an adopted
/// one), is asked for its health, and the marker is written by SQL in the region that answered.
class AwsMarkers : public ports::Markers {
 public:
  /// Everything outlives the object.
  struct Parts {
    model::Stack stack;
    Door& door;
    Sql& sql;
    std::function<base::Result<FrontDoor>(base::Milliseconds limit)> front_door;
    WorkPorts work;
    MarkerToken& marker_token;
  };
  explicit AwsMarkers(Parts parts) : parts_(std::move(parts)), sql_(parts_.sql, parts_.stack) {}

  base::Result<Written> write(std::int64_t number, base::Instant deadline) override;
  base::Result<std::int64_t> read(const base::RegionName& region, base::Instant deadline) override;

 private:
  /// The load balancer that the front door leads to, and its region; an empty region: neither's.
  struct Target {
    std::string name;
    base::RegionName region;
  };
  base::Result<Target> target(base::Instant deadline);
  base::Result<Door::Reply> ask(const Target& target, const Door::Question& question, base::Instant deadline);
  base::Milliseconds left(base::Instant deadline) const;

  Parts parts_;
  SqlTasks sql_;
};

}  // namespace lifeboat::aws_world
