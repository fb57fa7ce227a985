#include "controller/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "controller/metric_catalogue.h"
#include "controller/recovery_times.h"
#include "controller/status_views.h"

namespace lifeboat::controller {
namespace {

using base::Milliseconds;
using base::WallTime;
using engine::OperationKind;
using engine::Phase;
using testing::HasSubstr;
using testing::Not;

WallTime at_ms(std::int64_t ms) {
  return WallTime(Milliseconds{ms});
}

model::Stack a_stack() {
  model::Stack stack;
  stack.name = "shop";
  stack.home = {{"east"}, {{"east-a"}, {"east-b"}}, ""};
  stack.standby = {{"west"}, {{"west-a"}, {"west-b"}}, ""};
  return stack;
}

engine::OperationStarted started(const std::string& id, OperationKind kind, std::int64_t ms) {
  engine::OperationStarted record;
  record.operation = {id};
  record.kind = kind;
  record.from = {"east"};
  record.to = {"west"};
  record.at = at_ms(ms);
  return record;
}

engine::EffectSucceeded served_again(const std::string& id, std::int64_t ms) {
  engine::EffectSucceeded record;
  record.operation = {id};
  record.effect = {id + "/confirm-service"};
  record.at = at_ms(ms);
  return record;
}

/// A failover that took 4 s, of which the fence took 1.5 s, with one error on the way.
std::vector<engine::Record> a_failover() {
  engine::EffectFailed failed;
  failed.operation = {"failover-2"};
  failed.effect = {"failover-2/promote"};
  failed.error.code = base::ErrorCode::region_unreachable;
  failed.at = at_ms(13'000);
  return {engine::RegionLost{{"east"}, at_ms(9'000), "", at_ms(9'900)},
          started("failover-2", OperationKind::failover, 10'000),
          engine::PhaseEntered{{"failover-2"}, Phase::fencing, "", at_ms(10'500)},
          engine::PhaseEntered{{"failover-2"}, Phase::promoting, "", at_ms(12'000)},
          failed,
          served_again("failover-2", 13'500),
          engine::OperationEnded{{"failover-2"}, engine::Verdict::done, std::nullopt, "", at_ms(14'000)}};
}

model::ObservedDatabaseNode a_database(std::string name, model::DatabaseRole role) {
  model::ObservedDatabaseNode node;
  node.name = std::move(name);
  node.state = model::AssetState::ready;
  node.role = role;
  node.accepts_writes = role == model::DatabaseRole::writer;
  node.streaming = !node.accepts_writes;
  if (node.streaming) {
    node.lag_bytes = 4096;
    node.lag_ms = 1500;
  }
  return node;
}

/// West reigns after the failover; east is its replica, and a switchover has just begun.
runtime::Snapshot a_snapshot() {
  runtime::Snapshot snapshot;
  auto& state = snapshot.state;
  state = engine::initial_state(engine::make_setup(a_stack()));
  state.active_region = {"west"};
  state.epoch = {2};
  state.built = state.standby_is_replica = true;
  state.watch.standby_streams = true;
  state.operation.emplace();
  state.operation->started = started("failback-3", OperationKind::failback, 20'000);
  state.operation->phase = Phase::holding;
  state.history.emplace_back().started = started("failover-2", OperationKind::failover, 10'000);
  auto& west = snapshot.regions[{"west"}];
  west.name = {"west"};
  west.reachable = true;
  west.traffic = model::TrafficMode::serve;
  west.epoch = {2};
  west.lease_left = Milliseconds{2500};
  west.nodes = {a_database("db-1", model::DatabaseRole::writer)};
  auto& east = snapshot.regions[{"east"}];
  east.name = {"east"};
  east.reachable = true;
  east.nodes = {a_database("db-1", model::DatabaseRole::cross_region_replica)};
  return snapshot;
}

class ControllerMetrics : public testing::Test {
 protected:
  std::vector<prometheus::MetricFamily> families() const {
    const auto status = status_of(snapshot);
    return controller_metrics({.snapshot = snapshot,
                               .status = status,
                               .objectives = stack.recovery,
                               .verdict = verdict,
                               .marker_lag = Milliseconds{12},
                               .recovery_times = recovery_times,
                               .records = records,
                               .journal_syncs = {.sample_count = 2, .sample_sum = 0.5, .bucket = {}}});
  }
  std::string text() const { return metrics::to_text(families()); }

  api::StatusView status_of(const runtime::Snapshot& of) const {
    auto status = make_status(of, {.stack = stack,
                                   .controller = {.pid = 1, .url = ""},
                                   .endpoint_of = [](const base::AssetId&) { return std::nullopt; },
                                   .verdict = verdict});
    status.ready.predicted_loss_ms = 1500;
    return status;
  }

  model::Stack stack = a_stack();
  runtime::Snapshot snapshot = a_snapshot();
  readiness::Verdict verdict{false, {{"replication", "", readiness::CheckState::failed, {"why"}}}};
  std::vector<Milliseconds> recovery_times{Milliseconds{4500}, Milliseconds{900}, Milliseconds{1200}};
  RecordStatistics records{a_failover()};
};

TEST_F(ControllerMetrics, Say_what_status_says) {
  const auto all = text();
  for (const auto* line :
       {"lifeboat_epoch 2\n",
        "lifeboat_readiness_verdict{verdict=\"not_ready\"} 1\n",
        "lifeboat_readiness_verdict{verdict=\"ready\"} 0\n",
        "lifeboat_readiness_check{check=\"replication\",state=\"failed\"} 1\n",
        "lifeboat_readiness_check{check=\"replication\",state=\"passed\"} 0\n",
        "lifeboat_predicted_loss_seconds 1.5\n",
        "lifeboat_rpo_objective_seconds 5\n",
        "lifeboat_replication_marker_lag_seconds 0.012",
        "lifeboat_standby_protects 1\n",
        "lifeboat_region_active{region=\"west\"} 1\n",
        "lifeboat_region_active{region=\"east\"} 0\n",
        "lifeboat_region_lease_left_seconds{region=\"west\"} 2.5\n",
        "lifeboat_region_traffic{region=\"west\",mode=\"serve\"} 1\n",
        "lifeboat_database_writer{region=\"west\",node=\"db-1\"} 1\n",
        "lifeboat_replication_streaming{region=\"east\",node=\"db-1\",role=\"cross_region_replica\"} 1\n",
        "lifeboat_replication_lag_bytes{region=\"east\",node=\"db-1\",role=\"cross_region_replica\"} 4096\n",
        "lifeboat_replication_lag_seconds{region=\"east\",node=\"db-1\",role=\"cross_region_replica\"} 1.5\n",
        "lifeboat_asset_ready{region=\"east\",asset=\"db-1\",kind=\"database_node\",zone=\"east-a\"} 1\n",
        "lifeboat_asset_ready{region=\"east\",asset=\"lb\",kind=\"load_balancer\",zone=\"east-a\"} 0\n",
        "lifeboat_operation_running{operation=\"failback\"} 1\n",
        "lifeboat_operation_phase{operation=\"failback\",phase=\"holding\"} 1\n",
        "lifeboat_journal_sync_duration_seconds_count 2\n"}) {
    EXPECT_THAT(all, HasSubstr(line));
  }
}

TEST_F(ControllerMetrics, The_sample_has_every_metric_of_the_catalogue) {
  EXPECT_EQ(families().size(), metric_catalogue().size());
}

TEST_F(ControllerMetrics, The_predicted_recovery_is_the_median_of_the_past_and_the_lag_of_now) {
  EXPECT_THAT(text(), HasSubstr("lifeboat_predicted_recovery_seconds 2.7"));
  EXPECT_EQ(predicted_recovery({}, Milliseconds{1}), std::nullopt);
  EXPECT_EQ(predicted_recovery(recovery_times, std::nullopt), std::nullopt);
}

TEST_F(ControllerMetrics, A_region_that_does_not_answer_says_nothing_of_itself) {
  snapshot.regions[{"east"}] = {};
  snapshot.state.lost[{"east"}] = {};
  const auto all = text();
  EXPECT_THAT(all, HasSubstr("lifeboat_region_reachable{region=\"east\"} 0\n"));
  EXPECT_THAT(all, HasSubstr("lifeboat_region_lost{region=\"east\"} 1\n"));
  EXPECT_THAT(all, HasSubstr("lifeboat_region_state{region=\"east\",state=\"unreachable\"} 1\n"));
  EXPECT_THAT(all, Not(HasSubstr("lifeboat_region_traffic{region=\"east\"")));
  EXPECT_THAT(all, Not(HasSubstr("lifeboat_replication_lag_seconds{region=\"east\"")));
  EXPECT_THAT(all, Not(HasSubstr("lifeboat_predicted_recovery_seconds"))) << "the lag is not known any more";
}

TEST_F(ControllerMetrics, Count_what_the_journal_tells) {
  const auto all = text();
  for (const auto* line :
       {"lifeboat_operations_total{operation=\"failover\",verdict=\"done\"} 1\n",
        "lifeboat_operation_duration_seconds_sum{operation=\"failover\"} 4\n",
        "lifeboat_operation_phase_duration_seconds_sum{operation=\"failover\",phase=\"fencing\"} 1.5\n",
        "lifeboat_operation_phase_duration_seconds_sum{operation=\"failover\",phase=\"promoting\"} 2\n",
        "lifeboat_operation_phase_duration_seconds_bucket{operation=\"failover\",phase=\"fencing\",le=\"1\"} 0\n",
        "lifeboat_operation_phase_duration_seconds_bucket{operation=\"failover\",phase=\"fencing\",le=\"2.5\"} 1\n",
        "lifeboat_effect_errors_total{effect=\"promote\",code=\"region_unreachable\"} 1\n",
        "lifeboat_region_losses_total{region=\"east\"} 1\n", "lifeboat_journal_records_total 7\n"}) {
    EXPECT_THAT(all, HasSubstr(line));
  }
}

TEST_F(ControllerMetrics, An_operation_that_a_failover_supersedes_has_ended) {
  auto failover = started("failover-5", OperationKind::failover, 22'000);
  failover.supersedes = {"switchover-4"};
  records.take(std::vector<engine::Record>{started("switchover-4", OperationKind::switchover, 20'000),
                                           engine::PhaseEntered{{"switchover-4"}, Phase::holding, "", at_ms(21'000)},
                                           failover});
  const auto all = text();
  EXPECT_THAT(all, HasSubstr("lifeboat_operations_total{operation=\"switchover\",verdict=\"superseded\"} 1\n"));
  EXPECT_THAT(
      all, HasSubstr("lifeboat_operation_phase_duration_seconds_sum{operation=\"switchover\",phase=\"holding\"} 1\n"));
}

TEST(RecoveryTimes, Are_read_once_from_each_failovers_report) {
  RecoveryTimes times;
  auto state = a_snapshot().state;
  int asked = 0;
  const auto records = [&] {
    ++asked;
    return a_failover();
  };
  // First probe left unanswered until the front door acknowledged a write again.
  EXPECT_EQ(times.of(state, records), std::vector{Milliseconds{4500}});
  EXPECT_EQ(times.of(state, records), std::vector{Milliseconds{4500}});
  EXPECT_EQ(asked, 1);
  state.history.emplace_back().started = started("failover-9", OperationKind::failover, 30'000);
  EXPECT_EQ(times.of(state, records), std::vector{Milliseconds{4500}}) << "one that was not measured is left out";
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace lifeboat::controller
