#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace lifeboat::aws_world {

enum class CopyState {
  both,    ///< Nobody was told of a record in it that the other bucket had not at that time.
  alone,   ///< Somebody may have been told of records that no other bucket has.
  closed,  ///< Never changes any more.
};

/// A piece of the journal as one object of a bucket has it.
struct CopyObject {
  CopyState state = CopyState::both;
  std::string before;  ///< The name of the closed object that comes before it; empty: it is the first.
  std::string frames;  ///< Of at least one record, one after the other.
};

/// The current object's name; the others are named after their first record and their content, so that a name that is
/// taken is taken by the same bytes.
inline constexpr const char* copy_current_name = "journal.lbj";
std::string closed_copy_name(std::uint64_t first_record, std::string_view bytes);

/// The object's bytes: three lines that say what the fields say, then a journal's file.
std::string to_bytes(const CopyObject& object);
/// The other way. journal_corrupt or journal_version, naming `place`, for anything else.
base::Result<CopyObject> copy_from_bytes(std::string_view bytes, const std::string& place);

}  // namespace lifeboat::aws_world
