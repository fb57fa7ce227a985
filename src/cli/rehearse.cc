#include "cli/rehearse.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "api/document.h"

namespace lifeboat::cli {
namespace {

struct Move {
  std::string from;
  std::string to;
  std::uint64_t epoch = 0;
};

Move move_of(const OperationRequest& request, const api::StatusView& status) {
  Move move{status.active_region, status.active_region, status.epoch};
  for (const api::RegionView& region : status.regions) {
    if (region.name != status.active_region) move.to = region.name;
  }
  if (request.kind == "failback") move.to = status.home_region;
  const bool moves = request.kind != "reprotect" && request.kind != "drill";
  if (moves && move.to != move.from) ++move.epoch;
  return move;
}

/// The phases of docs/ARCHITECTURE.md, as what would happen here.
std::vector<std::string> steps_of(const OperationRequest& request, const Move& move) {
  if (move.from == move.to) return {"nothing: " + move.from + " is active already"};
  if (request.kind == "reprotect") {
    return {fmt::format("start {} and tell it that {} is active in epoch {}", move.to, move.from, move.epoch),
            fmt::format("export what diverged, then make the database of {} a replica of {}", move.to, move.from),
            fmt::format("forward requests that reach {} to {}", move.to, move.from)};
  }
  if (request.kind == "drill") {
    return {fmt::format("make a clone of the replica in {}, which goes on replicating", move.to),
            "let the clone take writes, point the shadow name at it, and write through that name",
            fmt::format("remove everything of it; {} serves as before", move.from)};
  }
  const std::string promote = fmt::format("promote the replica in {}, epoch {}", move.to, move.epoch);
  const std::string direct = fmt::format("serve in {} and point the front door's name at it", move.to);
  if (request.kind == "failover") {
    const std::string method = request.fence.empty() ? "power" : request.fence;
    return {fmt::format("fence {} ({}): nothing is promoted without the certificate", move.from, method), promote,
            direct, "confirm by a write through the front door, and measure what the clients saw"};
  }
  return {fmt::format("checkpoint in {}, then hold its writes", move.from),
          fmt::format("fence {} (direct) and drain its last writes to {}", move.from, move.to),
          promote,
          "release the held writes to " + move.to,
          direct,
          fmt::format("make {} a replica of {}", move.from, move.to)};
}

std::string text_of(const OperationRequest& request, const Move& move, const api::VerifyView& verdict) {
  std::string text = request.kind == "drill"
                         ? fmt::format("'drill' would rehearse in {} the loss of {}:\n", move.to, move.from)
                         : fmt::format("'{}' would go from {} to {}:\n", request.kind, move.from, move.to);
  int number = 0;
  for (const std::string& step : steps_of(request, move)) text += fmt::format("  {}. {}\n", ++number, step);
  text += fmt::format("verify says: {}\n", verdict.ready() ? "ready" : "not ready");
  for (const std::string& finding : verdict.findings) text += fmt::format("  - {}\n", finding);
  return text;
}

std::string document_of(const OperationRequest& request, const Move& move, const api::VerifyView& verdict) {
  const nlohmann::ordered_json json = {{"version", api::document_version},
                                       {"dry_run", true},
                                       {"kind", request.kind},
                                       {"from", move.from},
                                       {"to", move.to},
                                       {"epoch", move.epoch},
                                       {"ready", verdict.ready()},
                                       {"findings", verdict.findings},
                                       {"steps", steps_of(request, move)}};
  return json.dump() + "\n";
}

}  // namespace

Outcome rehearse(Context& context, const ControllerClient& client, const OperationRequest& request) {
  auto status = client.status();
  if (!status) return std::unexpected(status.error());
  auto verdict = client.verify();
  if (!verdict) return std::unexpected(verdict.error());
  const Move move = move_of(request, *status);
  context.print(context.json() ? document_of(request, move, *verdict) : text_of(request, move, *verdict));
  return ExitCode::done;
}

std::string question_before(const OperationRequest& request, const api::StatusView& status) {
  const Move move = move_of(request, status);
  if (request.kind == "reprotect") {
    return fmt::format("Rebuild {} as a replica of {}?", move.to, move.from);
  }
  if (request.kind == "drill") {
    return fmt::format("Rehearse in {} the loss of {}? {} serves on; a clone of the data is made, and removed.",
                       move.to, move.from, move.from);
  }
  const std::string cost = request.kind == "failover"
                               ? " Writes that were not replicated yet are lost; they are counted."
                               : " Writes are held for a moment, none is lost.";
  return fmt::format("Move '{}' from {} to {}?{}", status.stack, move.from, move.to, cost);
}

}  // namespace lifeboat::cli
