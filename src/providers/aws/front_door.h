#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "model/stack.h"
#include "providers/aws/door.h"
#include "providers/aws/inventory.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

// The front door's records at Route 53: made once, never edited in a failover. What moves is which health check counts
// as healthy: a disabled check is healthy to Route 53, and a disabled and inverted one unhealthy.

/// Route 53 is in no region; its endpoint signs for this one.
inline const base::RegionName route53_region{"us-east-1"};

struct DoorPorts {
  const Work& work;
  const model::Stack& stack;
  const Names& names;
};

/// Makes the region's health check and failover record where they are missing, and points a record that points
/// elsewhere at the region's load balancer. A new check counts as unhealthy until the flip. Of an adopted stack nothing
/// is made.
base::Status ensure_record(const DoorPorts& ports, const FrontDoor& seen, const base::RegionName& region,
                           const std::string& load_balancer_name);

/// The flip: first the region healthy, then the other one unhealthy. One that is so already is left alone.
base::Status point_at(const DoorPorts& ports, const FrontDoor& seen, const base::RegionName& region);

/// Asks the zone's name servers until all that answer, and at least half of them, say that the front door is the
/// region's load balancer.
base::Status confirm_answer(const DoorPorts& ports, Door& door, const FrontDoor& seen, const base::RegionName& region);

/// What a name is to lead to, and what people call that.
struct NameLeads {
  std::string name;
  std::string target;
  std::string whose;
};
/// The same for any name of the zone.
base::Status confirm_name(const Work& work, Door& door, const FrontDoor& seen, const NameLeads& expected);

/// "UPSERT" or "DELETE" of one record, as Route 53 describes it; waits until all its name servers have been told.
base::Status change_record(const Work& work, const std::string& zone, const std::string& action,
                           const aws::Json& record);

}  // namespace lifeboat::aws_world
