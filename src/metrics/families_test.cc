#include "metrics/families.h"

#include <gtest/gtest.h>

#include <array>

namespace lifeboat::metrics {
namespace {

using prometheus::MetricType;

constexpr std::array<Definition, 4> catalogue{{
    {"stack_epoch", MetricType::Gauge, "", "The epoch."},
    {"region_state", MetricType::Gauge, "region,state", "The state."},
    {"losses_total", MetricType::Counter, "region", "Losses."},
    {"sync_seconds", MetricType::Histogram, "", "Syncs."},
}};

TEST(MetricFamilies, Become_the_text_that_Prometheus_reads) {
  Families families(catalogue);
  families.add("losses_total", {"ea\"st"}, 2);
  constexpr std::array<std::string_view, 2> states{"ready", "absent"};
  families.add_states("region_state", {"east"}, states, "ready");
  prometheus::ClientMetric::Histogram syncs;
  syncs.sample_count = 3;
  syncs.sample_sum = 1.5;
  syncs.bucket = {{.cumulative_count = 1, .upper_bound = 0.25}};
  families.add("sync_seconds", {}, syncs);
  EXPECT_EQ(to_text(families.take()),
            "# HELP region_state The state.\n"
            "# TYPE region_state gauge\n"
            "region_state{region=\"east\",state=\"ready\"} 1\n"
            "region_state{region=\"east\",state=\"absent\"} 0\n"
            "# HELP losses_total Losses.\n"
            "# TYPE losses_total counter\n"
            "losses_total{region=\"ea\\\"st\"} 2\n"
            "# HELP sync_seconds Syncs.\n"
            "# TYPE sync_seconds histogram\n"
            "sync_seconds_count 3\n"
            "sync_seconds_sum 1.5\n"
            "sync_seconds_bucket{le=\"0.25\"} 1\n"
            "sync_seconds_bucket{le=\"+Inf\"} 3\n");
}

TEST(MetricFamilies, What_was_not_measured_is_left_out) {
  Families families(catalogue);
  EXPECT_EQ(to_text(families.take()), "");
}

TEST(MetricFamiliesDeathTest, A_metric_outside_the_catalogue_is_a_defect) {
  Families families(catalogue);
  EXPECT_DEATH(families.add("made_up", {}, 1), "catalogue");
  EXPECT_DEATH(families.add("losses_total", {}, 1), "labels");
}

}  // namespace
}  // namespace lifeboat::metrics
