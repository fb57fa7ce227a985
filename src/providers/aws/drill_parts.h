#pragma once

#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "providers/aws/database.h"
#include "providers/aws/drill_clone.h"

namespace lifeboat::aws_world {

// The two parts of a drill's clone as RDS and Aurora call them. Nothing here waits. Every call is one of the region.

/// One part in the words of the API.
struct PartWords {
  std::string name;
  const char* word;  ///< For people: "snapshot".
  const char* describe;
  const char* identifier;
  const char* list;
  const char* status;
  const char* remove;
  bool leaves_snapshot;  ///< Unless told not to.
  bool leaves_backups;   ///< The same.
};
PartWords storage_words(const ClonePorts& ports, const base::RegionName& region);
PartWords instance_words(const ClonePorts& ports, const base::RegionName& region);

/// What does not exist is an answer.
base::Result<ClonePart> look_at_part(const ClonePorts& ports, const base::RegionName& region, const PartWords& words);

// Each asks once. That the state has changed since it was looked at, or that the answer was lost, is no error: the next
// look tells. A refusal because of a state is added to `seen`, for those who wait.

base::Status make_storage(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun,
                          const DatabaseLook& like, std::string& seen);
/// Of storage that is available.
base::Status make_instance(const ClonePorts& ports, const base::RegionName& region, base::WallTime begun,
                           const DatabaseLook& like, std::string& seen);
base::Status delete_part(const ClonePorts& ports, const base::RegionName& region, const PartWords& words,
                         std::string& seen);

}  // namespace lifeboat::aws_world
