#include "engine/report.h"

#include <gtest/gtest.h>

namespace lifeboat::engine {
namespace {

base::WallTime at(int ms) {
  return base::WallTime(base::Milliseconds(ms));
}

const base::OperationId failover_id{"failover-2"};

std::vector<Record> failover(bool with_clients) {
  OperationStarted started;
  started.operation = failover_id;
  started.kind = OperationKind::failover;
  started.from = {"us-east-2"};
  started.to = {"us-west-1"};
  started.trigger = Trigger::armed;
  started.sentence = "Failing over.";
  started.at = at(1300);
  ClientView view;
  view.clients_present = with_clients;
  view.acknowledged_writes = 500;
  view.lost_acknowledged_writes = 2;
  view.failed_requests = 9;
  view.longest_request_ms = 431;
  view.first_failure = at(1010);
  view.first_acknowledged_after = at(1900);
  const auto success = [](const char* effect, Outcome outcome, int ms) {
    return EffectSucceeded{failover_id, {std::string("failover-2/") + effect}, std::move(outcome), at(ms)};
  };
  return {RegionLost{{"us-east-2"}, at(1100), "Lost.", at(1300)},
          started,
          EpochPromised{failover_id, {2}, at(1300)},
          PhaseEntered{failover_id, Phase::fencing, "Fencing.", at(1301)},
          success("fence", FenceCertificate{{"us-east-2"}, FenceMethod::power, {1}, {"none left"}, {}}, 1350),
          PhaseEntered{failover_id, Phase::promoting, "Promoting.", at(1351)},
          PhaseEntered{failover_id, Phase::directing, "Directing.", at(1400)},
          ReignBegan{failover_id, {"us-west-1"}, {2}, at(1400)},
          success("confirm-dns", Done{}, 1420),
          success("confirm-service", ServiceConfirmation{"us-west-1", 5}, 1450),
          success("measure", view, 2000),
          OperationEnded{failover_id, Verdict::done, std::nullopt, "Done.", at(2001)}};
}

TEST(Report, CountsWhatTheLoadClientSaw) {
  const auto report = build_report(failover(true), failover_id);
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->rto_ms, 890);
  EXPECT_EQ(report->rto_source, RtoSource::load_client);
  EXPECT_EQ(report->phases.detect_ms, 290);
  EXPECT_EQ(report->phases.decide_ms, 1);
  EXPECT_EQ(report->phases.fence_ms, 50);
  EXPECT_EQ(report->phases.promote_ms, 49);
  EXPECT_EQ(report->phases.dns_ms, 20);
  EXPECT_EQ(report->phases.client_ms, 480);
  EXPECT_EQ(report->lost_acknowledged_writes, 2u);
  EXPECT_EQ(report->verdict, Verdict::done);
  EXPECT_EQ(report->epoch.value, 2u);
}

TEST(Report, ThePhasesAddUpToTheRecoveryTime) {
  const auto report = build_report(failover(true), failover_id);
  const auto& p = report->phases;
  EXPECT_EQ(*p.detect_ms + *p.decide_ms + *p.fence_ms + *p.promote_ms + *p.dns_ms + *p.client_ms, *report->rto_ms);
}

TEST(Report, WithoutClientsTheMarkerStandsInAndCountsAreAbsent) {
  const auto report = build_report(failover(false), failover_id);
  EXPECT_EQ(report->rto_ms, 350);
  EXPECT_EQ(report->rto_source, RtoSource::front_door_marker);
  EXPECT_FALSE(report->lost_acknowledged_writes.has_value());
  EXPECT_FALSE(report->failed_requests.has_value());
}

TEST(Report, AnOperatorFasterThanTheDetectionIsMeasuredFromTheCommand) {
  auto records = failover(false);
  records.erase(records.begin());
  const auto report = build_report(records, failover_id);
  EXPECT_EQ(report->rto_ms, 150);
  EXPECT_EQ(report->rto_source, RtoSource::front_door_marker);
  EXPECT_FALSE(report->phases.detect_ms.has_value());
  const auto& p = report->phases;
  EXPECT_EQ(*p.decide_ms + *p.fence_ms + *p.promote_ms + *p.dns_ms + *p.client_ms, *report->rto_ms);
}

TEST(Report, TimeToReprotectComesFromALaterOperationOfTheSameReign) {
  auto records = failover(true);
  EXPECT_FALSE(build_report(records, failover_id)->time_to_reprotect_ms.has_value());
  records.push_back(StandbyChanged{{"reprotect-3"}, {"us-east-2"}, true, at(9400)});
  EXPECT_EQ(build_report(records, failover_id)->time_to_reprotect_ms, 8000);
  records.back() = ReignBegan{{"switchover-3"}, {"us-east-2"}, {3}, at(9000)};
  records.push_back(StandbyChanged{{"switchover-3"}, {"us-west-1"}, true, at(9400)});
  EXPECT_FALSE(build_report(records, failover_id)->time_to_reprotect_ms.has_value());
}

TEST(Report, TheTimelineBeginsWithTheLoss) {
  const auto report = build_report(failover(true), failover_id);
  ASSERT_GE(report->timeline.size(), 3u);
  EXPECT_EQ(report->timeline[0].at, at(1100));
  EXPECT_EQ(report->timeline[1].sentence, "Lost.");
  EXPECT_EQ(report->timeline.back().sentence, "Done.");
}

TEST(Report, AnUnknownOperationHasNone) {
  EXPECT_FALSE(build_report(failover(true), {"failover-9"}).has_value());
}

}  // namespace
}  // namespace lifeboat::engine
