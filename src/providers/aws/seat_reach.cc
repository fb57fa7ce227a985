#include "providers/aws/seat_reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Milliseconds;
using WritingOutcome = SeatWriting::Outcome;

constexpr int most_bucket_tries = 4;  ///< Of one bucket, each after reading what stands there.

template <class Act>
auto at_each(std::vector<SeatPlace>& places, const Act& act) {
  using Done = decltype(act(places.front()));
  std::vector<std::future<Done>> under_way;
  for (auto& place : places) {
    under_way.push_back(std::async(std::launch::async, [&act, &place] { return act(place); }));
  }
  std::vector<Done> done;
  for (auto& one : under_way) done.push_back(one.get());
  return done;
}

void fill(const SeatPlace& place, const StoredObject& object, SeatSight& sight) {
  const auto where = place.bucket.place(seat_key);
  auto record = seat_from_text(object.body, where);
  if (!record) {
    sight.error = record.error();
    return;
  }
  if (!object.answered_at || !object.modified_at) {
    sight.error = base::fail(ErrorCode::aws_failed, fmt::format("the bucket does not say when {} was written", where),
                             "Something other than S3 answered: check the proxy and AWS_ENDPOINT_URL.")
                      .error();
    return;
  }
  sight.record = *std::move(record);
  sight.etag = object.etag;
  sight.renewed_at = *object.modified_at;
  sight.age = std::max(*object.answered_at - *object.modified_at, Milliseconds(0));
}

SeatWriting refused(const SeatPlace& place, const aws::Failure& failure) {
  return {WritingOutcome::failed, bucket_error(place.bucket.region(), failure)};
}

SeatWriting expired(const SeatPlace& place) {
  const auto what = fmt::format("{} could not be written in time", place.bucket.place(seat_key));
  return {WritingOutcome::failed, base::fail(ErrorCode::region_unreachable, what).error()};
}

}  // namespace

Milliseconds SeatReach::left() const {
  return std::max(std::chrono::floor<Milliseconds>(deadline_ - clock_.now()), Milliseconds(0));
}

SeatSight SeatReach::read(const SeatPlace& place) const {
  SeatSight sight;
  auto bucket = place.bucket;
  const auto object = bucket.get(seat_key, for_one());
  if (!object) {
    sight.error = bucket_error(place.bucket.region(), object.error());
  } else if (*object) {
    fill(place, **object, sight);
  }
  return sight;
}

std::vector<SeatSight> SeatReach::read_all(std::vector<SeatPlace>& places) const {
  return at_each(places, [this](const SeatPlace& place) { return read(place); });
}

std::vector<SeatWriting> SeatReach::write_all(std::vector<SeatPlace>& places, const SeatRecord& record) const {
  return at_each(places, [&](SeatPlace& place) { return write(place, record); });
}

SeatWriting SeatReach::write(SeatPlace& place, const SeatRecord& record) const {
  for (int attempt = 0; attempt < most_bucket_tries && left() > Milliseconds(0); ++attempt) {
    if (place.etag.empty()) {
      const auto sight = read(place);
      if (sight.error) return {WritingOutcome::failed, sight.error};
      if (sight.record && supersedes(*sight.record, record)) return {WritingOutcome::superseded, {}, sight.record};
      place.etag = sight.etag;
      if (sight.record == record) return {WritingOutcome::written};
    }
    const auto put = place.bucket.put(seat_key, to_text(record), place.etag, for_one());
    place.etag = put && *put ? **put : "";
    if (!place.etag.empty()) return {WritingOutcome::written};
    if (!put && put.error().was_not_done()) return refused(place, put.error());
  }
  return expired(place);
}

SeatWriting SeatReach::claim(SeatPlace& place, const SeatSight& seen, const SeatRecord& record) const {
  auto etag = seen.etag;
  for (int attempt = 0; attempt < most_bucket_tries && left() > Milliseconds(0); ++attempt) {
    const auto put = place.bucket.put(seat_key, to_text(record), etag, for_one());
    place.etag = put && *put ? **put : "";
    if (!place.etag.empty()) return {WritingOutcome::written};
    if (!put && put.error().was_not_done()) return refused(place, put.error());
    const auto now = read(place);
    if (now.error) return {WritingOutcome::failed, now.error};
    etag = now.etag;
    if (now.record == record) {
      place.etag = now.etag;
      return {WritingOutcome::written};
    }
    if (now.record != seen.record) return {WritingOutcome::superseded, {}, now.record};
  }
  return expired(place);
}

base::Result<bool> SeatReach::claim_all(std::vector<SeatPlace>& places, const std::vector<SeatSight>& sights,
                                        SeatRecord record) const {
  std::vector<SeatPlace*> taken;
  std::vector<base::Error> errors;
  for (std::size_t index = 0; index < places.size(); ++index) {
    if (sights[index].error) continue;
    const auto writing = claim(places[index], sights[index], record);
    if (writing.outcome == WritingOutcome::written) taken.push_back(&places[index]);
    if (writing.error) errors.push_back(*writing.error);
    if (writing.outcome != WritingOutcome::superseded) continue;
    record.state = SeatState::withdrawn;
    // Where that fails, nobody can sit down until the claim has run out.
    for (auto* place : taken) std::ignore = write(*place, record);
    return false;
  }
  if (taken.empty()) return std::unexpected(none_answered(errors));
  return true;
}

base::Error none_answered(const std::vector<base::Error>& errors) {
  auto first = errors.front();
  for (std::size_t other = 1; other < errors.size(); ++other) first.message += "; " + errors[other].message;
  return first;
}

}  // namespace lifeboat::aws_world
