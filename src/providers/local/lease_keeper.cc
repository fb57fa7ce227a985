#include "providers/local/lease_keeper.h"

#include <algorithm>
#include <utility>

namespace lifeboat::local {

LeaseKeeper::LeaseKeeper(AgentMemory& memory, LeasePage page, ports::Clock& clock, base::Milliseconds time_to_live)
    : memory_(memory),
      page_(std::move(page)),
      clock_(clock),
      time_to_live_(time_to_live),
      wanted_since_(clock.now()),
      granted_at_(clock.now()) {
  const auto left_behind = page_.read();
  held_ = {left_behind.epoch, left_behind.deadline};
  publish();
}

engine::LeaseRequest LeaseKeeper::request() const {
  return {memory_.duty().newest, clock_.now()};
}

void LeaseKeeper::take(const engine::LeaseGrant& grant) {
  const std::scoped_lock lock(mutex_);
  // A stamp of the future was not made by this machine's clock.
  if (grant.made_at > clock_.now()) return;
  const auto before = std::exchange(held_, engine::extended(held_, grant));
  if (held_ != before) ++counts_.received;
  publish();
}

/// The mutex is held.
void LeaseKeeper::publish(std::optional<base::Milliseconds> answers) {
  const auto duty = memory_.duty();
  const auto wanted = engine::wants_lease(duty) ? duty.writes_in : base::Epoch{};
  if (wanted != wanted_) {
    wanted_ = wanted;
    wanted_since_ = clock_.now();
    closed_ = false;
  }
  const auto deadline = engine::write_deadline(duty, held_);
  const bool given_up = deadline == base::Instant{} && published_ != base::Instant{};
  if (given_up) answers_until_ = published_;
  if (given_up || answers)
    answers_until_ = std::min(answers_until_, clock_.now() + answers.value_or(base::Milliseconds{0}));
  published_ = deadline;
  page_.write({held_.epoch, deadline, answers_until_});
}

base::Status LeaseKeeper::fence(base::Epoch epoch, base::Milliseconds answers) {
  const std::scoped_lock lock(mutex_);
  auto fenced = memory_.fence(epoch);
  publish(answers);
  return fenced;
}

base::Instant LeaseKeeper::answers_until() const {
  const std::scoped_lock lock(mutex_);
  return answers_until_;
}

bool LeaseKeeper::holds() const {
  const std::scoped_lock lock(mutex_);
  return clock_.now() < engine::write_deadline(memory_.duty(), held_);
}

base::Milliseconds LeaseKeeper::left() const {
  const std::scoped_lock lock(mutex_);
  const auto ends_at = engine::write_deadline(memory_.duty(), held_);
  return std::max(std::chrono::duration_cast<base::Milliseconds>(ends_at - clock_.now()), base::Milliseconds{0});
}

engine::LeaseAction LeaseKeeper::judge() {
  const std::scoped_lock lock(mutex_);
  return engine::judge(memory_.duty(), held_, wanted_since_, time_to_live_, clock_.now(), closed_);
}

void LeaseKeeper::note_closed(bool closed) {
  const std::scoped_lock lock(mutex_);
  closed_ = closed;
}

LeaseCounts LeaseKeeper::counts() const {
  const std::scoped_lock lock(mutex_);
  return counts_;
}

std::optional<engine::LeaseGrant> LeaseKeeper::grant(const base::RegionName& holder,
                                                     const engine::LeaseRequest& request) {
  const std::scoped_lock lock(mutex_);
  const auto now = clock_.now();
  if (next_grant_ && now < *next_grant_) return std::nullopt;
  const auto granted = engine::grant(memory_.duty(), holder, request, time_to_live_);
  if (!granted) return std::nullopt;
  granted_at_ = now;
  ++counts_.granted;
  next_grant_ = now + engine::renewal_interval(time_to_live_);
  return *granted;
}

base::Result<engine::LeasePromise> LeaseKeeper::promise(base::Epoch epoch) {
  const std::scoped_lock lock(mutex_);
  if (auto accepted = memory_.accept(epoch); !accepted) return std::unexpected(accepted.error());
  publish();
  const auto left = engine::over_at(granted_at_, time_to_live_) - clock_.now();
  return engine::LeasePromise{std::max(std::chrono::ceil<base::Milliseconds>(left), base::Milliseconds{0})};
}

}  // namespace lifeboat::local
