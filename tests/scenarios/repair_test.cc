#include <fmt/format.h>
#include <gtest/gtest.h>

#include "driver.h"

// The controller dies within an operation, and one record of its journal is damaged: any record of it. After a repair
// the stack can be brought up again, and never has two writers.

namespace lifeboat::scenarios {
namespace {

/// Up, a failover, the lost region a replica again, and the way back until its record `k`. False when it has fewer.
bool play(Driver& driver, std::size_t k) {
  EXPECT_TRUE(driver.command(driver.up_command()).has_value() && driver.settle());
  driver.run(1000);
  driver.provider().with_world([](fake::World& world) { world.kill({"us-east-2"}); });
  driver.run(500);
  engine::FailoverOptions options;
  options.readiness = driver.readiness();
  EXPECT_TRUE(driver.command(engine::Failover{options}).has_value() && driver.settle());
  driver.provider().with_world([](fake::World& world) { world.revive({"us-east-2"}); });
  driver.run(500);
  EXPECT_TRUE(driver.command(engine::ReprotectRegion{}).has_value() && driver.settle());
  driver.run(1000);
  driver.clients_write = true;
  driver.interrupt = [&driver, target = driver.records().size() + k] { return driver.records().size() >= target; };
  (void)driver.command(engine::Failback{false, driver.readiness()});
  if (!driver.interrupted()) driver.run(5000);
  driver.interrupt = nullptr;
  return driver.interrupted();
}

/// What an operator sees who looks which region takes writes; while none does, it is the one that did last.
base::RegionName writer_of(Driver& driver) {
  auto writer = driver.state().active_region;
  driver.provider().with_world([&writer](fake::World& world) {
    for (const char* name : {"us-east-2", "us-west-1"}) {
      if (world.region({name}).database.writable) writer = {name};
    }
  });
  return writer;
}

/// An operator takes longer than a hold lasts: docs/provider-contract.md has the agents end it by themselves.
void let_holds_end(Driver& driver) {
  driver.provider().with_world([](fake::World& world) {
    for (const char* name : {"us-east-2", "us-west-1"}) {
      auto& region = world.region({name});
      if (region.held) (void)world.perform(engine::ReleaseWrites{region.name, region.pool_target, region.epoch});
    }
  });
}

void check(Driver& driver, const base::RegionName& writer) {
  ASSERT_TRUE(driver.settle()) << "what runs after the repair never ends";
  driver.run(500);
  ASSERT_TRUE(driver.command(driver.up_command()).has_value());
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.state().history.front().ended->verdict, engine::Verdict::done)
      << driver.state().history.front().ended->sentence;
  driver.run(500);
  driver.provider().with_world([&](fake::World& world) {
    for (const auto& promise : world.broken()) ADD_FAILURE() << promise;
    EXPECT_TRUE(world.can_commit(driver.state().active_region)) << "nobody takes writes";
    EXPECT_EQ(world.lost_writes().size(), 0u);
  });
  if (driver.state().history.at(1).ended->verdict == engine::Verdict::failed) {
    EXPECT_EQ(driver.state().active_region, writer);
  }
}

class Repair : public testing::TestWithParam<bool> {};

TEST_P(Repair, AfterDamageToAnyRecordThereIsOneWriter) {
  std::size_t k = 1;
  for (std::size_t record = 0; !HasFailure(); k += LIFEBOAT_CRASH_STEP, record = 0) {
    // Of what is long over every fifth record is enough.
    for (std::size_t records = 1; record < records && !HasFailure(); record += record + 30 < records ? 5 : 1) {
      Driver driver;
      if (!play(driver, k)) {
        EXPECT_GT(k, 10u) << "the operation makes records, or nothing was tested";
        return;
      }
      records = driver.records().size();
      SCOPED_TRACE(
          fmt::format("failback crashed after its record {}, record {} of {} is damaged", k, record + 1, records));
      const auto promised = driver.state().promised_epoch;
      if (GetParam()) driver.carry_out_pending();
      const auto writer = writer_of(driver);
      let_holds_end(driver);
      driver.repair_after_damage(record, writer);
      EXPECT_GE(driver.state().promised_epoch, promised);
      check(driver, writer);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(WithEffects, Repair, testing::Bool(),
                         [](const auto& test) { return test.param ? "carried_out" : "not_carried_out"; });

}  // namespace
}  // namespace lifeboat::scenarios
