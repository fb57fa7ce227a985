#pragma once

#include <optional>
#include <string>

#include "aws/client.h"
#include "base/error.h"
#include "base/units.h"
#include "engine/agent_duty.h"
#include "model/stack.h"
#include "ports/clock.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

/// Who may change the stack: the object "seat" of both regions' buckets, of which one is enough. It is taken by a
/// conditional write and has to be renewed; who finds it renewed within `seat_time_to_live` by somebody else is
/// refused.
struct SeatHolder {
  engine::Term term;            ///< `controller` says who, for people: "ana@laptop, pid 4711".
  base::WallTime renewed_at{};  ///< By the bucket's clock.
};

inline constexpr base::Milliseconds seat_time_to_live{60'000};

class Seat {
 public:
  Seat(aws::Client& client, const ports::Clock& clock, const model::Stack& stack, const Names& names);

  /// Who sits there now; nothing when nobody ever did. region_unreachable when neither bucket answers.
  base::Result<std::optional<SeatHolder>> look(base::Milliseconds limit);
  /// Takes the seat with the next term. lock_held, naming the holder and since when, while somebody else renews it.
  /// `before` of the answer is the holder before.
  struct Taken {
    engine::Term term;
    engine::Term before;
  };
  base::Result<Taken> take(const std::string& controller, base::Milliseconds limit);
  /// stale_term when somebody else has taken it; region_unreachable when no bucket answers.
  base::Status renew(base::Milliseconds limit);
  /// Gives it up, so that the next one need not wait. A failure harms nobody: the seat runs out.
  base::Status leave(base::Milliseconds limit);

 private:
  aws::Client& client_;
  const ports::Clock& clock_;
  model::Stack stack_;
  Names names_;
  std::optional<engine::Term> held_;
};

}  // namespace lifeboat::aws_world
