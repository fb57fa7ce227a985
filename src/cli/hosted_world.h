#pragma once

#include <functional>
#include <string>

#include "controller/hosted_controller.h"
#include "model/stack.h"
#include "providers/aws/world.h"

namespace lifeboat::cli {

/// The aws world as a hosted controller needs it. World and stack outlive it. `on_notice` is told, from any thread,
/// when a copy of the journal is left behind.
controller::HostedWorld hosted_world(aws_world::World& world, const model::Stack& stack,
                                     std::function<void(const std::string&)> on_notice);

}  // namespace lifeboat::cli
