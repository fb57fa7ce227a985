#pragma once

#include "model/stack.h"
#include "monitoring/manifests.h"

namespace lifeboat::cli {

/// The kustomize folder of a stack's clusters, complete but for what is secret.
monitoring::Files cluster_files(const model::Stack& stack);

}  // namespace lifeboat::cli
