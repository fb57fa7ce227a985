#include "providers/aws/bucket_copy.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <vector>

#include "journal/frame.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Status;
using Outcome = BucketCopy::Attempt::Outcome;

constexpr int most_idle_tries = 5;  ///< In a row without having come further.
constexpr std::size_t most_parts = 20'000;

std::string key_of(std::string_view name) {
  return fmt::format("journal/{}", name);
}

std::unexpected<base::Error> corrupt(const std::string& place, const std::string& problem) {
  return base::fail(ErrorCode::journal_corrupt, fmt::format("{} is damaged: {}", place, problem),
                    "The bucket keeps earlier versions of it: look at them, and restore the newest that is whole.");
}

bool is_damage(const base::Error& error) {
  return error.code == ErrorCode::journal_corrupt || error.code == ErrorCode::journal_version;
}

BucketCopy::Attempt failed(base::Error error) {
  return {is_damage(error) ? Outcome::ended : Outcome::failed, std::move(error)};
}

/// The number of the first of the object's frames.
std::optional<std::uint64_t> first_of(const CopyObject& object) {
  const auto frame = journal::read_frame(object.frames);
  return frame.state == journal::FrameState::whole ? std::optional(frame.sequence) : std::nullopt;
}

}  // namespace

std::string BucketCopy::place() const {
  return bucket_.place(key_of(copy_current_name));
}

/// An object that has to be there, except the current one: that may be missing, and then its `etag` is empty.
base::Result<CopyObject> BucketCopy::fetch(const std::string& name, std::string* etag) {
  const auto object = bucket_.get(key_of(name), limit_);
  if (!object) return std::unexpected(bucket_error(bucket_.region(), object.error()));
  if (!*object && etag != nullptr) return CopyObject();
  if (!*object) return corrupt(bucket_.place(key_of(name)), "it is gone");
  if (etag != nullptr) *etag = (*object)->etag;
  auto copy = copy_from_bytes((*object)->body, bucket_.place(key_of(name)));
  if (copy && (copy->state == CopyState::closed) == (etag != nullptr))
    return corrupt(bucket_.place(key_of(name)), "it stands in another one's place");
  return copy;
}

/// From the current object backwards: closed ones never change.
base::Result<bool> BucketCopy::read(FrameLog& log) {
  std::string etag;
  std::vector<std::pair<std::string, CopyObject>> parts;
  auto part = fetch(copy_current_name, &etag);
  if (part && etag.empty()) return false;
  for (std::string name = copy_current_name; part; part = fetch(name, nullptr)) {
    parts.emplace_back(name, *std::move(part));
    name = parts.back().second.before;
    if (name.empty()) break;
    if (parts.size() == most_parts) return corrupt(place(), "it has parts without end");
  }
  if (!part) return std::unexpected(part.error());
  for (auto one = parts.rbegin(); one != parts.rend(); ++one) {
    const auto problem = log.append(one->second.frames);
    if (problem) return corrupt(bucket_.place(key_of(one->first)), *problem);
  }
  return parts.front().second.state == CopyState::alone;
}

BucketCopy::Attempt BucketCopy::find_current(const FrameLog& log, bool overwrites) {
  Current found;
  const auto object = fetch(copy_current_name, &found.etag);
  if (!object) return failed(object.error());
  if (found.etag.empty()) {
    current_ = Current{};
    return {};
  }
  found.state = object->state;
  const auto first = first_of(*object);
  if (!first) return failed(corrupt(place(), "its first record cannot be read").error());
  const auto begin = log.offset_of(*first);
  if (begin && log.common_end(*begin, object->frames) == *begin + object->frames.size()) {
    found.before = object->before;
    found.begin = *begin;
    found.end = *begin + object->frames.size();
    current_ = std::move(found);
    return {};
  }
  auto compared = compare_back(log, *object, std::move(found));
  if (compared.outcome == Outcome::contested && overwrites) return {};
  if (compared.outcome != Outcome::whole) current_.reset();
  return compared;
}

