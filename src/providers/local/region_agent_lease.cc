#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <future>

#include "providers/local/region_agent.h"

// What the agent does as its lease comes and goes.

namespace lifeboat::local {

using base::ErrorCode;
using base::Milliseconds;

AgentVitals RegionAgent::vitals() {
  const auto duty = memory_.duty();
  return {duty, AgentVitals::Leases{leases_.left(), leases_.time_to_live(), leases_.counts()}, peer_.heard_of(),
          pool_.use()};
}

void RegionAgent::keep_lease() {
  switch (leases_.judge()) {
    case engine::LeaseAction::none:
      return;
    case engine::LeaseAction::close:
      return close_for_want_of_a_lease();
    case engine::LeaseAction::open:
      return open_with_a_lease();
  }
}

/// The databases refuse to commit since the lease ended; this makes the region say so at its door, and stops the
/// writer, so that nothing waits for it.
void RegionAgent::close_for_want_of_a_lease() {
  constexpr Milliseconds close_limit{2000};
  const auto deadline = context_.clock.now() + close_limit;
  spdlog::warn("{}: the write lease of epoch {} has ended: the door is closed and the writer stopped", place(),
               memory_.duty().writes_in.value);
  auto closed =
      std::async(std::launch::async, [&] { return load_balancer_.set_mode(model::TrafficMode::closed, deadline); });
  const auto stopped = database_.suspend(deadline);
  if (auto outcome = closed.get(); !outcome) spdlog::error("{}: {}", place(), outcome.error().text());
  // What could not be stopped is tried again by the next tick; it cannot commit meanwhile.
  if (!stopped) return spdlog::error("{}: {}", place(), stopped.error().text());
  leases_.note_closed(true);
}

void RegionAgent::open_with_a_lease() {
  constexpr Milliseconds open_limit{5000};
  spdlog::warn("{}: a write lease of epoch {} has come: opening again", place(), memory_.duty().writes_in.value);
  const auto deadline = context_.clock.now() + open_limit;
  if (auto resumed = database_.resume(deadline); !resumed) {
    return spdlog::error("{}: {}", place(), resumed.error().text());
  }
  const auto mode =
      memory_.duty().role == model::RegionRole::active ? model::TrafficMode::serve : model::TrafficMode::closed;
  const auto opened = load_balancer_.set_mode(mode, deadline);
  if (!opened) return spdlog::error("{}: {}", place(), opened.error().text());
  leases_.note_closed(false);
}

base::Status RegionAgent::await_lease(base::Instant deadline) const {
  const bool holds = wait_for(Deadline(context_.clock, deadline), Milliseconds{5}, [this] { return leases_.holds(); });
  if (holds) return {};
  return base::fail(ErrorCode::wait_expired,
                    fmt::format("{}: no write lease of epoch {} came", place(), memory_.duty().writes_in.value),
                    "Leases come from the controller and from the other region's agent: 'lifeboat status' shows both.");
}

}  // namespace lifeboat::local
