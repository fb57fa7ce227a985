#include "cli/status_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/operation_text.h"
#include "cli/region_text.h"

namespace lifeboat::cli {
namespace {

constexpr int side_by_side_width = 112;  ///< Below it one region's line would be cut too often.
constexpr int widest = 150;

std::string label(const Terminal& terminal, std::string_view word) {
  return paint(terminal, Tone::faint, pad(word, 12));
}

std::string ready_text(const Terminal& terminal, const api::ReadyView& ready) {
  if (ready.verdict == "unknown") return state_mark(terminal, "unknown") + " not known yet: run 'lifeboat verify'";
  std::string text = ready.verdict == "ready"
                         ? state_mark(terminal, "ready") + " ready: the standby could take over now"
                         : state_mark(terminal, "failed") + " not ready";
  for (const std::string& finding : ready.findings) text += "\n" + std::string(12, ' ') + "- " + finding;
  return text;
}

std::string operation_line(const Terminal& terminal, const api::StatusView& status) {
  if (!status.operation) return "none yet";
  const api::OperationView& operation = *status.operation;
  if (operation.state == "unfinished") {
    return fmt::format("{} {} stopped in phase {}", state_mark(terminal, operation.state), operation.id,
                       operation.phase);
  }
  std::string text = fmt::format("{} {} {} {} {}", state_mark(terminal, operation.state), operation.id,
                                 operation.running() ? operation.phase : operation.state,
                                 operation.running() ? "for" : "in", duration_text(operation.elapsed_ms));
  if (operation.error) text += ": " + operation.error->message;
  return text;
}

std::string door_line(const Terminal& terminal, const api::StatusView& status) {
  const api::DnsView& dns = status.dns;
  const std::string answer = dns.answer ? *dns.answer : "no answer";
  std::string server = dns.server.empty() ? "" : ", DNS at " + dns.server;
  if (dns.port != 0) server += fmt::format(":{}", dns.port);
  return fmt::format(
      "{} {} → {}  {}", state_mark(terminal, dns.answer ? "ready" : "failing"), status.front_door.name, answer,
      paint(terminal, Tone::faint, fmt::format("TTL {} s{}  {}", dns.ttl_s, server, status.front_door.url)));
}

std::string header(const Terminal& terminal, const api::StatusView& status) {
  const std::string active = status.active_region.empty() ? "none" : status.active_region;
  return fmt::format("{}  active {}  epoch {}\n", paint(terminal, Tone::strong, status.stack),
                     paint(terminal, Tone::strong, active), status.epoch);
}

std::string beside(const Terminal& terminal, const std::vector<api::RegionView>& regions, int width) {
  const auto column = static_cast<std::size_t>((width - 3) / 2);
  const auto left = region_lines(terminal, regions.front(), column);
  const auto right = region_lines(terminal, regions.back(), column);
  std::string text;
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    const std::string first = i < left.size() ? left[i] : "";
    const std::string second = i < right.size() ? right[i] : "";
    text += second.empty() ? first + "\n"
                           : pad(first, column) + " " + paint(terminal, Tone::faint, "│") + " " + second + "\n";
  }
  return text;
}

std::string below(const Terminal& terminal, const std::vector<api::RegionView>& regions, int width) {
  std::string text;
  for (const api::RegionView& region : regions) {
    if (!text.empty()) text += "\n";
    for (const std::string& line : region_lines(terminal, region, static_cast<std::size_t>(width))) text += line + "\n";
  }
  return text;
}

}  // namespace

std::string bytes_text(std::uint64_t bytes) {
  constexpr std::uint64_t kilo = 1000;
  if (bytes < kilo) return fmt::format("{} B", bytes);
  if (bytes < kilo * kilo) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

/// What the operator of a stack in manual mode has to know before the one command.
std::string failover_advice(const std::string& lost, const api::ReadyView& ready) {
  const std::string loss = !ready.predicted_loss_ms        ? "unknown"
                           : *ready.predicted_loss_ms == 0 ? "none"
                                                           : duration_text(*ready.predicted_loss_ms);
  return fmt::format("lifeboat failover  ({} is silent; predicted loss: {})", lost, loss);
}

std::string next_step(const api::StatusView& status) {
  if (status.failure) return "lifeboat log  (the controller has stopped: " + *status.failure + ")";
  if (status.operation && status.operation->running()) {
    return "lifeboat status --watch  (" + status.operation->id + " is under way)";
  }
  if (status.operation && status.operation->state == "unfinished") {
    return fmt::format("lifeboat {}  ({} stands unfinished; this goes on with it, 'lifeboat abort' undoes it)",
                       status.operation->kind, status.operation->id);
  }
  const api::RegionView* active = status.region(status.active_region);
  if (status.epoch == 0) return "lifeboat up  (it is not built yet)";
  const bool unreachable = active != nullptr && active->state == "unreachable";
  if (unreachable && status.armed) return "lifeboat log --follow  (an armed failover is about to go)";
  if (unreachable) return failover_advice(active->name, status.ready);
  if (active == nullptr || active->state == "absent") return "lifeboat up  (it is not built yet)";
  for (const api::RegionView& region : status.regions) {
    if (region.name != status.active_region && (region.state == "unreachable" || region.role != "standby")) {
      return fmt::format("lifeboat reprotect  ({} is no standby now)", region.name);
    }
  }
  if (status.ready.verdict == "not_ready") return "lifeboat verify  (it says why the standby could not take over)";
  if (!status.home_region.empty() && status.active_region != status.home_region) {
    return fmt::format("lifeboat failback  (home is {})", status.home_region);
  }
  return "lifeboat switchover  (a planned move; or lifeboat load, to see it serve)";
}

std::string status_text(const Terminal& terminal, const api::StatusView& status) {
  const int width = std::clamp(terminal.width, 60, widest);
  std::string text = header(terminal, status);
  text += label(terminal, "front door") + door_line(terminal, status) + "\n";
  text += label(terminal, "readiness") + ready_text(terminal, status.ready) + "\n";
  text += label(terminal, "operation") + operation_line(terminal, status) + "\n";
  if (status.armed) text += label(terminal, "armed") + paint(terminal, Tone::accent, status.armed->sentence) + "\n";
  for (const auto& warning : status.warnings) {
    text += label(terminal, "warning") + paint(terminal, Tone::bad, warning) + "\n";
  }
  if (status.failure) text += label(terminal, "failure") + paint(terminal, Tone::bad, *status.failure) + "\n";
  text += "\n";
  const bool wide = width >= side_by_side_width && status.regions.size() == 2;
  text += wide ? beside(terminal, status.regions, width) : below(terminal, status.regions, width);
  return text + "\n" + label(terminal, "next") + paint(terminal, Tone::accent, next_step(status)) + "\n";
}

}  // namespace lifeboat::cli
