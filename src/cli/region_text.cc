#include "cli/region_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/operation_text.h"
#include "cli/status_text.h"

namespace lifeboat::cli {
namespace {

constexpr std::size_t name_width = 15;
constexpr std::size_t zone_width = 2;

std::string spaced(std::string words) {
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

/// "a" of us-east-2a: the region stands above.
std::string zone_letter(const std::string& zone) {
  const auto digit = zone.find_last_of("0123456789");
  return digit == std::string::npos ? zone : zone.substr(digit + 1);
}

std::string without_scheme(const std::string& url) {
  const auto end = url.find("://");
  return end == std::string::npos ? url : url.substr(end + 3);
}

/// One part: its mark, name, zone, and what there is to say; the reason instead when it is not well.
std::string part_line(const Terminal& terminal, std::string_view name, const std::string& zone, std::string_view state,
                      std::string_view words, std::size_t width) {
  const std::string text =
      fmt::format("{} {} {}", pad(clip(name, name_width), name_width), pad(zone_letter(zone), zone_width), words);
  return "  " + state_mark(terminal, state) + " " + clip(text, width - 4);
}

/// "state: reason" of a part that is not ready, else the words.
std::string words_or_trouble(const std::string& state, const std::string& detail, const std::string& words) {
  if (state == "ready") return words;
  return detail.empty() ? state : state + ": " + detail;
}

std::string lag_text(const api::DatabaseNodeView& node) {
  if (!node.lag_bytes && !node.lag_ms) return "";
  std::string text = "  lag";
  if (node.lag_bytes) text += " " + bytes_text(*node.lag_bytes);
  if (node.lag_ms) text += (node.lag_bytes ? ", " : " ") + duration_text(*node.lag_ms);
  return text;
}

std::string node_line(const Terminal& terminal, const api::DatabaseNodeView& node, std::size_t width) {
  const std::string words = spaced(node.role) + lag_text(node);
  return part_line(terminal, node.name, node.zone, node.state, words_or_trouble(node.state, node.detail, words), width);
}

void add_parts(const Terminal& terminal, std::string_view title, const std::vector<api::PartView>& parts,
               std::size_t width, std::vector<std::string>& lines) {
  if (parts.empty()) return;
  lines.push_back(paint(terminal, Tone::faint, title));
  for (const api::PartView& part : parts) {
    lines.push_back(part_line(terminal, part.name, part.zone, part.state,
                              words_or_trouble(part.state, part.detail, without_scheme(part.url)), width));
  }
}

std::string traffic_text(const api::RegionView& region) {
  if (region.traffic == "serve") return "serves";
  if (region.traffic == "forward") return "forwards";
  return region.traffic;
}

std::string lease_text(const Terminal& terminal, std::int64_t left_ms) {
  if (left_ms > 0) return paint(terminal, Tone::faint, "  lease " + duration_text(left_ms));
  return paint(terminal, Tone::bad, "  no lease: it acknowledges no writes");
}

std::string heading(const Terminal& terminal, const api::RegionView& region) {
  const Tone tone = region.role == "active" ? Tone::good : region.role == "standby" ? Tone::accent : Tone::faint;
  std::string text = paint(terminal, Tone::strong, region.name) + "  " + paint(terminal, tone, region.role);
  if (region.home) text += paint(terminal, Tone::faint, " · home");
  text += "  " + state_mark(terminal, region.state) + " " + region.state;
  if (region.lease_left_ms) text += lease_text(terminal, *region.lease_left_ms);
  if (region.writes_held) text += paint(terminal, Tone::warning, "  writes held");
  return text;
}

}  // namespace

std::vector<std::string> region_lines(const Terminal& terminal, const api::RegionView& region, std::size_t width) {
  std::vector<std::string> lines = {heading(terminal, region), paint(terminal, Tone::faint, "load balancer")};
  const api::PartView& door = region.load_balancer;
  const std::string words = fmt::format("{}  {}", without_scheme(door.url), traffic_text(region));
  lines.push_back(
      part_line(terminal, door.name, door.zone, door.state, words_or_trouble(door.state, door.detail, words), width));
  std::string writer = region.database.writer ? "writer " + *region.database.writer : "no writer";
  if (region.database.synchronous_replica) writer += ", waits for " + *region.database.synchronous_replica;
  lines.push_back(paint(terminal, Tone::faint, clip("database · " + writer, width)));
  for (const api::DatabaseNodeView& node : region.database.nodes) lines.push_back(node_line(terminal, node, width));
  add_parts(terminal, "web instances", region.instances, width, lines);
  add_parts(terminal, "monitoring", region.monitoring, width, lines);
  add_parts(terminal, "others", region.others, width, lines);
  return lines;
}

}  // namespace lifeboat::cli
