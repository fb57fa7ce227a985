#include "journal/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "journal/frame.h"
#include "journal/record_json.h"

namespace lifeboat::journal {
namespace {

using base::ErrorCode;

/// No journal ever gets so many records: a number beyond is none of a record that was lost.
constexpr std::uint64_t largest_jump = 1ull << 40;

/// At an end that only a crash while appending leaves: nothing whole follows it.
bool is_torn(const Frame& frame, std::string_view rest) {
  return frame.state == FrameState::torn && find_frame(rest, 1) == std::string_view::npos;
}

base::Result<engine::Record> decode(std::string_view payload) {
  const auto json = nlohmann::json::parse(payload, nullptr, false);
  if (json.is_discarded()) return base::fail(ErrorCode::journal_version, "not readable: the payload is not JSON");
  return record_from_json(json);
}

class Surveyor {
 public:
  base::Status read(const LogPart& part, bool is_current);
  void miss_current(const std::string& path) {
    open_gap(path, 0, "the file is missing");
    survey_.gaps.back().file = survey_.files.size();
  }
  Survey take() { return std::move(survey_); }

 private:
  base::Result<std::size_t> begin(const LogPart& part, bool is_current);
  base::Status take_record(const LogPart& part, std::size_t offset, const Frame& frame);
  /// Passes over what is not readable at `offset`; returns where to go on.
  std::size_t skip(const LogPart& part, std::size_t offset, std::string why, std::size_t from);
  void open_gap(const std::string& path, std::uint64_t offset, std::string why);

  Survey survey_;
  bool in_gap_ = false;
};

void Surveyor::open_gap(const std::string& path, std::uint64_t offset, std::string why) {
  if (std::exchange(in_gap_, true)) return;
  Gap gap;
  gap.file = survey_.files.empty() ? 0 : survey_.files.size() - 1;
  gap.path = path;
  gap.offset = offset;
  gap.why = std::move(why);
  gap.first_record = survey_.next_record;
  gap.readable_before = survey_.records.size();
  survey_.gaps.push_back(std::move(gap));
}

std::size_t Surveyor::skip(const LogPart& part, std::size_t offset, std::string why, std::size_t from) {
  open_gap(part.path, offset, std::move(why));
  const auto next = std::min(find_frame(part.bytes, from), part.bytes.size());
  survey_.gaps.back().skipped_bytes += next - offset;
  return next;
}

/// Reads the first line; returns where the frames begin.
base::Result<std::size_t> Surveyor::begin(const LogPart& part, bool is_current) {
  const std::string_view bytes = part.bytes;
  if (bytes.starts_with(magic)) return magic.size();
  // Only the first file of all is made by appending to nothing; the others begin whole.
  if (is_current && survey_.files.size() == 1 && magic.starts_with(bytes)) {
    survey_.torn_bytes = bytes.size();
    return bytes.size();
  }
  if (const auto version = version_of(bytes)) {
    return base::fail(ErrorCode::journal_version,
                      fmt::format("{} is of version {} of the journal's format; this program reads version {}",
                                  part.path, *version, newest_version));
  }
  return skip(part, 0, "it does not begin as a journal does", 0);
}

base::Status Surveyor::read(const LogPart& part, bool is_current) {
  const std::string_view bytes = part.bytes;
  survey_.files.push_back({part.name, part.path, bytes.size(), 0});
  const auto begins = begin(part, is_current);
  if (!begins) return std::unexpected(begins.error());
  for (auto offset = *begins; offset < bytes.size();) {
    const auto frame = read_frame(bytes.substr(offset));
    if (is_current && is_torn(frame, bytes.substr(offset))) {
      survey_.torn_bytes = bytes.size() - offset;
      return {};
    }
    if (frame.state != FrameState::whole) {
      offset = skip(part, offset, std::string(frame.why), offset + 1);
    } else if (frame.sequence - survey_.next_record > largest_jump) {  // Also one that came before.
      auto why = fmt::format("record {} stands where record {} belongs", frame.sequence, survey_.next_record);
      offset = skip(part, offset, std::move(why), offset + header_bytes + frame.payload.size());
    } else {
      if (auto status = take_record(part, offset, frame); !status) return status;
      offset += header_bytes + frame.payload.size();
    }
  }
  return {};
}

base::Status Surveyor::take_record(const LogPart& part, std::size_t offset, const Frame& frame) {
  if (frame.sequence > survey_.next_record) {
    open_gap(part.path, offset,
             fmt::format("record {} stands where record {} belongs", frame.sequence, survey_.next_record));
  }
  auto record = decode(frame.payload);
  if (!record) {
    return base::fail(
        ErrorCode::journal_version,
        fmt::format("{}: record {} at byte {} is intact, but this program does not know what it says ({})", part.path,
                    frame.sequence, offset, record.error().message));
  }
  if (std::exchange(in_gap_, false)) survey_.gaps.back().next_record = frame.sequence;
  survey_.records.push_back(std::move(*record));
  survey_.next_record = frame.sequence + 1;
  ++survey_.files.back().records;
  return {};
}

}  // namespace

std::uint64_t Gap::most_lost() const {
  constexpr std::uint64_t shortest_record = header_bytes + sizeof(R"({"at_ms":1,"sentence":"","type":"armed"})");
  return next_record ? *next_record - first_record : skipped_bytes / shortest_record + 1;
}

bool Survey::loses_records() const {
  return std::ranges::any_of(gaps, [](const Gap& gap) { return gap.loses_records(); });
}

base::Result<Survey> survey(const LogParts& parts) {
  Surveyor surveyor;
  for (const auto& part : parts.closed) {
    if (auto status = surveyor.read(part, false); !status) return std::unexpected(status.error());
  }
  if (parts.current) {
    if (auto status = surveyor.read(*parts.current, true); !status) return std::unexpected(status.error());
  } else if (!parts.closed.empty()) {
    surveyor.miss_current(parts.current_path);
  }
  return surveyor.take();
}

base::Status is_sound(const Survey& survey) {
  if (survey.gaps.empty()) return {};
  const auto& gap = survey.gaps.front();
  return base::fail(ErrorCode::journal_corrupt,
                    fmt::format("{} is damaged at byte {}: {}", gap.path, gap.offset, gap.why),
                    "Run 'lifeboat journal check' to see what can be read, and 'lifeboat journal repair' to go on "
                    "without what cannot.");
}

}  // namespace lifeboat::journal
