#include "providers/aws/copy_carrier.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lifeboat::aws_world {

using std::chrono::steady_clock;

CopyCarriers::CopyCarriers(Copies copies, const FrameLog& log, Settings settings, std::array<bool, 2> is_behind)
    : log_(log),
      settings_(std::move(settings)),
      carriers_{Carrier{.copy = std::move(copies[0]), .is_first = true, .is_behind = is_behind[0]},
                Carrier{.copy = std::move(copies[1]), .is_behind = is_behind[1]}} {
  for (auto& carrier : carriers_) {
    threads_.emplace_back([this, &carrier](const std::stop_token& stop) { run(stop, carrier); });
  }
}

CopyCarriers::~CopyCarriers() {
  for (auto& thread : threads_) thread.request_stop();
}

const CopyCarriers::Carrier& CopyCarriers::other(const Carrier& carrier) const {
  return carrier.is_first ? carriers_[1] : carriers_[0];
}

bool CopyCarriers::is_up(const Carrier& carrier) const {
  return carrier.tried > 0 && !carrier.trouble && !carrier.is_contested && carrier.reached >= target_;
}

bool CopyCarriers::one_is_up() const {
  return std::ranges::any_of(carriers_, [this](const Carrier& carrier) { return is_up(carrier); });
}

/// It is to be told of what this bucket has while the other one is left behind.
bool CopyCarriers::lacks_mark(const Carrier& carrier) const {
  return other(carrier).is_behind && !carrier.is_alone;
}

bool CopyCarriers::may_overwrite(const Carrier& carrier) const {
  const auto& its_other = other(carrier);
  return is_up(its_other) && (!carrier.is_first || its_other.is_alone);
}

bool CopyCarriers::wants_work(const Carrier& carrier) const {
  if (round_ == 0 || is_over_ || conflict_) return false;
  if (carrier.is_contested) return may_overwrite(carrier);
  if (is_up(carrier)) return lacks_mark(carrier);
  return carrier.is_urgent || !carrier.trouble || steady_clock::now() >= carrier.not_before;
}

void CopyCarriers::run(const std::stop_token& stop, Carrier& carrier) {
  std::unique_lock lock(mutex_);
  while (!stop.stop_requested()) {
    if (wants_work(carrier)) {
      attempt(lock, carrier);
      continue;
    }
    const auto wake_at = carrier.trouble ? carrier.not_before : steady_clock::now() + std::chrono::hours(1);
    changed_.wait_until(lock, stop, wake_at, [&] { return wants_work(carrier); });
  }
}

void CopyCarriers::attempt(std::unique_lock<std::mutex>& lock, Carrier& carrier) {
  carrier.is_urgent = false;
  const auto& its_other = other(carrier);
  const bool other_has_known = its_other.tried > 0 && its_other.reached >= known_;
  const BucketCopy::Way way{.alone = its_other.is_behind || !other_has_known,
                            .overwrites = carrier.is_contested && may_overwrite(carrier)};
  const auto round = round_;
  const auto target = target_;
  lock.unlock();
  // The log may be longer by now; what it gives is enough.
  auto done = carrier.copy.bring_up(log_, way);
  lock.lock();
  carrier.tried = round;
  if (done.outcome == BucketCopy::Attempt::Outcome::whole) {
    carrier.reached = target;
    // Of nothing nobody can be told.
    carrier.is_alone = carrier.copy.is_alone() || (way.alone && target == 0);
  }
  note(carrier, std::move(done));
  changed_.notify_all();
}

void CopyCarriers::note(Carrier& carrier, BucketCopy::Attempt attempt) {
  using Outcome = BucketCopy::Attempt::Outcome;
  carrier.is_contested = attempt.outcome == Outcome::contested;
  carrier.trouble = attempt.outcome == Outcome::failed ? attempt.error : std::nullopt;
  if (attempt.outcome == Outcome::ended) conflict_ = std::move(attempt.error);
  if (attempt.outcome == Outcome::whole) note_whole(carrier);
  if (carrier.trouble) {
    carrier.not_before = steady_clock::now() + settings_.retry_interval;
    leave_behind(carrier, carrier.trouble->message);
    hurry_if_none_is_well();
  }
  settle_contests();
}

void CopyCarriers::note_whole(Carrier& carrier) {
  if (!std::exchange(carrier.is_behind, false) || !settings_.on_notice) return;
  settings_.on_notice(fmt::format("the bucket of {} has the whole journal again", carrier.copy.region().value));
}

/// A contest that this writer cannot win any more in this round is lost.
void CopyCarriers::settle_contests() {
  for (const auto& carrier : carriers_) {
    if (!carrier.is_contested || may_overwrite(carrier) || conflict_) continue;
    const auto& its_other = other(carrier);
    const bool has_ended = its_other.is_behind || its_other.is_contested || is_up(its_other);
    if (!has_ended) continue;
    conflict_ =
        base::fail(base::ErrorCode::stale_term, fmt::format("somebody else has written to {}", carrier.copy.place()))
            .error();
  }
}

void CopyCarriers::leave_behind(Carrier& carrier, const std::string& why) {
  if (std::exchange(carrier.is_behind, true) || !settings_.on_notice) return;
  settings_.on_notice(
      fmt::format("the journal is not copied to the bucket of {}: {}", carrier.copy.region().value, why));
}

/// Each of them gets one attempt in this round, without waiting for its interval.
void CopyCarriers::hurry_if_none_is_well() {
  if (!std::ranges::all_of(carriers_, &Carrier::is_behind)) return;
  for (auto& carrier : carriers_) carrier.is_urgent = carrier.tried < round_;
}

std::optional<base::Status> CopyCarriers::verdict() const {
  if (conflict_) return std::unexpected(*conflict_);
  std::vector<std::string> reasons;
  bool has_one = false;
  for (const auto& carrier : carriers_) {
    if (is_up(carrier)) {
      if (lacks_mark(carrier)) return std::nullopt;
      has_one = true;
    } else if (!carrier.is_behind || carrier.is_contested) {
      return std::nullopt;
    } else if (carrier.trouble && carrier.tried == round_) {
      reasons.push_back(carrier.trouble->message);
    }
  }
  if (has_one) return base::Status();
  if (reasons.size() < carriers_.size()) return std::nullopt;
  auto error = *carriers_.front().trouble;
  error.message = fmt::format("the journal reaches no bucket: {}", fmt::join(reasons, "; "));
  return std::unexpected(std::move(error));
}

base::Status CopyCarriers::wait_for_verdict(std::unique_lock<std::mutex>& lock) {
  const auto has_verdict = [this] { return verdict().has_value(); };
  changed_.wait(lock, [&] { return has_verdict() || one_is_up(); });
  if (!changed_.wait_for(lock, settings_.patience, has_verdict)) {
    for (auto& carrier : carriers_) {
      if (!is_up(carrier) && one_is_up()) leave_behind(carrier, "it answers too slowly");
    }
    settle_contests();
    changed_.notify_all();
    changed_.wait(lock, has_verdict);
  }
  return *verdict();
}

base::Status CopyCarriers::carry(std::size_t known) {
  std::unique_lock lock(mutex_);
  target_ = log_.size();
  known_ = known;
  ++round_;
  hurry_if_none_is_well();
  changed_.notify_all();
  auto status = wait_for_verdict(lock);
  is_over_ = !status;
  return status;
}

}  // namespace lifeboat::aws_world
