#include "providers/aws/seat.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "system/files.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Milliseconds;
using base::Result;
using base::Status;

constexpr std::size_t seat_mark_length = 20;
constexpr int most_rounds = 8;  ///< Of taking; each is lost only to somebody else who takes at that moment.

SeatHolder holder_of(const SeatSight& sight) {
  return {.term = sight.record->term, .renewed_at = sight.renewed_at, .age = sight.age, .is_held = sight.is_held()};
}

std::string seconds(Milliseconds time) {
  return fmt::format("{} s", std::chrono::ceil<std::chrono::seconds>(time).count());
}

/// The errors of those that did not answer, where that is all of them or one has no seat but something else.
Status are_readable(const std::vector<SeatSight>& sights) {
  std::vector<base::Error> errors;
  for (const auto& sight : sights) {
    if (sight.error && sight.error->kind() == base::ErrorKind::corrupt) return std::unexpected(*sight.error);
    if (sight.error) errors.push_back(*sight.error);
  }
  return errors.size() == sights.size() ? Status(std::unexpected(none_answered(errors))) : Status();
}

/// The newest claim that was not withdrawn; null where there is none.
const SeatSight* newest(const std::vector<SeatSight>& sights) {
  const SeatSight* found = nullptr;
  for (const auto& sight : sights) {
    if (!sight.record || sight.record->state == SeatState::withdrawn) continue;
    const bool goes_before = found == nullptr || supersedes(*sight.record, *found->record) ||
                             (sight.record->mark == found->record->mark && sight.age < found->age);
    if (goes_before) found = &sight;
  }
  return found;
}

/// lock_held where somebody else renews a claim in any bucket.
Status is_free(const std::vector<SeatSight>& sights) {
  for (const auto& sight : sights) {
    if (!sight.is_held()) continue;
    return base::fail(ErrorCode::lock_held,
                      fmt::format("{} changes this stack (term {}, last heard of {} ago)",
                                  sight.record->term.controller, sight.record->term.number, seconds(sight.age)),
                      fmt::format("Wait until it has ended. Should it have died, the seat is free in {}.",
                                  seconds(seat_time_to_live + seat_rounding - sight.age)));
  }
  return {};
}

}  // namespace

Seat::Seat(aws::Client& client, const ports::Clock& clock, const model::Stack& stack, const Names& names)
    : clock_(clock) {
  for (const auto* region : {&stack.home, &stack.standby}) {
    places_.push_back({StateBucket(client, names, region->name), ""});
  }
}

Result<std::optional<SeatHolder>> Seat::look(Milliseconds limit) {
  auto places = [this] {
    const std::lock_guard lock(mutex_);
    return places_;
  }();
  const auto sights = SeatReach(clock_, limit).read_all(places);
  if (auto readable = are_readable(sights); !readable) return std::unexpected(readable.error());
  const auto* found = newest(sights);
  return found == nullptr ? std::optional<SeatHolder>() : holder_of(*found);
}

Result<std::string> Seat::next_mark() {
  if (own_mark_.empty()) {
    auto token = system::random_token(seat_mark_length);
    if (!token) return std::unexpected(token.error());
    own_mark_ = *std::move(token);
  }
  return fmt::format("{}-{}", own_mark_, ++claims_);
}

Result<Seat::Taken> Seat::take(const std::string& controller, Milliseconds limit) {
  const std::lock_guard lock(mutex_);
  const SeatReach reach(clock_, limit);
  for (int round = 0; round < most_rounds && reach.left() > Milliseconds(0); ++round) {
    auto taken = take_once(reach, controller);
    if (!taken) return std::unexpected(taken.error());
    if (*taken) return **std::move(taken);
  }
  return base::fail(ErrorCode::lock_held, "others take the seat of this stack at the same time",
                    "Run the command again.");
}

Result<std::optional<Seat::Taken>> Seat::take_once(const SeatReach& reach, const std::string& controller) {
  const auto mark = next_mark();
  if (!mark) return std::unexpected(mark.error());
  auto sights = reach.read_all(places_);
  if (auto readable = are_readable(sights); !readable) return std::unexpected(readable.error());
  SeatRecord record;
  record.term.controller = controller;
  record.mark = *mark;
  for (auto& [error, seen, etag, renewed_at, age] : sights) {
    if (!seen) continue;
    record.term.number = std::max(record.term.number, seen->term.number);
    // Of a claim of ours that was not granted, the answer was lost.
    const bool is_ours = seen->mark.starts_with(own_mark_ + "-");
    const auto& leader = is_ours && !(held_ && held_->mark == seen->mark) ? seen->before : seen->leader();
    if (leader.number > record.before.number) record.before = leader;
    if (is_ours) age = seat_time_to_live + seat_rounding;
  }
  if (auto free = is_free(sights); !free) return std::unexpected(free.error());
  ++record.term.number;
  const auto outcome = reach.claim_all(places_, sights, record);
  if (!outcome) return std::unexpected(outcome.error());
  if (!*outcome) return std::optional<Taken>();
  held_ = record;
  return Taken{record.term, record.before};
}

Status Seat::renew(Milliseconds limit) {
  const std::lock_guard lock(mutex_);
  if (!held_) return base::fail(ErrorCode::stale_term, "this controller does not hold the stack's seat");
  const SeatReach reach(clock_, limit);
  ++held_->renewals;
  const auto writings = reach.write_all(places_, *held_);
  std::vector<base::Error> errors;
  for (const auto& writing : writings) {
    if (writing.error) errors.push_back(*writing.error);
    if (writing.outcome != SeatWriting::Outcome::superseded) continue;
    held_.reset();
    return base::fail(ErrorCode::stale_term, fmt::format("{} has taken over this stack (term {})",
                                                         writing.other->term.controller, writing.other->term.number));
  }
  if (errors.size() == writings.size()) return std::unexpected(none_answered(errors));
  return {};
}

Status Seat::leave(Milliseconds limit) {
  const std::lock_guard lock(mutex_);
  if (!held_) return {};
  const SeatReach reach(clock_, limit);
  auto record = *std::exchange(held_, std::nullopt);
  ++record.renewals;
  record.state = SeatState::left;
  const auto writings = reach.write_all(places_, record);
  for (const auto& writing : writings) {
    if (writing.error) return std::unexpected(*writing.error);
  }
  return {};
}

}  // namespace lifeboat::aws_world
