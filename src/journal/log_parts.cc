#include "journal/log_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "journal/frame.h"

namespace lifeboat::journal {
namespace {

using Names = std::vector<std::string>;

constexpr std::size_t shortest_number = 12;

/// The first record of a closed file; nothing for every other name.
std::optional<std::uint64_t> first_record_of(std::string_view name) {
  const auto prefix = std::string_view(current_name).size() + 1;
  if (!name.starts_with(current_name) || name.size() < prefix + shortest_number) return std::nullopt;
  std::uint64_t first = 0;
  const auto [end, error] = std::from_chars(name.data() + prefix, name.data() + name.size(), first);
  if (error != std::errc{} || closed_name(first) != name) return std::nullopt;
  return first;
}

base::Result<LogPart> read_part(ports::LogFolder& folder, const std::string& name) {
  auto bytes = folder.read(name);
  if (!bytes) return std::unexpected(bytes.error());
  return LogPart{name, folder.path(name), std::move(*bytes)};
}

bool has(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

base::Result<LogParts> read_named(ports::LogFolder& folder, const Names& names) {
  LogParts parts;
  parts.current_path = folder.path(current_name);
  const bool closing = !has(names, current_name) && has(names, next_name);
  if (closing || has(names, current_name)) {
    auto part = read_part(folder, closing ? next_name : current_name);
    if (!part) return std::unexpected(part.error());
    parts.current = std::move(*part);
  }
  const auto begins = parts.current ? first_sequence(parts.current->bytes) : std::nullopt;
  std::vector<std::pair<std::uint64_t, std::string>> closed;
  for (const auto& name : names) {
    if (const auto first = first_record_of(name)) closed.emplace_back(*first, name);
  }
  std::ranges::sort(closed);
  for (const auto& [first, name] : closed) {
    if (begins && first >= *begins) {
      parts.superseded.push_back(name);
      continue;
    }
    auto part = read_part(folder, name);
    if (!part) return std::unexpected(part.error());
    parts.closed.push_back(std::move(*part));
  }
  return parts;
}

}  // namespace

std::string closed_name(std::uint64_t first_record) {
  return fmt::format("{}.{:012}", current_name, first_record);
}

base::Result<LogParts> read_parts(ports::LogFolder& folder) {
  constexpr int attempts = 20;  // Each is lost only to a controller that closes a file at that moment.
  for (int attempt = 1;; ++attempt) {
    const auto before = folder.names();
    if (!before) return std::unexpected(before.error());
    auto parts = read_named(folder, *before);
    const auto after = folder.names();
    if (!after) return std::unexpected(after.error());
    if (*before == *after || attempt == attempts) return parts;
  }
}

base::Result<std::vector<std::string>> finish(ports::LogFolder& folder, LogParts& parts) {
  std::vector<std::string> aside;
  if (parts.current && parts.current->name != current_name) {
    if (auto status = folder.rename(parts.current->name, current_name); !status) return std::unexpected(status.error());
    parts.current->name = current_name;
    parts.current->path = parts.current_path;
  } else if (parts.superseded.empty()) {
    return aside;
  }
  for (const auto& name : parts.superseded) {
    const auto free = free_name(folder, name + ".damaged");
    if (!free) return std::unexpected(free.error());
    if (auto status = folder.rename(name, *free); !status) return std::unexpected(status.error());
    aside.push_back(folder.path(*free));
  }
  parts.superseded.clear();
  if (auto status = folder.sync_names(); !status) return std::unexpected(status.error());
  return aside;
}

base::Result<std::string> free_name(ports::LogFolder& folder, const std::string& name) {
  const auto names = folder.names();
  if (!names) return std::unexpected(names.error());
  auto free = name;
  for (int number = 2; has(*names, free); ++number) free = fmt::format("{}-{}", name, number);
  return free;
}

}  // namespace lifeboat::journal
