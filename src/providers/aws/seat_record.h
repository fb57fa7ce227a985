#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "engine/agent_duty.h"

namespace lifeboat::aws_world {

inline constexpr const char* seat_key = "seat.json";

enum class SeatState {
  withdrawn,  ///< A claim that lost in the other bucket: its controller never led.
  left,       ///< Given up.
  held,
};

/// The seat as its object has it.
struct SeatRecord {
  engine::Term term;
  engine::Term before;         ///< Whoever led before this one.
  std::string mark;            ///< Made for this one taking, for controllers may call themselves the same.
  std::uint64_t renewals = 0;  ///< So that no two writings are the same bytes.
  SeatState state = SeatState::held;
  bool operator==(const SeatRecord&) const = default;

  /// The newest that led, as far as this record knows.
  const engine::Term& leader() const { return state == SeatState::withdrawn ? before : term; }
};

std::string to_text(const SeatRecord& record);
/// The other way; record_corrupt, naming `place`, for anything that to_text() does not make.
base::Result<SeatRecord> seat_from_text(std::string_view text, const std::string& place);

/// Whether finding `other` in a bucket ends the claim of `own`. Both of two that took the same term in different
/// buckets come to the same answer. Pure.
bool supersedes(const SeatRecord& other, const SeatRecord& own);

}  // namespace lifeboat::aws_world
