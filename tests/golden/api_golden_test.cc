#include <gtest/gtest.h>

#include "api/audit_view.h"
#include "api/operations_view.h"
#include "api/outlook_view.h"
#include "api/report_html.h"
#include "cli/console_text.h"
#include "cli_samples.h"
#include "golden.h"

namespace lifeboat::cli {
namespace {

constexpr std::int64_t noon_ms = 1'795'348'800'000;  // 2026-11-22T12:00:00Z

TEST(ApiGolden, Operations) {
  api::OperationSummaryView running{.id = "failback-3",
                                    .kind = "failback",
                                    .phase = "holding",
                                    .state = "running",
                                    .from_region = "us-west-1",
                                    .to_region = "us-east-2",
                                    .started_at_ms = noon_ms};
  api::OperationSummaryView ended{.id = "failover-2",
                                  .kind = "failover",
                                  .phase = "ended",
                                  .state = "refused",
                                  .verdict = "refused",
                                  .from_region = "us-east-2",
                                  .to_region = "us-west-1",
                                  .started_at_ms = noon_ms - 60'000,
                                  .ended_at_ms = noon_ms - 57'900,
                                  .rto_ms = 1187,
                                  .acknowledged_writes = 1523,
                                  .lost_acknowledged_writes = 2,
                                  .error = "no_fence_certificate"};
  const api::OperationsView view{.operations = {running, ended}, .rto_objective_ms = 60'000, .rpo_objective_ms = 5'000};
  expect_golden("operations.json", api::to_document(view) + "\n");
}

TEST(ApiGolden, Outlook) {
  expect_golden("outlook.json",
                api::to_document(api::OutlookView{.action = "failover",
                                                  .sentence = "us-east-2 is lost: us-west-1 would take over.",
                                                  .command = "lifeboat failover",
                                                  .predicted_rto_ms = 1300,
                                                  .predicted_rpo_ms = 113,
                                                  .based_on_operations = 4}) +
                    "\n");
}

TEST(ApiGolden, Audit) {
  const api::AuditEntryView entry{.id = "Zr5x0aQm4hJk",
                                  .at_ms = noon_ms,
                                  .at = "2026-11-22T12:00:00.000Z",
                                  .who = "operator/console",
                                  .from = "127.0.0.1:54321",
                                  .request = "POST /v1/operations",
                                  .what = "failover, fence power",
                                  .outcome = "accepted",
                                  .operation = "failover-2"};
  expect_golden("audit.json", api::to_document(api::AuditView{{entry}, "the audit log cannot be written"}) + "\n");
}

TEST(ApiGolden, ReportPage) {
  expect_golden("report-failover.html", api::to_html(samples::failover(), "two-region-web"));
}

TEST(ApiGolden, Console) {
  ConsolePlace place{.stack = "two-region-web",
                     .url = "http://127.30.0.2:7000/",
                     .address = "127.30.0.2:7000",
                     .token_file = "/var/lib/lifeboat/two-region-web/secrets/api_token",
                     .viewer_token_file = "/var/lib/lifeboat/two-region-web/secrets/viewer_token",
                     .answers = true,
                     .has_page = true};
  const Terminal terminal{.interactive = false, .color = false, .width = 100};
  expect_golden("console.txt", console_text(terminal, place));
  expect_golden("console.json", console_document(place) + "\n");
  place.viewer_token_file.reset();
  place.answers = place.has_page = false;
  expect_golden("console-without.txt", console_text(terminal, place));
}

}  // namespace
}  // namespace lifeboat::cli
