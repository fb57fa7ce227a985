#include "driver.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "journal/frame.h"
#include "journal/repair.h"
#include "plan/plan.h"

namespace lifeboat::scenarios {
namespace {

constexpr base::WallTime epoch_of_stories{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

}  // namespace

model::Stack example_stack() {
  model::Stack stack;
  stack.name = "events";
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}}, "10.10.0.0/16"};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1b"}}, "10.20.0.0/16"};
  stack.web.count = 2;
  stack.monitoring.nodes = 1;
  return stack;
}

Driver::Driver() : provider_(example_stack()) {
  start_core();
}

void Driver::start_core() {
  auto journal = journal::Journal::open(std::make_unique<journal::MemoryFolder>(disk_));
  LIFEBOAT_ASSERT(journal.has_value(), "a torn journal opens");
  core_ = std::make_unique<runtime::Core>(engine::make_setup(example_stack()), std::move(*journal));
  pending_.clear();
  interrupted_ = false;
}

std::optional<engine::Reply> Driver::handle(engine::InputBody body) {
  const auto span = base::Milliseconds(now_ms_);
  auto output = core_->handle({{base::Instant(span), epoch_of_stories + span}, std::move(body)});
  LIFEBOAT_ASSERT(output.has_value(), "the memory disk takes everything");
  if (!output->records.empty() && interrupt && interrupt()) {
    interrupted_ = true;
    return std::nullopt;
  }
  if (on_output) on_output(now_ms_, *output);
  for (auto& effect : output->effects) pending_.push_back(std::move(effect));
  return std::move(output->reply);
}

engine::Reply Driver::command(const engine::Command& command) {
  auto reply = handle(engine::CommandGiven{command});
  if (!reply) return base::fail(base::ErrorCode::controller_unreachable, "the controller crashed");
  return *reply;
}

void Driver::run(int duration_ms) {
  for (const int end_ms = now_ms_ + duration_ms; now_ms_ < end_ms && !interrupted_;) millisecond();
}

bool Driver::settle(int limit_ms) {
  for (int i = 0; i < limit_ms && !interrupted_; ++i) {
    if (!state().operation && pending_.empty()) return true;
    millisecond();
  }
  return !interrupted_ && !state().operation;
}

void Driver::millisecond() {
  ++now_ms_;
  if (clients_write) provider_.with_world([](fake::World& world) { world.write_once(); });
  carry_out_one();
  if (now_ms_ % 100 == 0) probe();
  if (now_ms_ % 500 == 0) observe();
  if (now_ms_ % 50 == 0 && !interrupted_) handle(engine::Tick{});
}

void Driver::carry_out_one() {
  if (pending_.empty()) return;
  const auto effect = std::move(pending_.front());
  pending_.pop_front();
  auto result = provider_.perform(effect, {});
  if (answer_twice) {
    handle(engine::EffectFinished{effect.id, result});
    if (!interrupted_) result = provider_.perform(effect, {});
  }
  if (!interrupted_) handle(engine::EffectFinished{effect.id, std::move(result)});
}

void Driver::probe() {
  for (const auto& region : {state().setup.home, state().setup.standby}) {
    if (interrupted_) return;
    auto result = provider_.probe(region, base::Milliseconds(100));
    handle(engine::Probe{region, result.agent_answered, result.door_answered, result.detail,
                         epoch_of_stories + base::Milliseconds(now_ms_)});
  }
}

void Driver::observe() {
  if (interrupted_) return;
  const auto standby = provider_.observe(state().standby_region());
  const bool streams = !standby.nodes.empty() && standby.nodes.front().streaming;
  handle(engine::Observation{streams, readiness()});
}

engine::Readiness Driver::readiness() {
  engine::Readiness found;
  found.ready = ready;
  if (!ready) found.reasons = {"us-west-1/web-1 is not ready"};
  found.predicted_loss = base::Milliseconds(predicted_loss_ms.value_or(0));
  return found;
}

engine::Up Driver::up_command() {
  std::vector<model::ObservedRegion> observed;
  for (const auto& region : {state().setup.home, state().setup.standby}) observed.push_back(provider_.observe(region));
  const plan::Reign reign{state().active_region, !state().built || state().standby_is_replica};
  return {plan::make_plan(example_stack(), reign, observed, provider_.observe_global())};
}

void Driver::carry_out_pending() {
  for (const auto& effect : pending_) (void)provider_.perform(effect, {});
}

std::size_t Driver::offset_of(std::size_t record) {
  std::size_t offset = journal::magic.size();
  for (std::size_t i = 0; i < record; ++i) {
    const auto frame = journal::read_frame(std::string_view(disk_.file().written).substr(offset));
    offset += journal::header_bytes + frame.payload.size();
  }
  return offset;
}

void Driver::crash(std::optional<std::size_t> kept_records, bool carries_out_pending) {
  if (carries_out_pending) carry_out_pending();
  if (kept_records) {
    disk_.file().synced_bytes = offset_of(*kept_records);
    disk_.crash(7);  // A little of the next record, so that the tail is torn.
  }
  start_core();
}

void Driver::repair_after_damage(std::size_t record, const base::RegionName& active) {
  disk_.file().written[offset_of(record) + journal::header_bytes] ^= 1;
  journal::MemoryFolder folder(disk_);
  auto parts = journal::read_parts(folder);
  const auto found = journal::survey(*parts);
  LIFEBOAT_ASSERT(found.has_value() && found->gaps.size() == 1, "the damage is found");
  journal::RepairInput input;
  input.setup = engine::make_setup(example_stack());
  provider_.with_world([&](fake::World& world) {
    input.newest_epoch = std::max(world.region({"us-east-2"}).epoch, world.region({"us-west-1"}).epoch);
  });
  input.reign = journal::KnownReign{active, input.newest_epoch};
  const auto plan = journal::plan_repair(*found, input);
  LIFEBOAT_ASSERT(plan.has_value(), "whoever knows who reigns can repair");
  const auto done = journal::carry_out_repair(folder, std::move(*parts), *found, *plan, input.now);
  LIFEBOAT_ASSERT(done.has_value(), "the memory disk takes everything");
  start_core();
}

}  // namespace lifeboat::scenarios
