#pragma once

#include <filesystem>
#include <optional>

#include "base/error.h"
#include "base/units.h"
#include "providers/local/layout.h"

namespace lifeboat::local {

/// What a region's pool must not forget over a restart of its agent.
struct PoolState {
  Endpoint target;
  std::optional<base::Instant> held_since;

  bool operator==(const PoolState&) const = default;
};

/// A missing file is nothing. Errors: io_failed, also when the file cannot be understood.
base::Result<std::optional<PoolState>> load_pool_state(const std::filesystem::path& file);
base::Status save_pool_state(const std::filesystem::path& file, const PoolState& state);

}  // namespace lifeboat::local
