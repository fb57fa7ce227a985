#include "providers/aws/bucket_copy.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>
#include <vector>

#include "journal/frame.h"
#include "journal/log_parts.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Status;

constexpr int most_tries = 5;  ///< In a row without having come further.

std::string key_of(std::string_view name) {
  return fmt::format("journal/{}", name);
}

std::unexpected<base::Error> corrupt(const std::string& place, const std::string& problem) {
  return base::fail(ErrorCode::journal_corrupt, fmt::format("{} is damaged: {}", place, problem),
                    "The bucket keeps earlier versions of it: look at them, and restore the newest that is whole.");
}

std::unexpected<base::Error> changed(const std::string& place) {
  return base::fail(ErrorCode::stale_term, fmt::format("somebody else has written to {}", place));
}

/// Closed objects that begin before this record, oldest first: the names sort so.
std::vector<std::string> closed_before(std::uint64_t record, const std::vector<std::string>& keys) {
  const auto end = key_of(journal::closed_name(record));
  std::vector<std::string> closed;
  for (const auto& key : keys) {
    const bool is_shorter = key.size() < end.size();  // Its number has fewer digits.
    if (is_shorter || (key.size() == end.size() && key < end)) closed.push_back(key);
  }
  return closed;
}

}  // namespace

std::string BucketCopy::place() const {
  return bucket_.place(key_of(journal::current_name));
}

base::Error BucketCopy::failed(const aws::Failure& failure) const {
  return bucket_error(bucket_.region(), failure);
}

/// The current object first: whoever closes it afterwards only adds a closed one that does not count.
Status BucketCopy::read(FrameLog& log) {
  const auto current = bucket_.get(key_of(journal::current_name), limit_);
  if (!current) return std::unexpected(failed(current.error()));
  if (!*current) return {};
  const auto frames = frames_in((*current)->body, place());
  if (!frames) return std::unexpected(frames.error());
  if (frames->empty()) return {};
  const auto first = journal::first_sequence((*current)->body);
  if (!first) return corrupt(place(), "its first record cannot be read");
  const auto keys = bucket_.keys(key_of(journal::current_name) + ".", limit_);
  if (!keys) return std::unexpected(failed(keys.error()));
  for (const auto& key : closed_before(*first, *keys)) {
    const auto object = bucket_.get(key, limit_);
    if (!object) return std::unexpected(failed(object.error()));
    if (!*object) return corrupt(bucket_.place(key), "it is gone");
    const auto closed = frames_in((*object)->body, bucket_.place(key));
    if (!closed) return std::unexpected(closed.error());
    if (const auto problem = log.append(*closed)) return corrupt(bucket_.place(key), *problem);
  }
  if (const auto problem = log.append(*frames)) return corrupt(place(), *problem);
  return {};
}

Status BucketCopy::find_current(const FrameLog& log) {
  const auto object = bucket_.get(key_of(journal::current_name), limit_);
  if (!object) return std::unexpected(failed(object.error()));
  if (!*object) {
    current_ = Current{};
    return {};
  }
  const auto frames = frames_in((*object)->body, place());
  if (!frames) return std::unexpected(frames.error());
  const auto first = frames->empty() ? std::optional<std::uint64_t>(1) : journal::first_sequence((*object)->body);
  if (!first) return corrupt(place(), "its first record cannot be read");
  const auto begin = log.offset_of(*first);
  if (!begin || !log.has_at(*begin, *frames)) return changed(place());
  current_ = Current{(*object)->etag, *begin, *begin + frames->size(), *begin};
  return {};
}

Status BucketCopy::bring_up(const FrameLog& log) {
  std::size_t reached = 0;
  for (int tries = 0; tries < most_tries; ++tries) {
    if (!current_) {
      if (auto found = find_current(log); !found) return found;
    }
    if (current_->end >= log.size()) return {};
    if (current_->end > reached) tries = 0;
    reached = current_->end;
    if (auto extended = extend(log, log.end_of_part(reached, part_bytes_)); !extended) return extended;
  }
  return base::fail(
      ErrorCode::region_unreachable,
      fmt::format("{} could not be written: others write it at the same time, or the answers are lost", place()));
}

/// One conditional write of the current object, to have the log up to `end`. Well also where it has to be read again.
Status BucketCopy::extend(const FrameLog& log, std::size_t end) {
  auto next = *current_;
  if (next.end > next.begin && end - next.begin > part_bytes_) {
    if (auto closed = close(log); !closed) return closed;
    next.begin_before = next.begin;
    next.begin = next.end;
  }
  next.end = end;
  const auto put = bucket_.put(key_of(journal::current_name),
                               std::string(journal::magic) + log.slice(next.begin, next.end), next.etag, limit_);
  if (put && *put) {
    next.etag = **put;
    current_ = std::move(next);
    return {};
  }
  current_.reset();
  if (!put && put.error().was_not_done()) return std::unexpected(failed(put.error()));
  // Refused, or nobody knows: what stands there now tells, and our own bytes are ours.
  return {};
}

void BucketCopy::retract(const FrameLog& log, std::size_t end) {
  for (int tries = 0; current_ && current_->end > end && tries < most_tries; ++tries) {
    auto before = *current_;
    if (before.begin >= end) before.begin = before.begin_before;
    // It spans more than one part, of which somebody else may have read the closed ones.
    if (before.begin > end) return;
    before.end = end;
    const auto key = key_of(journal::current_name);
    const auto put = bucket_.put(key, std::string(journal::magic) + log.slice(before.begin, end), before.etag, limit_);
    if (put && *put) before.etag = **put;
    if (put && *put) current_ = before;
    // A lost answer leaves either what is to go, and it is tried again, or what is to stay, and it is refused.
    if (put && !*put) return;
  }
}

/// Puts the current object's bytes under their number, before the current one begins behind them.
Status BucketCopy::close(const FrameLog& log) {
  const auto key = key_of(journal::closed_name(log.sequence_at(current_->begin)));
  const auto file = std::string(journal::magic) + log.slice(current_->begin, current_->end);
  return close_over(key, file, bucket_.place(key));
}

/// A closed object may be there already, of somebody who then did not get as far as the current one. It only ever
/// becomes longer: who finds it longer than his own knows that the current one has gone on without him.
Status BucketCopy::close_over(const std::string& key, const std::string& file, const std::string& place) {
  std::string etag;
  for (int tries = 0; tries < most_tries; ++tries) {
    const auto put = bucket_.put(key, file, etag, limit_);
    if (put && *put) return {};
    if (!put && put.error().was_not_done()) return std::unexpected(failed(put.error()));
    const auto object = bucket_.get(key, limit_);
    if (!object) return std::unexpected(failed(object.error()));
    etag = *object ? (*object)->etag : "";
    if (!*object) continue;
    if ((*object)->body == file) return {};
    if (!file.starts_with((*object)->body)) return changed(place);
  }
  return base::fail(ErrorCode::region_unreachable, fmt::format("{} could not be written in time", place));
}

}  // namespace lifeboat::aws_world
