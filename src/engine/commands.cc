#include "engine/commands.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "engine/table.h"

namespace lifeboat::engine {
namespace {

using base::ErrorCode;
using base::fail;
using base::Status;

Status is_current(const State& state) {
  if (!is_behind(state)) return {};
  return fail(
      ErrorCode::not_ready,
      fmt::format("the agents know of epoch {} and this controller's journal only of epoch {}; it waits for both of "
                  "them to say who reigns",
                  state.watch.newest_heard.value, state.promised_epoch.value),
      "Look at 'lifeboat status': both regions' agents have to answer.");
}

Status nothing_runs(const State& state) {
  if (auto current = is_current(state); !current) return current;
  if (!state.operation || state.operation->phase == Phase::discarding) return {};  // What a drill has left can wait.
  return fail(ErrorCode::operation_in_progress, fmt::format("{} is under way ({})", state.operation->id().value,
                                                            to_string(state.operation->phase.value_or(Phase::ended))));
}

Status is_built(const State& state) {
  if (state.built) return {};
  return fail(ErrorCode::not_ready, "the stack has not been built completely yet", "Run 'lifeboat up FILE' first.");
}

/// The agents have heard of the newest promised epoch, and obey nothing of an older one.
Status newest_epoch_has_begun(const State& state) {
  if (state.promised_epoch == state.epoch) return {};
  return fail(ErrorCode::not_ready,
              fmt::format("epoch {} was promised and nothing has begun in it; {} reigns in epoch {}",
                          state.promised_epoch.value, state.active_region.value, state.epoch.value),
              "Run 'lifeboat up' first: it begins a new epoch.");
}

Status standby_is_replica(const State& state) {
  if (state.standby_is_replica) return {};
  return fail(ErrorCode::not_a_replica, fmt::format("{} is not a replica of {}: it would serve old data",
                                                    state.standby_region().value, state.active_region.value));
}

Status answers(const State& state, const base::RegionName& region) {
  if (!is_silent(state, region)) return {};
  return fail(ErrorCode::region_unreachable, fmt::format("{} does not answer", region.value));
}

/// A fence by expiry waits for a lease's end, and there has to be one.
Status method_is_possible(const State& state, const FailoverOptions& options) {
  if (state.setup.leases || options.method != FenceMethod::expiry) return {};
  return fail(ErrorCode::bad_flag, "nobody holds a write lease in this world, so none can run out",
              "Leave '--fence' out: the old region is fenced from outside.");
}

Status loss_is_acceptable(const State& state, const FailoverOptions& options) {
  if (options.accept_loss) return {};
  if (!options.readiness.predicted_loss) {
    return fail(ErrorCode::loss_too_large,
                fmt::format("how much {} lags behind is not known, so the loss cannot be bounded",
                            state.standby_region().value));
  }
  if (*options.readiness.predicted_loss <= state.setup.rpo_objective) return {};
  return fail(ErrorCode::loss_too_large,
              fmt::format("the writes of about {} ms would be lost; the RPO objective is {} ms",
                          options.readiness.predicted_loss->count(), state.setup.rpo_objective.count()));
}

Status is_ready(const Readiness& readiness, bool even_if_not_ready) {
  if (readiness.ready || even_if_not_ready) return {};
  return fail(ErrorCode::not_ready, readiness.reasons.empty()
                                        ? "readiness was not verified"
                                        : fmt::format("not ready: {}", fmt::join(readiness.reasons, "; ")));
}

/// The running operation fails again and again where an `up` can take its place: nothing is promoted half-way, so the
/// region that reigns is known. A region that was lost meanwhile has forgotten its role, and only an up gives it back.
bool waits_in_vain(const State& state) {
  const auto& operation = *state.operation;
  if (!operation.phase || operation.started.kind == OperationKind::up) return false;
  const bool reigns = state.epoch == operation.epoch;
  const bool leavable = phase_row(operation.started.kind, *operation.phase).supersedable || reigns;
  return leavable && std::ranges::any_of(operation.progress, [](const auto& entry) {
           return entry.second.failures > 0 && !entry.second.done;
         });
}

/// The first of the checks that does not pass. All have been made; they are pure.
Status first_refusal(std::initializer_list<Status> checks) {
  for (const auto& check : checks) {
    if (!check) return check;
  }
  return {};
}

/// A failover goes before operations that wait for what may never come back; not before one beyond its point of no
/// return.
Status may_supersede_running(const State& state) {
  if (auto current = is_current(state); !current) return current;
  if (!state.operation || !state.operation->phase) return nothing_runs(state);
  const auto& operation = *state.operation;
  return phase_row(operation.started.kind, *operation.phase).supersedable ? Status{} : nothing_runs(state);
}

std::string_view why(Trigger trigger) {
  switch (trigger) {
    case Trigger::operator_command:
      return "";
    case Trigger::armed:
      return ", as armed";
    case Trigger::automatic:
      return ", automatically";
  }
  std::unreachable();
}

OperationStarted operation(const Stepper& stepper, OperationKind kind, base::RegionName to, std::string sentence) {
  const auto& state = stepper.state();
  OperationStarted started;
  started.operation = {fmt::format("{}-{}", to_string(kind), state.operations_started + 1)};
  started.kind = kind;
  started.from = state.active_region;
  started.to = std::move(to);
  started.sentence = std::move(sentence);
  started.at = stepper.at().wall;
  return started;
}

base::OperationId start(Stepper& stepper, OperationStarted started) {
  const auto id = started.operation;
  if (stepper.state().operation) {
    started.supersedes = stepper.state().operation->id();
    started.sentence += fmt::format(" It supersedes {}.", started.supersedes.value);
    stepper.forget_effects();
  }
  stepper.record(std::move(started));
  return id;
}

Reply switch_over(Stepper& stepper, OperationKind kind, const Readiness& readiness, bool even_if_not_ready) {
  const auto& state = stepper.state();
  const auto& to = state.standby_region();
  if (auto refusal = first_refusal({nothing_runs(state), is_built(state)}); !refusal) {
    return std::unexpected(refusal.error());
  }
  if (kind == OperationKind::failback && state.active_region == state.setup.home) {
    return fail(ErrorCode::already_there,
                fmt::format("{} is the home region, and it is active already", state.active_region.value));
  }
  if (auto refusal = first_refusal({standby_is_replica(state), answers(state, state.active_region), answers(state, to),
                                    is_ready(readiness, even_if_not_ready)});
      !refusal) {
    return std::unexpected(refusal.error());
  }
  auto started =
      operation(stepper, kind, to,
                fmt::format("{} from {} to {}.", kind == OperationKind::failback ? "Failing back" : "Switching over",
                            state.active_region.value, to.value));
  started.method = FenceMethod::direct;
  started.predicted_loss = readiness.predicted_loss;
  return start(stepper, std::move(started));
}

/// Why the operation cannot be undone any more, and what becomes of it.
std::string no_way_back(const Operation& operation) {
  const auto& [from, to] = std::tie(operation.started.from.value, operation.started.to.value);
  if (operation.phase == Phase::fencing) {
    return fmt::format("{} is past its point of no return: the power of {} is being cut. It goes on to {}",
                       operation.id().value, from, to);
  }
  if (operation.phase == Phase::unholding || operation.phase == Phase::reopening ||
      operation.phase == Phase::discarding) {
    return fmt::format("{} is being undone already", operation.id().value);
  }
  return fmt::format(
      "{} is past its point of no return: {} may have taken writes that {} does not have. It goes on; "
      "'lifeboat failback' moves back once both regions are well",
      operation.id().value, to, from);
}

/// One overload a command; each answers the operator.
class Handler {
 public:
  explicit Handler(Stepper& stepper) : stepper_(stepper) {}

