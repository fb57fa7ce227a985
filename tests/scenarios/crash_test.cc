#include <fmt/format.h>
#include <gtest/gtest.h>

#include "driver.h"

// The controller dies after every single record of every kind of operation. What was begun is completed or undone after
// its restart, and the promises hold in the world.

namespace lifeboat::scenarios {
namespace {

/// A kind of operation: how the world is brought to where it can begin, and the command.
struct Case {
  std::string name;
  std::function<void(Driver&)> prepare;
  std::function<engine::Reply(Driver&)> command;
  bool loses_nothing = true;      ///< P3: no acknowledged write is lost and no request fails.
  bool reigns_elsewhere = false;  ///< Whether the other region has to be active in the end, if the operation was done.
};

engine::FailoverOptions with(engine::Readiness readiness) {
  engine::FailoverOptions options;
  options.readiness = std::move(readiness);
  return options;
}

void bring_up(Driver& driver) {
  ASSERT_TRUE(driver.command(driver.up_command()).has_value());
  ASSERT_TRUE(driver.settle());
  driver.run(1000);
  ASSERT_TRUE(driver.state().is_protected());
}

void lose_the_active_region(Driver& driver) {
  driver.provider().with_world([](fake::World& world) { world.kill({"us-east-2"}); });
  driver.run(500);
}

std::vector<Case> cases() {
  const auto failover = [](Driver& driver) { return driver.command(engine::Failover{with(driver.readiness())}); };
  const auto switchover = [](Driver& driver) { return driver.command(engine::Switchover{false, driver.readiness()}); };
  return {
      {"up", [](Driver&) {}, [](Driver& driver) { return driver.command(driver.up_command()); }, true, false},
      {"failover",
       [](Driver& driver) {
         bring_up(driver);
         lose_the_active_region(driver);
       },
       failover, false, true},
      {"armed",
       [](Driver& driver) {
         bring_up(driver);
         ASSERT_TRUE(driver.command(engine::Arm{with(driver.readiness())}).has_value());
         driver.provider().with_world([](fake::World& world) { world.kill({"us-east-2"}); });
       },
       [](Driver&) { return engine::Reply{base::OperationId{}}; }, false, true},
      {"switchover", bring_up, switchover, true, true},
      {"undone",
       [](Driver& driver) {
         bring_up(driver);
         driver.provider().fail("/drain", 1);
       },
       switchover, true, false},
      {"unheld",
       [](Driver& driver) {
         bring_up(driver);
         driver.provider().fail("/hold", 1);
       },
       switchover, true, false},
      {"failback",
       [](Driver& driver) {
         bring_up(driver);
         ASSERT_TRUE(driver.command(engine::Switchover{false, driver.readiness()}).has_value());
         ASSERT_TRUE(driver.settle());
         driver.run(1000);
       },
       [](Driver& driver) {
         return driver.command(engine::Failback{false, driver.readiness()});
       },
       true, true},
      {"reprotect",
       [failover](Driver& driver) {
         bring_up(driver);
         lose_the_active_region(driver);
         ASSERT_TRUE(failover(driver).has_value());
         ASSERT_TRUE(driver.settle());
       },
       [](Driver& driver) { return driver.command(engine::ReprotectRegion{}); }, false, false},
  };
}

class Crash : public testing::TestWithParam<std::tuple<std::size_t, bool, bool>> {
 protected:
  const Case& the_case() const { return all_.at(std::get<0>(GetParam())); }
  bool carries_out_pending() const { return std::get<1>(GetParam()); }
  bool answers_twice() const { return std::get<2>(GetParam()); }

  /// Runs the case and crashes after record `k` of it. False when it has fewer records.
  bool crash_after(std::size_t k) {
    Driver driver;
    driver.answer_twice = answers_twice();
    the_case().prepare(driver);
    const auto before = driver.records().size();
    const auto active_before = driver.state().active_region;
    driver.clients_write = the_case().name != "up";
    const auto failed_before = driver.provider().with_world([](fake::World& world) { return world.clients.failed; });
    driver.interrupt = [&driver, target = before + k] { return driver.records().size() >= target; };
    (void)the_case().command(driver);
    if (!driver.interrupted()) driver.run(5000);
    if (!driver.interrupted()) return false;
    driver.interrupt = nullptr;
    driver.crash(before + k, carries_out_pending());
    EXPECT_TRUE(finish(driver)) << "never ends";
    check(driver, active_before, failed_before);
    return true;
  }

  static bool finish(Driver& driver) {
    driver.run(1000);
    return driver.settle();
  }

  void check(Driver& driver, const base::RegionName& active_before, std::uint64_t failed_before) {
    driver.run(200);
    const auto& state = driver.state();
    ASSERT_FALSE(state.history.empty());
    const auto verdict = state.history.front().ended->verdict;
    if (the_case().reigns_elsewhere && verdict == engine::Verdict::done) {
      EXPECT_NE(state.active_region, active_before);
    }
    driver.provider().with_world([&](fake::World& world) {
      for (const auto& promise : world.broken()) ADD_FAILURE() << promise;
      EXPECT_TRUE(world.can_commit(state.active_region)) << "nobody takes writes";
      EXPECT_EQ(world.clients.waiting.size(), 0u);
      EXPECT_EQ(world.dns_answer, state.active_region);
      EXPECT_EQ(world.lost_writes().size(), 0u);
      if (the_case().loses_nothing) {
        EXPECT_EQ(world.clients.failed, failed_before);
      }
    });
  }

 private:
  const std::vector<Case> all_ = cases();
};

TEST_P(Crash, AfterEveryRecord) {
  std::size_t k = 1;
  while (!HasFailure()) {
    SCOPED_TRACE(fmt::format("{} crashed after its record {}", the_case().name, k));
    if (!crash_after(k)) break;
    ++k;
  }
  EXPECT_GT(k, 4u) << "the operation makes records, or nothing was tested";
}

INSTANTIATE_TEST_SUITE_P(EveryOperation, Crash,
                         testing::Combine(testing::Range<std::size_t>(0, 8), testing::Bool(), testing::Bool()),
                         [](const auto& test) {
                           return cases().at(std::get<0>(test.param)).name +
                                  (std::get<1>(test.param) ? "_effects_done" : "") +
                                  (std::get<2>(test.param) ? "_answered_twice" : "");
                         });

}  // namespace
}  // namespace lifeboat::scenarios
