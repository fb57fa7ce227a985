#include "providers/aws/ssm_sql.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "providers/aws/base64.h"
#include "providers/aws/provider_test_world.h"
#include "providers/aws/sql_script.h"

namespace lifeboat::aws_world::testing {
namespace {

using base::ErrorCode;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct SsmSqlTest : ::testing::Test {
  SsmSqlTest() {
    aws.regions["us-east-2"].instances = {
        {"i-00000001", "running"}, {"i-00000002", "running"}, {"i-00000003", "stopped"}};
  }

  base::Result<Rows> run(std::string_view statements = "SELECT 1") {
    return sql.run(east, statements, aws.time.now() + base::Milliseconds{60'000});
  }
  ErrorCode failure() {
    const auto rows = run();
    EXPECT_FALSE(rows.has_value());
    return rows ? ErrorCode::unknown_error : rows.error().code;
  }

  TestAws aws;
  SsmSql sql{{.work = {aws.client, aws.time, aws.time, base::Milliseconds{5'000}, {}},
              .names = Names{test_stack(), "123456789012"},
              .command = "/opt/lifeboat/sql"}};
};

TEST_F(SsmSqlTest, The_last_statements_rows_come_back) {
  aws.invocations = {{.is_known = false},
                     {.status = "InProgress", .details = "InProgress"},
                     {.output = "noise\nlifeboat-rows\n0/3000148|0\nlifeboat-end\n"}};
  EXPECT_EQ(run().value(), (Rows{{"0/3000148", "0"}}));
  EXPECT_THAT(aws.ssm_commands, ElementsAre(StartsWith("i-00000001: echo ")));
  EXPECT_THAT(aws.ssm_commands.front(), HasSubstr(" | base64 -d | /opt/lifeboat/sql"));
}

TEST_F(SsmSqlTest, Instances_take_turns) {
  aws.invocations = {{}, {}, {}};
  for (int time = 0; time < 3; ++time) EXPECT_TRUE(run().has_value());
  EXPECT_THAT(aws.ssm_commands,
              ElementsAre(StartsWith("i-00000001:"), StartsWith("i-00000002:"), StartsWith("i-00000001:")));
}

TEST_F(SsmSqlTest, An_instance_that_certainly_ran_nothing_is_followed_by_the_next) {
  aws.without_agent = {"i-00000001"};
  aws.invocations = {{}};
  EXPECT_TRUE(run().has_value());
  aws.without_agent.clear();
  aws.invocations = {{.status = "TimedOut", .details = "DeliveryTimedOut"}, {}};
  EXPECT_TRUE(run().has_value());
  EXPECT_THAT(aws.ssm_commands,
              ElementsAre(StartsWith("i-00000002:"), StartsWith("i-00000002:"), StartsWith("i-00000001:")));
}

TEST_F(SsmSqlTest, Where_nobody_takes_it_the_region_is_unreachable) {
  aws.without_agent = {"i-00000001", "i-00000002"};
  EXPECT_EQ(failure(), ErrorCode::region_unreachable);
}

TEST_F(SsmSqlTest, What_may_have_been_run_is_not_run_elsewhere) {
  aws.lose_answer("SendCommand us-east-2");
  EXPECT_EQ(failure(), ErrorCode::wait_expired);
  EXPECT_EQ(aws.ssm_commands.size(), 1U);
  aws.invocations = {{.status = "TimedOut", .details = "TimedOut"}};
  EXPECT_EQ(failure(), ErrorCode::wait_expired);
  aws.invocations = {};  // For ever unknown.
  EXPECT_EQ(failure(), ErrorCode::wait_expired);
  EXPECT_EQ(aws.ssm_commands.size(), 3U);
}

TEST_F(SsmSqlTest, Postgresqls_words_are_the_errors) {
  aws.invocations = {
      {.status = "Failed", .details = "Failed", .error = "psql:<stdin>:9: ERROR:  relation \"x\" does not exist\n"}};
  const auto rows = run();
  EXPECT_EQ(rows.error().code, ErrorCode::postgres_failed);
  EXPECT_EQ(rows.error().message, "us-east-2: SQL on i-00000001: relation \"x\" does not exist");
}

TEST_F(SsmSqlTest, An_answer_that_was_cut_is_an_error) {
  aws.invocations = {{.output = "lifeboat-rows\n" + std::string(24'000, 'x')}};
  EXPECT_EQ(failure(), ErrorCode::postgres_failed);
  aws.invocations = {{.output = "lifeboat-rows\n1\n"}};
  EXPECT_EQ(failure(), ErrorCode::postgres_failed);
}

TEST(SqlScript, Statements_end_at_semicolons_that_are_not_quoted) {
  EXPECT_THAT(split_statements("SELECT ';'; -- a; b\nDO $$ BEGIN; END; $$;\n SELECT \"a;b\", $x$;$x$ /* ; */;"),
              ElementsAre("SELECT ';'", "-- a; b\nDO $$ BEGIN; END; $$", "SELECT \"a;b\", $x$;$x$ /* ; */"));
  EXPECT_TRUE(split_statements(" ;; ").empty());
  EXPECT_THAT(split_statements("SELECT 'unended"), ElementsAre("SELECT 'unended"));
}

TEST(SqlScript, Positions_and_names_are_read_and_written) {
  EXPECT_EQ(parse_lsn("16/B374D848"), base::Lsn{0x16B374D848});
  for (const auto* bad : {"", "/", "1", "1/", "/1", "1/x", "1/2 ", "100000000/0"}) EXPECT_FALSE(parse_lsn(bad)) << bad;
  EXPECT_EQ(quoted_name("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(quoted_text("it's"), "'it''s'");
}

TEST(SqlScript, Rows_between_the_marks_are_read) {
  EXPECT_EQ(read_rows("x\nlifeboat-rows\na|b\r\n|\nlifeboat-end\n"), (Rows{{"a", "b"}, {"", ""}}));
  EXPECT_FALSE(read_rows("lifeboat-rows\na|b\n"));
}

TEST(Base64, Is_as_rfc_4648_says) {
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("\xff\xfe\xfd"), "//79");
  EXPECT_EQ(base64_url("\xff\xfe"), "__4");
}

}  // namespace
}  // namespace lifeboat::aws_world::testing
