#pragma once

#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "providers/aws/database.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

// An adopted RDS instance that was the writer before a promotion elsewhere. Lifeboat deletes nothing that it has not
// made: the instance is renamed and stopped, and a replica of the new writer takes its name.

/// "shop-db-before-epoch-7".
std::string put_aside_name(const Names& names, const base::RegionName& region, base::Epoch epoch);

/// Renames the old writer and stops it. Its name is free afterwards. RDS starts a stopped instance again after seven
/// days; nobody connects to it, because its name is another one.
base::Status put_old_writer_aside(const Work& work, const Names& names, const base::RegionName& region,
                                  base::Epoch epoch);

/// Makes a replica of `source`'s writer under the region's name, as the old one was (`like`). Waits for nothing.
base::Status create_replica(const Work& work, const Names& names, const base::RegionName& region,
                            const base::RegionName& source, const DatabaseLook& like);

}  // namespace lifeboat::aws_world
