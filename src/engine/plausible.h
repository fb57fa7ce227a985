#pragma once

#include <optional>

#include "engine/state.h"

namespace lifeboat::engine {

/// Why a provider's answer to the effect cannot be true; nothing when it can. The engine refuses what cannot be.
std::optional<base::Error> implausible(const Operation& operation, const EffectBody& effect, const Outcome& outcome);

}  // namespace lifeboat::engine
