#pragma once

#include <vector>

#include "model/observed.h"
#include "model/stack.h"
#include "providers/aws/inventory.h"

namespace lifeboat::aws_world {

/// The database's nodes in the words of the model: of an RDS instance db-1, with Multi-AZ its standby db-2; of an
/// Aurora cluster its instances. A node accepts writes when the database is no replica and serves, its security group
/// admits somebody, and the duty does not say that the region is fenced. Pure.
std::vector<model::ObservedDatabaseNode> database_nodes(const Inventory& seen, const model::Stack& stack);

}  // namespace lifeboat::aws_world
