#include "sim/operators.h"

#include <fmt/format.h>

#include <utility>

namespace lifeboat::sim {
namespace {

/// What `lifeboat plan` makes of a stack of two databases, two doors and a name.
plan::Plan make_plan(const engine::State& state) {
  plan::Plan plan;
  plan.active_region = state.active_region;
  plan.regions.push_back(state.active_region);
  // A region that has to be reprotected first is none of the plan's.
  if (!state.built || state.standby_is_replica) plan.regions.push_back(state.standby_region());
  for (const auto& region : plan.regions) {
    plan::Step database;
    database.asset = {region, "db-1"};
    database.kind = model::AssetKind::database_node;
    if (region != plan.active_region) database.depends_on.push_back({plan.active_region, "db-1"});
    plan::Step door;
    door.asset = {region, "lb"};
    door.kind = model::AssetKind::load_balancer;
    door.depends_on.push_back(database.asset);
    plan.steps.push_back(std::move(database));
    plan.steps.push_back(std::move(door));
  }
  return plan;
}

}  // namespace

bool Operators::give(engine::Command command) {
  auto* controller = world_.leading();
  return controller != nullptr && controller->command(std::move(command));
}

bool Operators::up() {
  auto* controller = world_.leading();
  if (controller == nullptr) return false;
  ground_.tell([] { return std::string("an operator types 'lifeboat up'"); });
  return controller->command(engine::Up{make_plan(*controller->state())});
}

void Operators::begin() {
  ground_.led = [this] {
    if (stopped_ || !ground_.random.percent(ground_.settings.impatient_percent)) return;
    ground_.scheduler.after(ground_.random.skewed(0, 800 * millisecond), [this] { fail_over_at_once(); });
  };
  plan_command();
}

void Operators::plan_command() {
  const Time every = ground_.settings.operator_every;
  if (every == 0) return;
  ground_.scheduler.after(ground_.random.between(every / 2, every * 3 / 2), [this] {
    if (stopped_) return;
    random_command();
    plan_command();
  });
}

engine::FailoverOptions Operators::draw_options(const engine::Readiness& readiness) {
  engine::FailoverOptions options;
  options.readiness = readiness;
  options.accept_loss = ground_.random.percent(70);
  if (ground_.random.percent(40)) options.method = engine::FenceMethod::direct;
  if (ground_.random.percent(30)) options.method = engine::FenceMethod::expiry;
  return options;
}

engine::Command Operators::draw_command(const engine::State& state, const engine::Readiness& readiness) {
  const auto lot = ground_.random.between(0, 99);
  const bool anyhow = ground_.random.percent(50);
  if (lot < 30) return engine::Switchover{anyhow, readiness};
  if (lot < 40) return engine::Failback{anyhow, readiness};
  if (lot < 60) return engine::Failover{draw_options(readiness)};
  if (lot < 70) return engine::ReprotectRegion{};
  if (lot < 75) return engine::Drill{};
  if (lot < 83) return engine::Up{make_plan(state)};
  if (lot < 94) return engine::Abort{};
  if (lot < 98) return engine::Arm{draw_options(readiness)};
  return engine::Disarm{};
}

void Operators::random_command() {
  auto* controller = world_.leading();
  if (controller == nullptr) return;
  if (!controller->state()->built) {
    up();
    return;
  }
  auto command = draw_command(*controller->state(), controller->readiness());
  static constexpr std::array names{"up",    "failover", "switchover", "failback", "reprotect",
                                    "drill", "arm",      "disarm",     "abort"};
  const auto* name = names.at(command.index());
  ++ground_.seen[fmt::format("command {}", name)];
  ground_.tell([&] { return fmt::format("an operator types 'lifeboat {}'", name); });
  controller->command(std::move(command));
}

void Operators::fail_over_at_once() {
  auto* controller = world_.leading();
  if (stopped_ || controller == nullptr || !controller->state()->built) return;
  ground_.tell([] { return std::string("an impatient operator types 'lifeboat failover'"); });
  ++ground_.seen["an impatient failover"];
  engine::FailoverOptions options;
  options.readiness = controller->readiness();
  options.accept_loss = true;
  if (ground_.random.percent(70)) options.method = engine::FenceMethod::expiry;
  controller->command(engine::Failover{options});
}

// --- after the healing
// -------------------------------------------------------------------------------------------------

std::string Operators::missing() const {
  auto* controller = world_.leading();
  if (controller == nullptr) return "no controller leads";
  const auto& state = *controller->state();
  if (state.operation) {
    return fmt::format("{} does not end: it is {}", state.operation->id().value,
                       to_string(state.operation->phase.value_or(engine::Phase::ended)));
  }
  if (!state.built) return "the stack is not built";
  const auto& active = world_.region(state.active_region);
  const bool served = ground_.now() - world_.checkers.last_acknowledgement() < second && active.can_commit();
  if (!served) return fmt::format("no write is acknowledged by {}", active.name().value);
  if (active.page.epoch != state.epoch)
    return fmt::format("{} does not reign in epoch {}", active.name().value, state.epoch.value);
  if (world_.dns.record() != state.active_region) return "the front door's name is not the active region's";
  if (!state.standby_is_replica) return fmt::format("{} is no replica", state.standby_region().value);
  if (!world_.region(state.standby_region()).database.streams()) {
    return fmt::format("{} does not stream", state.standby_region().value);
  }
  for (const auto& name : {state.active_region, state.standby_region()}) {
    if (world_.region(name).drill.clone) return fmt::format("a drill's clone is left in {}", name.value);
  }
  if (!state.lost.empty()) return fmt::format("{} counts as lost", state.lost.begin()->first.value);
  return "";
}

void Operators::advise() {
  auto* controller = world_.leading();
  if (controller == nullptr) return;
  // An operation that does not end in a while may wait for a region that has forgotten its role.
  constexpr int looks_at_an_operation = 12;
  waited_ = controller->state()->operation ? waited_ + 1 : 0;
  if (waited_ > 0) {
    if (waited_ % looks_at_an_operation == 0) up();
    return;
  }
  const auto& state = *controller->state();
  const auto& active = world_.region(state.active_region);
  const bool served = ground_.now() - world_.checkers.last_acknowledgement() < second && active.can_commit();
  const bool named = world_.dns.record() == state.active_region;
  unserved_ = served && named ? 0 : unserved_ + 1;
  // What has just been healed may need a moment only.
  constexpr int patience = 4;
  if (!state.built || unserved_ >= patience || state.promised_epoch > state.epoch) {
    unserved_ = 0;
    up();
    return;
  }
  const bool streams = world_.region(state.standby_region()).database.streams();
  if (served && (!state.standby_is_replica || !streams)) {
    ground_.tell([] { return std::string("an operator types 'lifeboat reprotect'"); });
    controller->command(engine::ReprotectRegion{});
  }
}

}  // namespace lifeboat::sim
