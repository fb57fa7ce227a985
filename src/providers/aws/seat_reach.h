#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "ports/clock.h"
#include "providers/aws/seat_record.h"
#include "providers/aws/state_bucket.h"

namespace lifeboat::aws_world {

/// Who has not renewed the seat for so long sits there no longer.
inline constexpr base::Milliseconds seat_time_to_live{60'000};
/// Both of the times that an age is made of come in whole seconds.
inline constexpr base::Milliseconds seat_rounding{2'000};
/// One request takes no longer, however much time is left: the bucket of a lost region lets everybody wait.
inline constexpr base::Milliseconds seat_request_limit{4'000};

/// One bucket, as one claimant knows it.
struct SeatPlace {
  StateBucket bucket;
  std::string etag;  ///< Of the claimant's own newest writing there; empty: not known.
};

/// What one bucket says of the seat.
struct SeatSight {
  std::optional<base::Error> error;  ///< It did not answer, or refused, or has no seat but something else.
  std::optional<SeatRecord> record;
  std::string etag;
  base::WallTime renewed_at{};
  base::Milliseconds age{};

  bool is_held() const { return record && record->state == SeatState::held && age < seat_time_to_live + seat_rounding; }
};

/// What became of a writing.
struct SeatWriting {
  enum class Outcome {
    written,
    superseded,  ///< Somebody else's claim goes before ours.
    failed,      ///< The bucket does not answer, or refuses.
  };
  Outcome outcome = Outcome::failed;
  std::optional<base::Error> error{};  ///< Where it failed.
  std::optional<SeatRecord> other{};   ///< Whose claim it is.
};

/// One call's way to the buckets, within its time limit.
class SeatReach {
 public:
  SeatReach(const ports::Clock& clock, base::Milliseconds limit) : clock_(clock), deadline_(clock.now() + limit) {}

  base::Milliseconds left() const;
  /// For one request.
  base::Milliseconds for_one() const { return std::min(left(), seat_request_limit); }
  /// All buckets at once: a dead region must not use up the time of the living one.
  std::vector<SeatSight> read_all(std::vector<SeatPlace>& places) const;
  /// Makes every bucket say `record`, over whatever it does not yield to. An answer that was lost is looked up: our own
  /// bytes are ours.
  std::vector<SeatWriting> write_all(std::vector<SeatPlace>& places, const SeatRecord& record) const;
  /// Writes a claim to every bucket that answers, where it still says what was seen; false, and the claim withdrawn,
  /// where somebody else was first in one. They are written one after the other, so that of two who claim at once the
  /// one that loses the first bucket has not written to the second.
  base::Result<bool> claim_all(std::vector<SeatPlace>& places, const std::vector<SeatSight>& sights,
                               SeatRecord record) const;

 private:
  SeatSight read(const SeatPlace& place) const;
  SeatWriting write(SeatPlace& place, const SeatRecord& record) const;
  SeatWriting claim(SeatPlace& place, const SeatSight& seen, const SeatRecord& record) const;

  const ports::Clock& clock_;
  base::Instant deadline_;
};

/// One error for several buckets none of which did as it was asked; `errors` is not empty.
base::Error none_answered(const std::vector<base::Error>& errors);

}  // namespace lifeboat::aws_world
