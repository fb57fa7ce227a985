#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/error.h"
#include "model/stack.h"
#include "providers/aws/database.h"
#include "providers/aws/inventory.h"
#include "providers/aws/names.h"
#include "providers/aws/provisioner.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

struct RemovalPorts {
  const Work& work;
  const model::Stack& stack;
  const Names& names;
  const DatabaseService& database;
  Provisioner& provisioner;
  std::function<base::Result<FrontDoor>(base::Milliseconds limit)> front_door;
};

/// Removes what Lifeboat made, what depends first: the front door's records, then in both regions at once monitoring
/// and web, then the replica, the writer (which leaves a snapshot), the peering, the networks, the zone. What a drill
/// has left goes first. Of an adopted stack nothing but that and the buckets. Sentences of what was done. Asking again
/// goes on.
base::Result<std::vector<std::string>> remove_stack(const RemovalPorts& ports, bool keep_buckets);

}  // namespace lifeboat::aws_world
