#include "providers/aws/frame_log.h"

#include <fmt/format.h>

#include <algorithm>

#include "journal/frame.h"
#include "journal/log_parts.h"
#include "journal/survey.h"

namespace lifeboat::aws_world {

std::size_t FrameLog::size() const {
  const std::lock_guard lock(mutex_);
  return bytes_.size();
}

std::uint64_t FrameLog::records() const {
  const std::lock_guard lock(mutex_);
  return begins_.size();
}

std::string FrameLog::slice(std::size_t begin, std::size_t end) const {
  const std::lock_guard lock(mutex_);
  return bytes_.substr(begin, end - begin);
}

std::optional<std::string> FrameLog::append(std::string_view frames) {
  const std::lock_guard lock(mutex_);
  std::vector<std::size_t> begins;
  for (std::size_t at = 0; at < frames.size();) {
    const auto frame = journal::read_frame(frames.substr(at));
    const auto wanted = begins_.size() + begins.size() + 1;
    if (frame.state != journal::FrameState::whole) return fmt::format("record {}: {}", wanted, frame.why);
    if (frame.sequence != wanted)
      return fmt::format("record {} stands where record {} belongs", frame.sequence, wanted);
    begins.push_back(bytes_.size() + at);
    at += journal::header_bytes + frame.payload.size();
  }
  begins_.insert(begins_.end(), begins.begin(), begins.end());
  bytes_ += frames;
  return std::nullopt;
}

std::optional<std::size_t> FrameLog::offset_of(std::uint64_t sequence) const {
  const std::lock_guard lock(mutex_);
  if (sequence == begins_.size() + 1) return bytes_.size();
  if (sequence == 0 || sequence > begins_.size()) return std::nullopt;
  return begins_[sequence - 1];
}

std::uint64_t FrameLog::sequence_at(std::size_t offset) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::uint64_t>(std::ranges::lower_bound(begins_, offset) - begins_.begin()) + 1;
}

std::size_t FrameLog::end_of(std::size_t index) const {
  return index + 1 < begins_.size() ? begins_[index + 1] : bytes_.size();
}

std::size_t FrameLog::end_of_part(std::size_t begin, std::size_t bytes) const {
  const std::lock_guard lock(mutex_);
  auto end = begin;
  auto index = static_cast<std::size_t>(std::ranges::lower_bound(begins_, begin) - begins_.begin());
  for (; index < begins_.size(); ++index) {
    if (end > begin && end_of(index) > begin + bytes) break;
    end = end_of(index);
  }
  return end;
}

std::size_t FrameLog::common_end(std::size_t begin, std::string_view frames) const {
  const std::lock_guard lock(mutex_);
  const auto own = std::string_view(bytes_).substr(begin);
  const auto common = static_cast<std::size_t>(std::ranges::mismatch(own, frames).in1 - own.begin());
  const auto after = std::ranges::upper_bound(begins_, begin + common);
  if (begin + common == bytes_.size() || after == begins_.begin()) return begin + common;
  return *std::prev(after);
}

Continuation compare(const FrameLog& first, const FrameLog& second) {
  const auto first_bytes = first.size();
  const auto second_bytes = second.size();
  const auto common = std::min(first_bytes, second_bytes);
  if (first.slice(0, common) != second.slice(0, common)) return Continuation::neither;
  if (first_bytes == second_bytes) return Continuation::same;
  return first_bytes > second_bytes ? Continuation::first_goes_on : Continuation::second_goes_on;
}

base::Result<std::string_view> frames_in(std::string_view file, const std::string& place) {
  if (file.starts_with(journal::magic)) return file.substr(journal::magic.size());
  if (const auto version = journal::version_of(file)) {
    return base::fail(base::ErrorCode::journal_version,
                      fmt::format("{} is of version {} of the journal's format; this program reads version {}", place,
                                  *version, journal::newest_version));
  }
  return base::fail(base::ErrorCode::journal_corrupt, fmt::format("{} does not begin as a journal does", place),
                    "The bucket keeps earlier versions of it: look at them, and restore the newest that is whole.");
}

base::Status read_folder(ports::LogFolder& folder, FrameLog& log) {
  const auto parts = journal::read_parts(folder);
  if (!parts) return std::unexpected(parts.error());
  const auto survey = journal::survey(*parts);
  if (!survey) return std::unexpected(survey.error());
  if (auto sound = journal::is_sound(*survey); !sound) return sound;
  std::vector<const journal::LogPart*> files;
  for (const auto& part : parts->closed) files.push_back(&part);
  if (parts->current) files.push_back(&*parts->current);
  for (const auto* part : files) {
    std::string_view bytes = part->bytes;
    if (part == files.back()) bytes.remove_suffix(survey->torn_bytes);
    if (bytes.empty()) continue;
    const auto frames = frames_in(bytes, part->path);
    if (!frames) return std::unexpected(frames.error());
    const auto problem = log.append(*frames);
    if (problem) {
      return base::fail(base::ErrorCode::journal_corrupt, fmt::format("{} is damaged: {}", part->path, *problem));
    }
  }
  return {};
}

}  // namespace lifeboat::aws_world
