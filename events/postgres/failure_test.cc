#include "events/postgres/failure.h"

#include <gtest/gtest.h>

namespace lifeboat::events {
namespace {

TEST(Failure, AnErrorMeansThatNothingWasDone) {
  EXPECT_EQ(classify({"ERROR", "25006", "cannot execute INSERT in a read-only transaction"}, false),
            FailureKind::read_only);
  EXPECT_EQ(classify({"ERROR", "42P01", ""}, false), FailureKind::missing_relation);
  EXPECT_EQ(classify({"ERROR", "3F000", ""}, false), FailureKind::missing_relation);
  EXPECT_EQ(classify({"ERROR", "40P01", ""}, false), FailureKind::unavailable);
  EXPECT_EQ(classify({"ERROR", "57014", ""}, false), FailureKind::unavailable);
  EXPECT_EQ(classify({"ERROR", "22001", ""}, false), FailureKind::rejected);
}

// A backend that is told to go while it waits for its synchronous standby has committed already, and says 57P01.
TEST(Failure, AnEndedConnectionLeavesTheOutcomeOpen) {
  EXPECT_EQ(classify({"FATAL", "57P01", "terminating connection due to administrator command"}, true),
            FailureKind::lost);
  EXPECT_EQ(classify({"", "", "server closed the connection unexpectedly"}, true), FailureKind::lost);
  EXPECT_EQ(classify({"FATAL", "08P01", "server conn crashed?"}, false), FailureKind::lost);
}

TEST(Failure, ARefusalBeforeTheStatementWasForwardedDoesNot) {
  EXPECT_EQ(classify({"FATAL", "08P01", "query_wait_timeout"}, true), FailureKind::unavailable);
  EXPECT_EQ(classify({"FATAL", "08P01", "server login has been failing, try again later (server_login_retry)"}, true),
            FailureKind::unavailable);
  EXPECT_EQ(classify({"FATAL", "57P03", "the database system is starting up"}, true), FailureKind::unavailable);
}

}  // namespace
}  // namespace lifeboat::events
