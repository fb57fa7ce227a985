#pragma once

#include <vector>

#include "base/error.h"
#include "model/stack.h"
#include "providers/aws/database.h"
#include "providers/aws/provisioner.h"
#include "providers/aws/world.h"

namespace lifeboat::aws_world {

struct PreviewPorts {
  const Work& work;
  const model::Stack& stack;
  const DatabaseService& database;
  Provisioner& provisioner;
};

/// What an `up` would change, in the order in which it would. Nothing is changed.
base::Result<std::vector<ConcernPreview>> preview_stacks(const PreviewPorts& ports);

}  // namespace lifeboat::aws_world
