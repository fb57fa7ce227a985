#include "controller/readiness_watch.h"

#include <gmock/gmock.h>

#include <atomic>
#include <functional>
#include <future>
#include <thread>
#include <utility>

#include "controller/routes_test_world.h"
#include "plan/plan.h"

namespace lifeboat::controller {
namespace {

/// Acknowledges a marker in the active region, which the standby region never shows; something may happen meanwhile.
struct ScriptedMarkers : ports::Markers {
  base::Result<Written> write(std::int64_t, base::Instant) override {
    return Written{.through = "the front door", .served_by = "east"};
  }
  base::Result<std::int64_t> read(const base::RegionName&, base::Instant) override {
    if (meanwhile) meanwhile();
    return base::fail(base::ErrorCode::http_failed, "the replica was asked");
  }
  std::function<void()> meanwhile;
};

/// Each look at it is two seconds later, so that nobody waits for a limit in these tests.
struct LeapingClock : ports::Clock {
  base::Instant now() const override { return base::Instant(std::chrono::seconds(2 * ++looks)); }
  base::WallTime wall_now() const override { return base::WallTime(base::Milliseconds(1)); }
  mutable std::atomic<int> looks = 0;
};

class ReadinessWatchOverFake : public RoutesOverFake {
 protected:
  /// The watch looks at a new reign by itself.
  readiness::Verdict first_verdict() {
    const auto reply = runtime_.submit(engine::Up{plan::make_plan(stack_, {{"east"}}, {}, {})}).get();
    EXPECT_TRUE(reply) << reply.error().message;
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!watch_.latest() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return watch_.latest().value_or(Assessment{}).verdict;
  }

  ScriptedMarkers scripted_;
  LeapingClock leaping_;
  Verifier scripted_verifier_{{provider_, scripted_, leaping_}, stack_, [](const auto&) { return ""; }};
  ReadinessWatch watch_{runtime_, scripted_verifier_, base::Milliseconds{3'600'000}};
};

TEST_F(ReadinessWatchOverFake, What_is_missing_while_both_regions_answer_counts_for_a_failover) {
  const auto seen = first_verdict();
  EXPECT_THAT(seen.findings(), testing::Contains(testing::HasSubstr("acknowledged by east and not seen in west")));
  EXPECT_EQ(watch_.latest_for_engine().reasons, seen.findings());
}

TEST_F(ReadinessWatchOverFake, What_is_missing_because_the_active_region_is_being_lost_does_not_count_for_a_failover) {
  scripted_.meanwhile = [this] { provider_.with_world([](auto& world) { world.kill(base::RegionName("east")); }); };
  EXPECT_THAT(first_verdict().findings(), testing::Contains(testing::HasSubstr("not seen in west")));
  EXPECT_THAT(watch_.latest_for_engine().reasons,
              testing::ElementsAre("the standby region has not been verified while the active one answered"));
}

TEST_F(ReadinessWatchOverFake, Who_stops_does_not_wait_for_what_has_not_arrived) {
  constexpr base::Milliseconds an_hour{3'600'000};
  Verifier patient{{provider_, scripted_, clock_}, stack_, [](const auto&) { return ""; }, {.marker_limit = an_hour}};
  std::promise<void> asked;
  scripted_.meanwhile = [&asked, first = true]() mutable {
    if (std::exchange(first, false)) asked.set_value();
  };
  auto collected = std::async(std::launch::async, [&] { return patient.collect(runtime_.snapshot().state); });
  asked.get_future().wait();
  patient.stop();
  ASSERT_EQ(collected.wait_for(std::chrono::seconds(20)), std::future_status::ready);
  EXPECT_EQ(collected.get().marker.problem, "it was not waited for: the controller stops");
}

}  // namespace
}  // namespace lifeboat::controller
