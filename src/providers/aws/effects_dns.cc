#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/effects.h"
#include "providers/aws/front_door.h"
#include "providers/aws/load_balancer.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;

constexpr base::Milliseconds look_limit{30'000};

}  // namespace

/// The zone, and for each region whose load balancer is there its health check and its record.
base::Status Effects::ensure_dns() const {
  const auto& parts = ports_.parts;
  if (!is_adopted() && parts.stack.aws.hosted_zone.empty()) {
    const auto made = parts.provisioner.apply(work_, parts.stack.standby.name, Concern::dns, DatabaseRole::writer);
    if (!made) return std::unexpected(made.error());
  }
  const auto seen = parts.looks.front_door(std::min(look_limit, work_.left()));
  if (!seen) return std::unexpected(seen.error());
  const DoorPorts ports{work_, parts.stack, parts.names};
  for (const auto& region : {parts.stack.home.name, parts.stack.standby.name}) {
    const auto name = load_balancer_name(work_, parts.names, region);
    if (!name) return std::unexpected(name.error());
    if (auto made = ensure_record(ports, *seen, region, *name); !made) return made;
  }
  return {};
}

Effects::Answer Effects::perform(const engine::WriteDnsRecord& effect) const {
  if (auto duty = accept(effect.region, effect.epoch); !duty) return std::unexpected(duty.error());
  const auto seen = ports_.parts.looks.front_door(std::min(look_limit, work_.left()));
  if (!seen) return std::unexpected(seen.error());
  const DoorPorts ports{work_, ports_.parts.stack, ports_.parts.names};
  if (auto moved = point_at(ports, *seen, effect.region); !moved) return std::unexpected(moved.error());
  return engine::Done{};
}

Effects::Answer Effects::perform(const engine::ConfirmDns& effect) const {
  const auto seen = ports_.parts.looks.front_door(std::min(look_limit, work_.left()));
  if (!seen) return std::unexpected(seen.error());
  const DoorPorts ports{work_, ports_.parts.stack, ports_.parts.names};
  if (auto right = confirm_answer(ports, ports_.parts.door, *seen, effect.region); !right) {
    return std::unexpected(right.error());
  }
  return engine::Done{};
}

Effects::Answer Effects::perform(const engine::ConfirmService& effect) const {
  constexpr base::Milliseconds attempt{20'000};
  constexpr int patience = 1000;
  const auto number = work_.clock().wall_now().time_since_epoch().count();
  std::string served_by;
  const auto confirmed = work_.wait_until(
      fmt::format("a write through the front door reaches {}", effect.region.value),
      [&](std::string& seen) -> base::Result<bool> {
        const auto written = ports_.parts.markers.write(number, work_.within(attempt).deadline());
        if (!written) return std::unexpected(written.error());
        served_by = written->served_by;
        seen = served_by + " answered";
        return served_by == effect.region.value;
      },
      patience);
  if (!confirmed) return std::unexpected(confirmed.error());
  return engine::ServiceConfirmation{served_by, number};
}

}  // namespace lifeboat::aws_world