  Reply operator()(const Up& up) {
    const auto& state = stepper_.state();
    if (state.operation && !waits_in_vain(state)) {
      if (auto free = nothing_runs(state); !free) return std::unexpected(free.error());
    }
    if (up.plan.active_region != state.active_region) {
      // Another operation has ended between the look at the stack and this.
      return fail(ErrorCode::operation_in_progress,
                  fmt::format("the plan is made for {} as active region; it is {} by now", up.plan.active_region.value,
                              state.active_region.value),
                  "Give the command again.");
    }
    auto started = operation(stepper_, OperationKind::up, state.active_region, "Bringing the stack up.");
    started.plan = up.plan;
    return start(stepper_, std::move(started));
  }

  Reply operator()(const Failover& failover) {
    if (auto refusal = may_fail_over(stepper_.state(), failover.options); !refusal) {
      return std::unexpected(refusal.error());
    }
    return start_failover(stepper_, failover.options, Trigger::operator_command);
  }

  Reply operator()(const Switchover& command) {
    return switch_over(stepper_, OperationKind::switchover, command.readiness, command.even_if_not_ready);
  }

  Reply operator()(const Failback& command) {
    return switch_over(stepper_, OperationKind::failback, command.readiness, command.even_if_not_ready);
  }

  Reply operator()(const ReprotectRegion&) {
    const auto& state = stepper_.state();
    if (auto refusal = first_refusal(
            {nothing_runs(state), is_built(state), newest_epoch_has_begun(state), answers(state, state.active_region)});
        !refusal) {
      return std::unexpected(refusal.error());
    }
    return start(stepper_, operation(stepper_, OperationKind::reprotect, state.standby_region(),
                                     fmt::format("Making {} a replica of {} again.", state.standby_region().value,
                                                 state.active_region.value)));
  }

