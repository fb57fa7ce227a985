#include "runtime/runtime.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "engine/report.h"
#include "journal/memory_folder.h"
#include "plan/plan.h"
#include "providers/fake/fake_provider.h"

// The threaded runtime over the fake world, in real time. It stands here because the fake is above runtime/.

namespace lifeboat::fake {
namespace {

using runtime::Runtime;
using runtime::RuntimeOptions;

class SteadyClock : public ports::Clock {
 public:
  base::Instant now() const override { return base::Instant(std::chrono::steady_clock::now().time_since_epoch()); }
  base::WallTime wall_now() const override {
    return std::chrono::time_point_cast<base::Milliseconds>(std::chrono::system_clock::now());
  }
};

model::Stack two_regions() {
  model::Stack stack;
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}}, ""};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1b"}}, ""};
  return stack;
}

class RuntimeOverFake : public testing::Test {
 protected:
  static constexpr base::Milliseconds limit{20'000};

  std::unique_ptr<Runtime> make_runtime(base::Milliseconds tick_interval = base::Milliseconds(50)) {
    RuntimeOptions options;
    options.tick_interval = tick_interval;
    // With 10 ms more came in than was handled, under the thread sanitizer beside a build.
    options.detection_interval = options.observation_interval = base::Milliseconds(50);
    auto journal = journal::Journal::open(std::make_unique<journal::MemoryFolder>(disk));
    auto made =
        std::make_unique<Runtime>(provider, clock, std::move(*journal), engine::make_setup(two_regions()), options);
    made->set_verifier([](const runtime::Snapshot&) { return engine::Readiness{true, {}, base::Milliseconds(0)}; });
    return made;
  }
  engine::Operation finish(Runtime& runtime, engine::Command command) {
    const auto reply = runtime.submit(std::move(command)).get();
    EXPECT_TRUE(reply.has_value()) << reply.error().message;
    const auto operation = runtime.wait(*reply, limit);
    EXPECT_TRUE(operation.has_value());
    return operation.value_or(engine::Operation{});
  }
  static engine::Up up() { return {plan::make_plan(two_regions(), {{"us-east-2"}}, {}, {})}; }
  template <class Condition>
  static bool wait_for(Condition&& condition) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return false;
  }

  journal::MemoryDisk disk;
  FakeProvider provider{two_regions()};
  SteadyClock clock;
};

TEST_F(RuntimeOverFake, BuildsLosesFailsOverAndReports) {
  const auto runtime = make_runtime();
  std::atomic<int> heard = 0;
  runtime->on_records([&heard](const auto& records) { heard += static_cast<int>(records.size()); });
  runtime->start();
  EXPECT_EQ(finish(*runtime, up()).ended->verdict, engine::Verdict::done);
  ASSERT_TRUE(wait_for([&] { return runtime->snapshot().state.is_protected(); }));
  engine::Arm arm;
  arm.options.readiness.predicted_loss = base::Milliseconds(0);
  ASSERT_TRUE(runtime->submit(arm).get().has_value());
  provider.with_world([](World& world) { world.kill({"us-east-2"}); });
  const auto operation = runtime->wait({"failover-2"}, limit);
  ASSERT_TRUE(operation.has_value());
  EXPECT_EQ(operation->ended->verdict, engine::Verdict::done);
  runtime->stop();
  const auto records = runtime->records();
  EXPECT_EQ(static_cast<int>(records.size()), heard.load());
  const auto report = engine::build_report(records, {"failover-2"});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(report->rto_ms.has_value());
  EXPECT_EQ(runtime->snapshot().state.active_region.value, "us-west-1");
}

TEST_F(RuntimeOverFake, ASuccessorGoesOnWhereItsPredecessorStopped) {
  provider.fail("/promote", 1'000'000);
  {
    const auto runtime = make_runtime();
    runtime->start();
    finish(*runtime, up());
    ASSERT_TRUE(wait_for([&] { return runtime->snapshot().state.is_protected(); }));
    engine::Switchover switchover;
    switchover.even_if_not_ready = true;
    ASSERT_TRUE(runtime->submit(switchover).get().has_value());
    ASSERT_TRUE(wait_for([&] {
      const auto state = runtime->snapshot().state;
      return state.operation && state.operation->phase == engine::Phase::promoting;
    }));
  }
  provider.heal();
  const auto successor = make_runtime();
  successor->start();
  const auto operation = successor->wait({"switchover-2"}, limit);
  ASSERT_TRUE(operation.has_value());
  EXPECT_EQ(operation->ended->verdict, engine::Verdict::done);
  provider.with_world([](World& world) { EXPECT_TRUE(world.broken().empty()); });
}

TEST_F(RuntimeOverFake, AJournalThatCannotBeWrittenStopsEveryDecision) {
  const auto runtime = make_runtime();
  disk.full = true;
  runtime->start();
  const auto reply = runtime->submit(up()).get();
  ASSERT_FALSE(reply.has_value());
  EXPECT_EQ(reply.error().code, base::ErrorCode::disk_full);
  ASSERT_TRUE(wait_for([&] { return runtime->snapshot().failure.has_value(); }));
  EXPECT_FALSE(runtime->submit(up()).get().has_value());
  provider.with_world([](World& world) { EXPECT_FALSE(world.region({"us-east-2"}).powered) << "no effect began"; });
}

TEST_F(RuntimeOverFake, TicksThatAreAlwaysDueLeaveCommandsTheirTurn) {
  const auto runtime = make_runtime(base::Milliseconds(0));
  runtime->start();
  auto answer = runtime->submit(engine::Disarm{});
  ASSERT_EQ(answer.wait_for(limit), std::future_status::ready);
  EXPECT_TRUE(answer.get().has_value());
}

TEST_F(RuntimeOverFake, StopAnswersWhoWaits) {
  const auto runtime = make_runtime();
  auto early = runtime->submit(engine::Disarm{});
  runtime->stop();
  EXPECT_FALSE(early.get().has_value());
  EXPECT_FALSE(runtime->submit(engine::Disarm{}).get().has_value());
}

}  // namespace
}  // namespace lifeboat::fake
