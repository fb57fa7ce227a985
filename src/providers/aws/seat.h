#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "aws/client.h"
#include "base/error.h"
#include "base/units.h"
#include "engine/agent_duty.h"
#include "model/stack.h"
#include "ports/clock.h"
#include "providers/aws/names.h"
#include "providers/aws/seat_reach.h"
#include "providers/aws/seat_record.h"

namespace lifeboat::aws_world {

/// Who may change the stack: the object "seat.json" of both regions' buckets, of which one is enough. It is taken by a
/// conditional write and has to be renewed; who finds it renewed within `seat_time_to_live` by somebody else is
/// refused.
struct SeatHolder {
  engine::Term term;            ///< `controller` says who, for people: "ana@laptop, pid 4711".
  base::WallTime renewed_at{};  ///< By the bucket's clock.
  base::Milliseconds age{};     ///< Since then, by the same clock and never by this machine's.
  bool is_held = false;         ///< False when it was given up or has run out: the next one may take it.
};

/// One operator's claim to the seat. Callable from any thread.
///
/// While one bucket answers everybody, two can never hold it at once. Where one operator reaches only one bucket and
/// another reaches only the other, both can: nothing that is kept in two places, one of which is enough, can exclude
/// that. The one with the lower term (of equal terms, the lower mark) learns it at its first renewal that reaches the
/// other's bucket; until then the regions' duties and the journal's copies are what keeps them apart.
class Seat {
 public:
  Seat(aws::Client& client, const ports::Clock& clock, const model::Stack& stack, const Names& names);

  /// Who sat there last; nothing when nobody ever did. region_unreachable when neither bucket answers, record_corrupt
  /// when what stands there is no seat.
  base::Result<std::optional<SeatHolder>> look(base::Milliseconds limit);
  /// Takes the seat with the next term. lock_held, naming the holder and since when, while somebody else renews it.
  /// `before` of the answer is the holder before.
  struct Taken {
    engine::Term term;
    engine::Term before;
  };
  base::Result<Taken> take(const std::string& controller, base::Milliseconds limit);
  /// stale_term when somebody else has taken it, or when it was not taken; region_unreachable when no bucket answers.
  base::Status renew(base::Milliseconds limit);
  /// Gives it up, so that the next one need not wait. A failure harms nobody: the seat runs out.
  base::Status leave(base::Milliseconds limit);

 private:
  /// Nothing where somebody else came first.
  base::Result<std::optional<Taken>> take_once(const SeatReach& reach, const std::string& controller);
  base::Result<std::string> next_mark();

  const ports::Clock& clock_;
  std::mutex mutex_;
  std::vector<SeatPlace> places_;  ///< In the stack file's order, in which the seat is taken.
  std::optional<SeatRecord> held_;
  std::string own_mark_;  ///< With it begin the marks of all claims that were made here.
  int claims_ = 0;
};

}  // namespace lifeboat::aws_world
