#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "model/stack.h"
#include "providers/aws/database.h"
#include "providers/aws/door.h"
#include "providers/aws/inventory.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

// What a drill makes on AWS: a copy of what the region's replica has stored (RDS: a snapshot; Aurora: a cluster that
// shares the replica's storage until one of both writes), a DB instance of it, and a name for it in the front door's
// zone. The replica itself is not changed: a replica of it would need backups, which RDS begins with an interruption.
// Both parts carry the drill's tag; what is called so without the tag is somebody else's, and is never touched. Every
// call works in `region` and at Route 53.

struct ClonePorts {
  const Work& work;
  const model::Stack& stack;
  const Names& names;
  const std::function<base::Result<FrontDoor>(base::Milliseconds limit)>& front_door;
};

/// One of the two things in a region.
struct ClonePart {
  bool exists = false;
  std::string status;                     ///< RDS's word.
  std::optional<base::WallTime> begun{};  ///< The drill that made it; nothing: somebody else has.
  std::string endpoint = {};              ///< Once it has one; a snapshot has none.
  int port = 5432;

  bool is_of(base::WallTime drill) const { return exists && begun == drill; }
};
struct CloneLook {
  ClonePart storage;
  ClonePart instance;

  /// The part that clients connect to: Aurora's are served by the cluster.
  const ClonePart& served() const { return storage.endpoint.empty() ? instance : storage; }
};

base::Result<CloneLook> look_at_clone(const ClonePorts& ports, const base::RegionName& region);

/// Asks for the next thing that is missing for the drill's clone, and waits for nothing: the storage, then the
/// instance, as the replica is (`like`). True when the clone is there. Error: effect_failed when the name is taken.
base::Result<bool> make_next(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun,
                             const DatabaseLook& like, std::string& seen);

/// Makes the drills' name lead to the part that is served, and waits until the zone's name servers say so.
base::Status name_clone(const ClonePorts& ports, Door& door, const ClonePart& served);
/// A record of that name that leads elsewhere stays.
base::Status remove_clone_name(const ClonePorts& ports);

/// Which drills are meant, by when they began.
using Which = std::function<bool(base::WallTime begun)>;
inline bool all_drills(base::WallTime) {
  return true;
}
/// Removes what these drills have made, and the name that leads there, and waits until nothing of it is left.
base::Status remove_clone(const ClonePorts& ports, const base::RegionName& region, const Which& which);

}  // namespace lifeboat::aws_world
