// What the console asks for beyond what the command line does.

#include <algorithm>
#include <utility>

#include "api/operations_view.h"
#include "api/report_html.h"
#include "api/report_view.h"
#include "controller/metrics.h"
#include "controller/operation_views.h"
#include "controller/outlook.h"
#include "controller/service.h"

namespace lifeboat::controller {
namespace {

api::OperationSummaryView summary_of(const engine::Operation& operation, const Measured& measured) {
  const auto& started = operation.started;
  const auto& ended = operation.ended;
  api::OperationSummaryView view;
  view.id = operation.id().value;
  view.kind = to_string(started.kind);
  view.phase = operation.phase ? to_string(*operation.phase) : "ended";
  if (ended) view.verdict = to_string(ended->verdict);
  view.state = view.verdict.value_or("running");
  view.from_region = started.from.value;
  view.to_region = started.to.value;
  view.started_at_ms = started.at.time_since_epoch().count();
  if (ended) view.ended_at_ms = ended->at.time_since_epoch().count();
  if (measured.recovery_time) view.rto_ms = measured.recovery_time->count();
  view.acknowledged_writes = measured.acknowledged_writes;
  view.lost_acknowledged_writes = measured.lost_acknowledged_writes;
  if (const auto& error = ended ? ended->error : operation.cause) view.error = error->name();
  return view;
}

}  // namespace

std::string Service::operations() {
  const auto state = parts_.runtime.snapshot().state;
  const auto measured = recovery_times_.measured(state, [this] { return parts_.runtime.records(); });
  api::OperationsView view{.rto_objective_ms = stack_.recovery.rto_objective.count(),
                           .rpo_objective_ms = stack_.recovery.rpo_objective.count()};
  if (state.operation) view.operations.push_back(summary_of(*state.operation, {}));
  for (const auto& operation : state.history) {
    view.operations.push_back(summary_of(operation, measured.at(operation.id())));
  }
  return api::to_document(view);
}

std::string Service::outlook() {
  const auto snapshot = parts_.runtime.snapshot();
  const auto& state = snapshot.state;
  const auto status = view_of_status(snapshot);
  auto view = make_outlook(state, status);
  const auto times = recovery_times_.of(state, [this] { return parts_.runtime.records(); });
  view.based_on_operations = static_cast<std::int64_t>(times.size());
  view.predicted_rpo_ms = status.ready.predicted_loss_ms;
  if (view.predicted_rpo_ms == 0) view.predicted_lost_bytes = 0;
  const auto* replica = replica_between_regions(snapshot);
  if (replica == nullptr || !state.standby_is_replica) return api::to_document(view);
  const auto lag = replica->lag_ms ? std::optional(base::Milliseconds{*replica->lag_ms}) : std::nullopt;
  if (const auto recovery = predicted_recovery(times, lag)) view.predicted_rto_ms = recovery->count();
  // A replica whose writer is gone knows no more how far it is behind.
  if (!view.predicted_lost_bytes && !state.lost.contains(state.active_region)) {
    view.predicted_lost_bytes = replica->lag_bytes;
  }
  return api::to_document(view);
}

std::string Service::audit() const {
  return api::to_document(parts_.audit.view());
}

base::Result<std::string> Service::report_page(const std::string& id) {
  const auto document = report(id);
  if (!document) return std::unexpected(document.error());
  const auto view = api::report_from_document(*document);
  if (!view) return std::unexpected(view.error());
  return api::to_html(*view, stack_.name);
}

void Service::follow(system::HttpStream& stream, std::optional<std::uint64_t> after, base::WallTime until) {
  feed_.run(stream, after, until);
}

LiveFeed::Sources Service::feed_sources() {
  const auto rates = [this] {
    const auto snapshot = parts_.runtime.snapshot();
    RateMeter::Rates all;
    for (const auto& name : {stack_.home.name, stack_.standby.name}) {
      const auto seen = snapshot.regions.find(name);
      all.push_back(rate_meter_.measure(name, seen == snapshot.regions.end() ? nullptr : &seen->second));
    }
    return all;
  };
  // From memory, the DNS server's answer too: a page that looks on sees the new one half a second later.
  return {.status = [this] { return status_of(parts_.runtime.snapshot()); },
          .log = [this](std::uint64_t after) { return log_after(parts_.runtime.records(), after); },
          .rates = rates,
          .now = [this] { return parts_.clock.wall_now(); },
          .records = parts_.runtime.records().size()};
}

}  // namespace lifeboat::controller
