#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "providers/aws/database.h"
#include "providers/aws/names.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

// The database's security groups. The rules that a fence takes away are written down first, in the bucket of the region
// that survives, so that they can be given back as they were when the region is needed again; of an adopted stack
// nobody else knows them.

/// Where the rules of whose database are kept.
struct GroupPorts {
  const Work& work;
  const Names& names;
  base::RegionName region;   ///< Of the database.
  base::RegionName kept_in;  ///< In whose bucket its rules are written down.
};

/// One group as EC2 tells of it.
struct SecurityGroup {
  std::string id;
  std::vector<std::string> rules;    ///< "tcp 5432 from sg-1", one a source; empty: it admits nobody.
  std::vector<std::string> sources;  ///< "sg-1", "10.20.0.0/16", in the same order.
};

/// The group that names.h names and, of an adopted stack, every other one that the database has: whoever one of them
/// admits gets in. aws_missing when there is none, aws_refused when the filter fits several.
base::Result<std::vector<std::string>> database_groups(const GroupPorts& ports, const DatabaseService& service,
                                                       bool is_adopted);

base::Result<std::vector<SecurityGroup>> look_at_groups(const GroupPorts& ports, const std::vector<std::string>& ids);
/// Writes the groups' rules down, beside those that are there already.
base::Status remember_rules(const GroupPorts& ports, const std::vector<std::string>& ids);
/// Who was admitted by rules that are written down: "sg-1", "10.20.0.0/16", each once.
base::Result<std::vector<std::string>> remembered_sources(const GroupPorts& ports);
/// Takes every ingress rule away and reads the groups back until they have none.
base::Status revoke_all_ingress(const GroupPorts& ports, const std::vector<std::string>& ids);
/// Gives the rules back that are written down, and forgets them. Nothing when nothing is written down.
base::Status restore_rules(const GroupPorts& ports);

}  // namespace lifeboat::aws_world