  Reply operator()(const Drill&) {
    const auto& state = stepper_.state();
    const auto& to = state.standby_region();
    if (auto refusal =
            first_refusal({nothing_runs(state), is_built(state), newest_epoch_has_begun(state),
                           standby_is_replica(state), answers(state, state.active_region), answers(state, to)});
        !refusal) {
      return std::unexpected(refusal.error());
    }
    return start(stepper_, operation(stepper_, OperationKind::drill, to,
                                     fmt::format("A drill: rehearsing in {} the loss of {}, which serves on.", to.value,
                                                 state.active_region.value)));
  }

  Reply operator()(const Arm& arm) {
    const auto& state = stepper_.state();
    if (auto refusal = may_fail_over(state, arm.options); !refusal) return std::unexpected(refusal.error());
    stepper_.record(Armed{
        arm.options,
        fmt::format("Armed: when {} is lost, {} takes over.", state.active_region.value, state.standby_region().value),
        stepper_.at().wall});
    return base::OperationId{};
  }

  Reply operator()(const Abort&) {
    const auto& state = stepper_.state();
    if (!state.operation)
      return fail(ErrorCode::already_there, "no operation is under way, so there is nothing to abort");
    const auto& operation = *state.operation;
    const auto id = operation.id();
    if (operation.abort_asked) return id;
    if (operation.phase && transition(operation, Event::aborted) == nullptr) {
      return fail(ErrorCode::no_way_back, no_way_back(operation));
    }
    stepper_.record(AbortAsked{id, fmt::format("An operator asked to abort {}.", id.value), stepper_.at().wall});
    return id;
  }

  Reply operator()(const Disarm&) {
    if (stepper_.state().armed)
      stepper_.record(Disarmed{"Disarmed: a loss is reported and waits for the operator.", stepper_.at().wall});
    return base::OperationId{};
  }

 private:
  Stepper& stepper_;
};

}  // namespace

bool is_silent(const State& state, const base::RegionName& region) {
  const auto watch = state.watch.regions.find(region);
  const bool missed = watch != state.watch.regions.end() && watch->second.probed && !watch->second.agent_answers;
  return missed || state.lost.contains(region);
}

Status may_fail_over(const State& state, const FailoverOptions& options) {
  return first_refusal({method_is_possible(state, options), may_supersede_running(state), is_built(state),
                        standby_is_replica(state), answers(state, state.standby_region()),
                        loss_is_acceptable(state, options)});
}

base::OperationId start_failover(Stepper& stepper, const FailoverOptions& options, Trigger trigger) {
  const auto& state = stepper.state();
  const auto method = options.method.value_or(state.setup.power_switch ? FenceMethod::power : FenceMethod::expiry);
  auto started =
      operation(stepper, OperationKind::failover, state.standby_region(),
                fmt::format("Failing over from {} to {}{}{}.", state.active_region.value, state.standby_region().value,
                            why(trigger), options.accept_split_brain_risk ? ", the split-brain risk accepted" : ""));
  started.trigger = trigger;
  started.method = method;
  started.accept_loss = options.accept_loss;
  started.accept_split_brain_risk = options.accept_split_brain_risk;
  started.predicted_loss = options.readiness.predicted_loss;
  return start(stepper, std::move(started));
}

void clean_up_drill(Stepper& stepper) {
  const auto& state = stepper.state();
  if (state.operation || is_behind(state)) return;
  const auto left = std::ranges::find_if(state.drilled, [&](const auto& region) { return !is_silent(state, region); });
  if (left == state.drilled.end()) return;
  auto started = operation(stepper, OperationKind::drill, *left,
                           fmt::format("Making sure that no drill has left anything in {}.", left->value));
  started.trigger = Trigger::automatic;
  start(stepper, std::move(started));
}

void take_command(Stepper& stepper, const Command& command) {
  stepper.reply(std::visit(Handler(stepper), command));
}

void fire_if_armed(Stepper& stepper) {
  const auto& state = stepper.state();
  if (!state.armed || !state.lost.contains(state.active_region)) return;
  // Both regions silent looks like a fault of the controller's own place; waiting harms nobody.
  if (is_silent(state, state.standby_region()) || !may_supersede_running(state)) return;
  auto options = state.armed->options;
  if (state.watch.readiness) options.readiness = *state.watch.readiness;
  if (auto refusal = may_fail_over(state, options); !refusal) {
    stepper.record(Disarmed{fmt::format("The armed failover was refused: {}. Disarmed.", refusal.error().message),
                            stepper.at().wall});
    return;
  }
  start_failover(stepper, options, Trigger::armed);
}

}  // namespace lifeboat::engine