/// The bucket has something that the log has not. Contested, and `current_` what may replace it, where that is in the
/// log's place and nobody was told of it; ended where it goes on from the log.
BucketCopy::Attempt BucketCopy::compare_back(const FrameLog& log, CopyObject object, Current found) {
  const auto gone_on = base::fail(ErrorCode::stale_term, fmt::format("somebody else has written to {}", place()));
  if (found.state == CopyState::alone) return {Outcome::ended, gone_on.error()};
  for (std::size_t parts = 1;; ++parts) {
    const auto first = first_of(object);
    if (!first) return failed(corrupt(place(), "a record of it cannot be read").error());
    found.begin = log.offset_of(*first).value_or(log.size());
    found.end = log.offset_of(*first) ? log.common_end(found.begin, object.frames) : found.begin;
    found.before = object.before;
    if (found.end > found.begin || object.before.empty()) break;
    if (parts == most_parts) return failed(corrupt(place(), "it has parts without end").error());
    auto earlier = fetch(object.before, nullptr);
    if (!earlier) return failed(earlier.error());
    object = *std::move(earlier);
  }
  if (found.end == log.size()) return {Outcome::ended, gone_on.error()};
  current_ = std::move(found);
  return {Outcome::contested, gone_on.error()};
}

BucketCopy::Attempt BucketCopy::bring_up(const FrameLog& log, const Way& way) {
  const auto wanted = way.alone ? CopyState::alone : CopyState::both;
  std::size_t reached = 0;
  for (int tries = 0; tries < most_idle_tries; ++tries) {
    if (!current_) {
      if (auto found = find_current(log, way.overwrites); found.outcome != Outcome::whole) return found;
    }
    const auto size = log.size();
    const bool is_marked = !way.alone || current_->state == CopyState::alone || size == 0;
    if (current_->end >= size && is_marked) return {};
    if (current_->end > reached) tries = 0;
    reached = current_->end;
    if (auto extended = extend(log, log.end_of_part(reached, part_bytes_), wanted); !extended) {
      return failed(extended.error());
    }
  }
  return failed(base::fail(ErrorCode::region_unreachable,
                           fmt::format("{} could not be written: others write it at the same time, or the answers are "
                                       "lost",
                                       place()))
                    .error());
}

/// One conditional write of the current object, to have the log up to `end`. Well also where it has to be read again.
Status BucketCopy::extend(const FrameLog& log, std::size_t end, CopyState state) {
  auto next = *current_;
  if (next.end > next.begin && end > next.end && end - next.begin > part_bytes_) {
    if (auto closed = close(log, next); !closed) return closed;
  }
  next.end = end;
  next.state = state;
  const CopyObject object{.state = state, .before = next.before, .frames = log.slice(next.begin, end)};
  const auto put = bucket_.put(key_of(copy_current_name), to_bytes(object), next.etag, limit_);
  if (put && *put) {
    next.etag = **put;
    current_ = std::move(next);
    return {};
  }
  current_.reset();
  // Refused, or nobody knows: what stands there now tells, and our own bytes are ours.
  if (put || !put.error().was_not_done()) return {};
  return std::unexpected(bucket_error(bucket_.region(), put.error()));
}

/// Puts the current object's records under a name of their own, before the current one goes on behind them.
Status BucketCopy::close(const FrameLog& log, Current& next) {
  const auto file =
      to_bytes({.state = CopyState::closed, .before = next.before, .frames = log.slice(next.begin, next.end)});
  const auto name = closed_copy_name(log.sequence_at(next.begin), file);
  next.before = name;
  next.begin = next.end;
  for (int tries = 0; tries < most_idle_tries; ++tries) {
    const auto put = bucket_.put(key_of(name), file, "", limit_);
    if (put && *put) return {};
    if (!put && put.error().was_not_done()) return std::unexpected(bucket_error(bucket_.region(), put.error()));
    // Refused because it is there already, or because two wrote it at once; or nobody knows.
    const auto object = bucket_.get(key_of(name), limit_);
    if (!object) return std::unexpected(bucket_error(bucket_.region(), object.error()));
    if (*object && (*object)->body == file) return {};
    if (*object) return corrupt(bucket_.place(key_of(name)), "it is not what its name says");
  }
  return base::fail(ErrorCode::region_unreachable,
                    fmt::format("{} could not be written in time", bucket_.place(key_of(name))));
}

}  // namespace lifeboat::aws_world
