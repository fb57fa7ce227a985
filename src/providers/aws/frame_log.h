#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "ports/log_folder.h"

namespace lifeboat::aws_world {

/// A journal without its files: the frames of all its records, one after the other, from record 1. Two journals that
/// were cut into files at different places are the same here. Only grows. Callable from any thread.
class FrameLog {
 public:
  FrameLog() = default;

  std::size_t size() const;
  /// Of the records. The sequence number of the next one is one more.
  std::uint64_t records() const;
  std::string slice(std::size_t begin, std::size_t end) const;

  /// Appends whole frames with the next sequence numbers; what was wrong where they are not that, and then nothing is
  /// appended.
  std::optional<std::string> append(std::string_view frames);

  /// Where the frame of this record begins; the end, for the record that would be next; nothing beyond it.
  std::optional<std::size_t> offset_of(std::uint64_t sequence) const;
  /// The number of the record whose frame begins there; that of the next one at the end.
  std::uint64_t sequence_at(std::size_t offset) const;
  /// The end of the last frame that ends at most `bytes` after `begin`, which is a frame's beginning; at least one
  /// frame, if there is one.
  std::size_t end_of_part(std::size_t begin, std::size_t bytes) const;
  /// The end of the last frame up to which the log, from `begin`, which is a frame's beginning, and `frames` are the
  /// same; `begin` where not even the first is.
  std::size_t common_end(std::size_t begin, std::string_view frames) const;

 private:
  std::size_t end_of(std::size_t index) const;

  mutable std::mutex mutex_;
  std::string bytes_;
  std::vector<std::size_t> begins_;  ///< Of each record's frame.
};

/// Which of two journals has all of the other.
enum class Continuation { same, first_goes_on, second_goes_on, neither };
Continuation compare(const FrameLog& first, const FrameLog& second);

/// A file's frames; the whole of them where it has the first line of a journal, and journal_corrupt or journal_version,
/// naming `place`, where it has not.
base::Result<std::string_view> frames_in(std::string_view file, const std::string& place);

/// Adds what the folder's files have, without a torn tail. journal_corrupt where they are damaged. Nothing is changed.
base::Status read_folder(ports::LogFolder& folder, FrameLog& log);

}  // namespace lifeboat::aws_world
