#include "providers/aws/copy_object.h"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <utility>

#include "aws/digest.h"
#include "journal/frame.h"
#include "journal/log_parts.h"

namespace lifeboat::aws_world {
namespace {

constexpr std::string_view first_line = "lifeboat journal copy 1\n";
constexpr std::string_view any_first_line = "lifeboat journal copy ";
constexpr std::string_view nothing = "-";
constexpr std::size_t digest_digits = 32;
constexpr std::array<std::pair<CopyState, std::string_view>, 3> copy_states{
    {{CopyState::both, "both"}, {CopyState::alone, "alone"}, {CopyState::closed, "closed"}}};

/// The line that begins so, without its beginning; it is taken off `rest`.
std::optional<std::string> take_line(std::string_view& rest, std::string_view beginning) {
  const auto end = rest.find('\n');
  if (!rest.starts_with(beginning) || end == std::string_view::npos) return std::nullopt;
  std::string value(rest.substr(beginning.size(), end - beginning.size()));
  rest.remove_prefix(end + 1);
  return value;
}

std::optional<CopyObject> parsed(std::string_view rest) {
  CopyObject object;
  rest.remove_prefix(first_line.size());
  const auto state = take_line(rest, "state ");
  const auto before = take_line(rest, "before ");
  if (!state || !before || before->empty() || !rest.starts_with(journal::magic)) return std::nullopt;
  bool is_known = false;
  for (const auto& [value, word] : copy_states) {
    if (word != *state) continue;
    object.state = value;
    is_known = true;
  }
  if (*before != nothing) object.before = *before;
  object.frames = rest.substr(journal::magic.size());
  return is_known && !object.frames.empty() ? std::optional(std::move(object)) : std::nullopt;
}

}  // namespace

std::string closed_copy_name(std::uint64_t first_record, std::string_view bytes) {
  return fmt::format("{}.{}", journal::closed_name(first_record), aws::sha256_hex(bytes).substr(0, digest_digits));
}

std::string to_bytes(const CopyObject& object) {
  const auto word = copy_states.at(static_cast<std::size_t>(object.state)).second;
  return fmt::format("{}state {}\nbefore {}\n{}{}", first_line, word, object.before.empty() ? nothing : object.before,
                     journal::magic, object.frames);
}

base::Result<CopyObject> copy_from_bytes(std::string_view bytes, const std::string& place) {
  if (bytes.starts_with(any_first_line) && !bytes.starts_with(first_line)) {
    return base::fail(base::ErrorCode::journal_version,
                      fmt::format("{} is of a version of the copies' format that this program does not know", place));
  }
  auto object = bytes.starts_with(first_line) ? parsed(bytes) : std::nullopt;
  if (object) return *std::move(object);
  return base::fail(base::ErrorCode::journal_corrupt, fmt::format("{} is no copy of a journal", place),
                    "The bucket keeps earlier versions of it: look at them, and restore the newest that is whole.");
}

}  // namespace lifeboat::aws_world
