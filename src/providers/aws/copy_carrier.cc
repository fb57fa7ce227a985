#include "providers/aws/copy_carrier.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace lifeboat::aws_world {
namespace {

using std::chrono::steady_clock;

/// What no further attempt mends.
bool is_final(const base::Error& error) {
  return error.code == base::ErrorCode::stale_term || error.code == base::ErrorCode::journal_corrupt ||
         error.code == base::ErrorCode::journal_version;
}

}  // namespace

CopyCarriers::CopyCarriers(std::vector<BucketCopy> copies, const FrameLog& log, Settings settings)
    : log_(log), settings_(std::move(settings)) {
  for (auto& copy : copies) carriers_.emplace_back(std::move(copy));
  for (auto& carrier : carriers_) {
    threads_.emplace_back([this, &carrier](const std::stop_token& stop) { run(stop, carrier); });
  }
}

CopyCarriers::~CopyCarriers() {
  for (auto& thread : threads_) thread.request_stop();
}

bool CopyCarriers::is_up(const Carrier& carrier) const {
  return carrier.tried > 0 && !carrier.trouble && carrier.reached >= target_;
}

bool CopyCarriers::one_is_up() const {
  return std::ranges::any_of(carriers_, [this](const Carrier& carrier) { return is_up(carrier); });
}

bool CopyCarriers::wants_work(const Carrier& carrier) const {
  if (round_ == 0 || is_over_ || conflict_ || is_up(carrier)) return false;
  return carrier.is_urgent || !carrier.trouble || steady_clock::now() >= carrier.not_before;
}

void CopyCarriers::run(const std::stop_token& stop, Carrier& carrier) {
  std::unique_lock lock(mutex_);
  while (true) {
    if (conflict_ && !carrier.has_retracted) {
      retract(lock, carrier);
    } else if (stop.stop_requested()) {
      return;
    } else if (wants_work(carrier)) {
      attempt(lock, carrier);
    } else {
      const auto wake_at = carrier.trouble ? carrier.not_before : steady_clock::now() + std::chrono::hours(1);
      const auto has_work = [&] { return wants_work(carrier) || (conflict_ && !carrier.has_retracted); };
      changed_.wait_until(lock, stop, wake_at, has_work);
    }
  }
}

void CopyCarriers::attempt(std::unique_lock<std::mutex>& lock, Carrier& carrier) {
  carrier.is_urgent = false;
  const auto round = round_;
  const auto target = target_;
  lock.unlock();
  // The log may be longer by now; what it gives is enough.
  auto status = carrier.copy.bring_up(log_);
  lock.lock();
  note(carrier, round, target, std::move(status));
  changed_.notify_all();
}

void CopyCarriers::retract(std::unique_lock<std::mutex>& lock, Carrier& carrier) {
  const auto known = known_;
  lock.unlock();
  carrier.copy.retract(log_, known);
  lock.lock();
  carrier.has_retracted = true;
  changed_.notify_all();
}

void CopyCarriers::note(Carrier& carrier, std::uint64_t round, std::size_t target, base::Status status) {
  carrier.tried = round;
  if (status) {
    carrier.reached = target;
    carrier.trouble.reset();
    if (std::exchange(carrier.is_behind, false) && settings_.on_notice) {
      settings_.on_notice(fmt::format("the bucket of {} has the whole journal again", carrier.copy.region().value));
    }
    return;
  }
  carrier.trouble = std::move(status.error());
  carrier.not_before = steady_clock::now() + settings_.retry_interval;
  if (is_final(*carrier.trouble)) {
    conflict_ = carrier.trouble;
    return;
  }
  leave_behind(carrier, carrier.trouble->message);
  hurry_if_none_is_well();
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
  if (conflict_) {
    const bool is_over = std::ranges::all_of(carriers_, &Carrier::has_retracted);
    return is_over ? std::optional<base::Status>(std::unexpected(*conflict_)) : std::nullopt;
  }
  const auto is_waited_for = [this](const Carrier& carrier) { return !is_up(carrier) && !carrier.is_behind; };
  if (one_is_up()) {
    return std::ranges::any_of(carriers_, is_waited_for) ? std::nullopt : std::optional(base::Status());
  }
  std::vector<std::string> reasons;
  for (const auto& carrier : carriers_) {
    if (!carrier.trouble || carrier.tried < round_) return std::nullopt;
    reasons.push_back(carrier.trouble->message);
  }
  auto error = *carriers_.front().trouble;
  error.message = fmt::format("the journal reaches no bucket: {}", fmt::join(reasons, "; "));
  return std::unexpected(std::move(error));
}

base::Status CopyCarriers::wait_for_verdict(std::unique_lock<std::mutex>& lock) {
  const auto has_verdict = [this] { return verdict().has_value(); };
  changed_.wait(lock, [&] { return has_verdict() || one_is_up(); });
  if (!changed_.wait_for(lock, settings_.patience, has_verdict)) {
    for (auto& carrier : carriers_) {
      if (!is_up(carrier)) leave_behind(carrier, "it answers too slowly");
    }
  }
  changed_.wait(lock, has_verdict);
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
