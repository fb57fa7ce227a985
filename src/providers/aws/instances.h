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

/// The region's web instances, without those that are gone, sorted by id.
base::Result<std::vector<WebInstance>> find_instances(const Work& work, const Names& names,
                                                      const base::RegionName& region);
/// Stops every web instance and sees each of them stopped. What there was, as it is now.
base::Result<std::vector<WebInstance>> stop_instances(const Work& work, const Names& names,
                                                      const base::RegionName& region);
/// Starts those that are stopped and waits until all run.
base::Status start_instances(const Work& work, const Names& names, const base::RegionName& region);

}  // namespace lifeboat::aws_world
