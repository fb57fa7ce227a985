#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/ids.h"

namespace lifeboat::local {

/// What a region must never forget about its writer, written and synced before anything is done about it. It is what
/// keeps a restarted agent from starting the writer of a reign that is over.
struct WriterRecord {
  enum class State {
    none,       ///< The region has no writer: it never had one, or it follows the other region.
    open,       ///< `writer` may commit, in `epoch`.
    promoting,  ///< `writer` is being made the writer of `epoch`.
    fenced,     ///< Nothing may commit in any epoch up to `epoch`.
  };
  State state = State::none;
  base::Epoch epoch;
  bool established = false;  ///< The first writer's roles and database were made; its data must never be made anew.
  std::string writer;        ///< The node that is, or last was, the region's writer.
  std::string synchronous_standby;  ///< The node that has every acknowledged write besides the writer; may be empty.
  /// The other region's node that has every acknowledged write ("us-west-1/db-1"); may be empty.
  std::string synchronous_replica;

  bool operator==(const WriterRecord&) const = default;
};

/// A missing file is a record of nothing. Error: corrupt when the file cannot be understood.
base::Result<WriterRecord> load_writer_record(const std::filesystem::path& file);
base::Status save_writer_record(const std::filesystem::path& file, const WriterRecord& record);

std::string_view to_string(WriterRecord::State state);

}  // namespace lifeboat::local
