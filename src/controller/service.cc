#include "controller/service.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/plan_view.h"
#include "api/verify_view.h"
#include "controller/metrics.h"
#include "controller/operation_views.h"
#include "controller/report_document.h"

namespace lifeboat::controller {

using base::ErrorCode;

Service::Service(Parts parts, const model::Stack& stack, StatusSurroundings surroundings)
    : parts_(parts),
      stack_(stack),
      surroundings_(std::move(surroundings)),
      statistics_(parts.runtime.records()),
      feed_(feed_sources()) {}

std::string Service::status() {
  auto snapshot = parts_.runtime.snapshot();
  // The front door is asked for at once: right after an operation an answer from memory would lead to the old region.
  snapshot.dns = parts_.provider.observe_dns();
  return status_of(snapshot);
}

std::string Service::status_of(const runtime::Snapshot& snapshot) {
  auto view = view_of_status(snapshot);
  const auto& state = snapshot.state;
  const auto* operation = state.operation         ? &*state.operation
                          : state.history.empty() ? nullptr
                                                  : &state.history.front();
  if (operation != nullptr) {
    view.operation = view_of(*operation, state, parts_.runtime.records(), parts_.clock.wall_now());
    note_who_works(view);
  }
  return api::to_document(view);
}

/// A controller that only looks works on nothing: the operation of the journal is somebody else's, or nobody's.
void Service::note_who_works(api::StatusView& view) const {
  auto& operation = *view.operation;
  if (!surroundings_.looks_only || !operation.running()) return;
  if (surroundings_.worked_on_by.empty()) {
    operation.state = "unfinished";
    view.warnings.push_back(fmt::format("{} stopped in phase {} and nobody works on it now: 'lifeboat {}' goes on.",
                                        operation.id, operation.phase, operation.kind));
  } else {
    view.warnings.push_back(fmt::format("{} works on {}; what is shown of it is from a moment ago.",
                                        surroundings_.worked_on_by, operation.id));
  }
}

/// Without the operation, which the records tell.
api::StatusView Service::view_of_status(const runtime::Snapshot& snapshot) {
  auto surroundings = surroundings_;
  if (auto latest = parts_.readiness.latest()) surroundings.verdict = std::move(latest->verdict);
  auto view = make_status(snapshot, surroundings);
  correct_readiness(snapshot.state, view.ready);
  if (auto problem = parts_.audit.problem()) view.warnings.push_back(std::move(*problem));
  if (const auto loss = parts_.readiness.latest_for_engine().predicted_loss; snapshot.state.built && loss) {
    view.ready.predicted_loss_ms = loss->count();
  }
  return view;
}

std::string Service::metrics() {
  const auto snapshot = parts_.runtime.snapshot();
  const auto status = view_of_status(snapshot);
  const auto times = recovery_times_.of(snapshot.state, [this] { return parts_.runtime.records(); });
  auto latest = parts_.readiness.latest();
  return metrics::to_text(
      controller_metrics({.snapshot = snapshot,
                          .status = status,
                          .objectives = stack_.recovery,
                          .verdict = latest ? std::optional(std::move(latest->verdict)) : std::nullopt,
                          .marker_lag = latest ? latest->marker_lag : std::nullopt,
                          .recovery_times = times,
                          .records = statistics_,
                          .journal_syncs = parts_.journal_syncs.Collect().histogram}));
}

/// A verdict is some seconds old; what is known since then goes before it.
void Service::correct_readiness(const engine::State& state, api::ReadyView& ready) {
  if (!state.built) return;
  if (const auto lost = state.lost.find(state.active_region); lost != state.lost.end()) {
    ready = {"not_ready", {lost->second.sentence}, {}};
  } else if (!state.standby_is_replica) {
    ready = {"not_ready",
             {state.standby_region().value + " is no replica of " + state.active_region.value +
              ": run 'lifeboat reprotect'"},
             {}};
  } else if (state.setup.synchronous && !state.synchronous && !state.operation) {
    const auto finding = readiness::not_synchronous(state.active_region);
    if (std::ranges::find(ready.findings, finding) == ready.findings.end()) {
      ready.findings.insert(ready.findings.begin(), finding);
    }
    if (state.setup.rpo_objective.count() == 0) ready.verdict = "not_ready";
  }
}

plan::Plan Service::make_plan() {
  const auto state = parts_.runtime.snapshot().state;
  std::vector<model::ObservedRegion> regions;
  for (const auto& name : {stack_.home.name, stack_.standby.name}) {
    auto region = parts_.provider.observe(name);
    if (region.reachable) regions.push_back(std::move(region));
  }
  const plan::Reign reign{.active_region = state.active_region,
                          .standby_belongs = state.epoch.value == 0 || state.standby_is_replica || !state.built};
  return plan::make_plan(stack_, reign, regions, parts_.provider.observe_global());
}

std::string Service::plan() {
  return api::to_document(api::make_plan_view(stack_.name, make_plan()));
}

std::string Service::verify() {
  return api::to_document(api::make_verify(stack_.name, parts_.readiness.verify().verdict));
}

std::string Service::log(std::uint64_t after, base::Milliseconds wait) {
  const auto deadline = std::chrono::steady_clock::now() + wait;
  api::LogView view;
  std::unique_lock lock(mutex_);
  while (true) {
    view.entries = log_after(parts_.runtime.records(), after);
    if (!view.entries.empty() || grown_.wait_until(lock, deadline) == std::cv_status::timeout) break;
  }
  return api::to_document(view);
}

void Service::records_added(std::span<const engine::Record> records) {
  statistics_.take(records);
  feed_.records_added(records.size());
  const std::scoped_lock lock(mutex_);
  grown_.notify_all();
}

base::Result<std::string> Service::operation(const std::string& id) {
  const auto snapshot = parts_.runtime.snapshot();
  const auto* operation = find_operation(snapshot.state, base::OperationId{id});
  if (operation == nullptr) {
    return base::fail(ErrorCode::operation_unknown,
                      "there is no operation '" + id + "' among the latest of this stack");
  }
  return api::to_document(view_of(*operation, snapshot.state, parts_.runtime.records(), parts_.clock.wall_now()));
}

base::Result<std::string> Service::report(const std::string& id) {
  return report_document(parts_.runtime.records(), id, stack_.recovery);
}

engine::FailoverOptions Service::failover_options(const OperationRequest& request) {
  engine::FailoverOptions options;
  if (request.fence == "power") options.method = engine::FenceMethod::power;
  if (request.fence == "direct") options.method = engine::FenceMethod::direct;
  if (request.fence == "expiry") options.method = engine::FenceMethod::expiry;
  options.accept_loss = request.accept_loss;
  options.accept_split_brain_risk = request.accept_split_brain_risk;
  options.readiness = parts_.readiness.for_failover();
  return options;
}

base::Result<engine::Command> Service::command_for(const OperationRequest& request) {
  if (request.kind == "up") return engine::Up{make_plan()};
  if (request.kind == "failover") return engine::Failover{failover_options(request)};
  if (request.kind == "switchover")
    return engine::Switchover{request.even_if_not_ready, parts_.readiness.for_command()};
  if (request.kind == "failback") return engine::Failback{request.even_if_not_ready, parts_.readiness.for_command()};
  if (request.kind == "reprotect") return engine::ReprotectRegion{};
  if (request.kind == "drill") return engine::Drill{};
  return base::fail(ErrorCode::bad_request,
                    "kind is '" + request.kind + "', expected up, failover, switchover, failback, reprotect or drill");
}

engine::Reply Service::submit(engine::Command command) {
  auto reply = parts_.runtime.submit(std::move(command));
  if (reply.wait_for(parts_.command_limit) != std::future_status::ready) {
    return base::fail(
        ErrorCode::wait_expired,
        fmt::format("the controller did not take the command within {} s", parts_.command_limit.count() / 1000),
        "Run 'lifeboat status' to see whether it was taken later.");
  }
  return reply.get();
}

base::Result<base::OperationId> Service::begin(const OperationRequest& request) {
  auto command = command_for(request);
  if (!command) return std::unexpected(command.error());
  return submit(std::move(*command));
}

base::Result<std::uint64_t> Service::arm(const OperationRequest& request) {
  const auto before = parts_.runtime.records().size();
  const auto reply = submit(engine::Arm{failover_options(request)});
  if (!reply) return std::unexpected(reply.error());
  return before;
}

base::Result<base::OperationId> Service::abort() {
  return submit(engine::Abort{});
}

base::Status Service::disarm() {
  const auto reply = submit(engine::Disarm{});
  if (!reply) return std::unexpected(reply.error());
  return {};
}

}  // namespace lifeboat::controller
