#include "controller/page_answers.h"

#include <gmock/gmock.h>

#include "api/report_html.h"
#include "system/hmac.h"

namespace lifeboat::controller {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(ReportPage, Runs_no_script_and_only_its_own_style) {
  api::ReportView report;
  report.operation = "failover-2<script>";
  report.kind = "failover";
  report.phases.fence_ms = 100;
  report.timeline = {{1, "a & \"b\" <img src=x>"}};
  const auto html = api::to_html(report, "shop");
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr(" style=")));
  EXPECT_THAT(html, HasSubstr("a &amp; &quot;b&quot; &lt;img src=x&gt;"));
  EXPECT_THAT(html, HasSubstr("<style>" + std::string(api::report_style()) + "</style>"));
  const auto answer = report_answer(html, "");
  ASSERT_EQ(answer.headers.size(), 1u);
  EXPECT_EQ(answer.headers[0].second, "default-src 'none'; style-src 'sha256-" +
                                          system::sha256_base64(api::report_style()) +
                                          "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
}

TEST(ReportPage, Draws_one_bar_for_each_phase_that_was_measured) {
  api::ReportView report;
  report.kind = "failover";
  report.phases = {.detect_ms = 100, .decide_ms = {}, .fence_ms = 300, .promote_ms = {}, .dns_ms = {}, .client_ms = {}};
  const auto html = api::to_html(report, "shop");
  EXPECT_THAT(html, HasSubstr("viewBox=\"0 0 720 48\""));
  EXPECT_THAT(html, HasSubstr("<rect x=\"70.0\" y=\"4\" width=\"140.0\""));
  EXPECT_THAT(html, HasSubstr("<rect x=\"210.0\" y=\"28\" width=\"420.0\""));
  EXPECT_THAT(api::to_html({}, "shop"), Not(HasSubstr("<svg")));
}

}  // namespace
}  // namespace lifeboat::controller
