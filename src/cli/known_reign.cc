#include "cli/known_reign.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "providers/local/agent_memory.h"

namespace lifeboat::cli {
namespace {

/// Takes note of one agent's record; false when it cannot be read or says nothing.
bool hear(const StackHome& home, const base::RegionName& region, journal::RepairInput& input) {
  const auto record = local::load_agent_record(home.paths.region(region).role());
  if (!record) return false;
  const auto& duty = record->duty;
  input.newest_epoch = std::max({input.newest_epoch, duty.newest, duty.fenced_through});
  const auto consider = [&input](const base::RegionName& reigns, base::Epoch epoch) {
    if (!input.reign || input.reign->epoch < epoch) input.reign = journal::KnownReign{reigns, epoch};
  };
  if (duty.epoch.value > 0) consider(duty.active_region, duty.epoch);
  if (duty.writes_in.value > 0) consider(region, duty.writes_in);
  return duty.epoch.value > 0 && !duty.active_region.empty();
}

}  // namespace

base::Result<journal::RepairInput> what_is_known(const StackHome& home, const std::string& active, base::WallTime now) {
  journal::RepairInput input{
      .setup = engine::make_setup(home.stack), .reign = std::nullopt, .newest_epoch = {}, .now = now};
  const bool home_says = hear(home, home.layout.home.name, input);
  const bool standby_says = hear(home, home.layout.standby.name, input);
  if (!home_says || !standby_says || input.reign->epoch < input.newest_epoch) input.reign.reset();
  if (active.empty()) return input;
  if (active != home.layout.home.name.value && active != home.layout.standby.name.value) {
    return base::fail(base::ErrorCode::bad_flag,
                      fmt::format("'{}' has no region '{}'; it has {} and {}", home.stack.name, active,
                                  home.layout.home.name.value, home.layout.standby.name.value));
  }
  input.reign = journal::KnownReign{{active}, input.newest_epoch};
  return input;
}

}  // namespace lifeboat::cli
