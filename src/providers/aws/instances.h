#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

struct WebInstance {
  std::string id;
  std::string state;  ///< EC2's: "running", "stopped" …
  std::string image;
  std::vector<std::string> security_groups;
};

std::vector<std::string> ids_of(const std::vector<WebInstance>& instances);

/// The region's web instances, without those that are gone, sorted by id.
base::Result<std::vector<WebInstance>> find_instances(const Work& work, const Names& names,
                                                      const base::RegionName& region);
/// Stops every web instance that there is at first and sees each of them stopped, or gone. What is left of them, as it
/// is now. One that a scaling group starts in their place is left to it: it has no connection that was open before.
base::Result<std::vector<WebInstance>> stop_instances(const Work& work, const Names& names,
                                                      const base::RegionName& region);
/// Starts those that are stopped and waits until all run.
base::Status start_instances(const Work& work, const Names& names, const base::RegionName& region);

}  // namespace lifeboat::aws_world
