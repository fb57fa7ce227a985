#include "events/core/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lifeboat::events {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, BucketsAreCumulative) {
  Metrics metrics;
  metrics.count("GET", "/events/<id>", 200, 0.004);
  metrics.count("GET", "/events/<id>", 200, 0.09);
  metrics.count("GET", "/events/<id>", 200, 60);
  const auto text = metrics.text({});
  const std::string labels = R"(method="GET",path="/events/<id>",status="200"})";
  EXPECT_THAT(text, HasSubstr(R"(_bucket{le="0.005",)" + labels + " 1\n"));
  EXPECT_THAT(text, HasSubstr(R"(_bucket{le="0.1",)" + labels + " 2\n"));
  EXPECT_THAT(text, HasSubstr(R"(_bucket{le="+Inf",)" + labels + " 3\n"));
  EXPECT_THAT(text, HasSubstr(R"(flask_http_request_total{method="GET",status="200"} 3)"));
}

TEST(Metrics, InventedMethodsShareOneSeries) {
  Metrics metrics;
  metrics.count("BREW\"\n", "other", 405, 0.001);
  EXPECT_THAT(metrics.text({}), HasSubstr(R"(flask_http_request_total{method="other",status="405"} 1)"));
  EXPECT_THAT(metrics.text({}), Not(HasSubstr("BREW")));
}

TEST(Metrics, CountsExceptionsAndUnknownOutcomes) {
  Metrics metrics;
  metrics.count_exception("POST", 500);
  metrics.count_unknown_outcome();
  const auto text = metrics.text({4, 0, 0, false, true});
  EXPECT_THAT(text, HasSubstr(R"(flask_http_request_exceptions_total{method="POST",status="500"} 1)"));
  EXPECT_THAT(text, HasSubstr("lifeboat_events_unknown_outcomes_total 1\n"));
  EXPECT_THAT(text, HasSubstr("lifeboat_events_client_connections 4\n"));
  EXPECT_THAT(text, HasSubstr("lifeboat_events_database_writable 1\n"));
  EXPECT_THAT(text, HasSubstr("lifeboat_events_database_reachable 0\n"));
}

}  // namespace
}  // namespace lifeboat::events
