// What every view and every usage error looks like, to the letter. LIFEBOAT_REWRITE=1 writes the expectations anew:
// commit a rewrite only when each change can be explained.

#include <gtest/gtest.h>

#include <sstream>

#include "api/error_view.h"
#include "cli/command_line.h"
#include "cli/load_text.h"
#include "cli/log_text.h"
#include "cli/operation_text.h"
#include "cli/plan_text.h"
#include "cli/report_text.h"
#include "cli/status_text.h"
#include "cli/verify_text.h"
#include "cli_samples.h"
#include "golden.h"

namespace lifeboat::cli {
namespace {

Terminal plain(int width) {
  return {.interactive = false, .color = false, .width = width};
}

TEST(CliGolden, Status) {
  expect_golden("status-healthy-wide.txt", status_text(plain(140), samples::healthy()));
  expect_golden("status-healthy-narrow.txt", status_text(plain(80), samples::healthy()));
  expect_golden("status-synchronous.txt", status_text(plain(60), samples::synchronous()));
  expect_golden("status-region-lost.txt", status_text(plain(120), samples::region_lost()));
  expect_golden("status-healthy.json", api::to_document(samples::healthy()) + "\n");
  auto in_manual_mode = samples::region_lost();
  in_manual_mode.armed.reset();
  expect_golden("status-region-lost-unarmed.txt", status_text(plain(80), in_manual_mode));
  expect_golden("status-region-lost.json", api::to_document(samples::region_lost()) + "\n");
}

TEST(CliGolden, NoLineOfAStatusIsWiderThanTheTerminal) {
  for (const int width : {60, 80, 112, 120, 150}) {
    const bool lost = width % 20 == 0;
    std::istringstream lines(status_text(plain(width), lost ? samples::region_lost() : samples::synchronous()));
    int number = 0;
    for (std::string line; std::getline(lines, line); ++number) {
      constexpr int header_lines = 8;  // Sentences wrap by themselves; the regions' columns must not.
      if (number > header_lines && !line.starts_with("next")) {
        EXPECT_LE(display_width(line), static_cast<std::size_t>(width)) << line;
      }
    }
  }
}

TEST(CliGolden, ColoursAreOnlyAddedAround) {
  const Terminal colored{.interactive = true, .color = true, .width = 140};
  std::string stripped;
  const std::string text = status_text(colored, samples::healthy());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\x1b') {
      while (text[i] != 'm') ++i;
    } else {
      stripped += text[i];
    }
  }
  EXPECT_NE(stripped, text);
  EXPECT_EQ(stripped, status_text(plain(140), samples::healthy()));
}

TEST(CliGolden, Report) {
  expect_golden("report-failover.txt", report_text(plain(100), samples::failover()));
  expect_golden("report-refused.txt", report_text(plain(100), samples::refused()));
  expect_golden("report-failover.json", api::to_document(samples::failover()) + "\n");
  expect_golden("report-refused.json", api::to_document(samples::refused()) + "\n");
}

TEST(CliGolden, Verify) {
  expect_golden("verify.txt", verify_text(plain(100), samples::not_ready()));
  expect_golden("verify.json", api::to_document(samples::not_ready()) + "\n");
}

TEST(CliGolden, Plan) {
  expect_golden("plan.txt", plan_text(plain(100), samples::plan()));
  expect_golden("plan.json", api::to_document(samples::plan()) + "\n");
}

TEST(CliGolden, Log) {
  expect_golden("log.txt", log_text(plain(100), samples::log()));
  expect_golden("log.json", api::to_document(samples::log()) + "\n");
}

TEST(CliGolden, Operation) {
  std::string text;
  for (const std::string& line : progress_lines(plain(100), samples::running())) text += line + "\n";
  for (const char* state : {"done", "done_unprotected", "undone", "refused", "failed", "superseded"}) {
    api::OperationView ended = samples::running();
    ended.kind = "failover";
    ended.state = state;
    if (std::string(state) == "refused") {
      ended.error =
          api::ErrorView{"not_ready", "refused", "us-west-1 is 7.1 s behind", "Run 'lifeboat verify' for the reasons."};
    }
    text += conclusion_text(plain(100), ended);
  }
  expect_golden("operation.txt", text);
  expect_golden("operation.json", api::to_document(samples::running()) + "\n");
}

TEST(CliGolden, Load) {
  expect_golden("load.txt", load_text(plain(100), samples::load_summary()) +
                                live_load_line(plain(100), samples::load_summary()) + "\n");
  expect_golden("load.json", load_document(samples::load_summary()) + "\n");
}

TEST(CliGolden, Error) {
  const auto error = base::fail(base::ErrorCode::port_taken, "127.10.0.10:8080 is held by pid 7 (\xff)").error();
  expect_golden("error.json", api::error_document(error) + "\n");
}

/// What a command line prints and how it ends, as a shell would show it.
std::string session(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int code = run_command_line(arguments, plain(100), out, err);
  std::string text = "$ lifeboat";
  for (const std::string& argument : arguments) text += " " + argument;
  return text + "\n" + out.str() + err.str() + "exit " + std::to_string(code) + "\n\n";
}

TEST(CliGolden, UsageErrors) {
  const std::string home = "--home=/nonexistent/lifeboat";
  std::string text;
  for (const std::vector<std::string>& arguments : std::vector<std::vector<std::string>>{
           {home},
           {"stats"},
           {"swichover", "--yes"},
           {"status", "--wach"},
           {"status", "--ouput", "json"},
           {"status", "--output", "yaml"},
           {"status", "--output"},
           {"status", "extra"},
           {"status", "--dry-run"},
           {"status", home},
           {"status", home, "--output", "json"},
           {"status", home, "--stack", "shop"},
           {"down", home, "--yes"},
           {"report", "failover-1", "extra"},
           {"failover", "--fence", "magic"},
           {"chaos", "kil", "region", "us-east-2"},
           {"chaos", "kill"},
           {"load", "--rate", "-5"},
           {"load", "--url", "ftp://x"},
           {"load", "--duration", "soon", "--url", "http://127.0.0.1:1"},
           {"check", "/nonexistent/stack.yaml"},
           {"check", "/nonexistent/stack.yaml", "--output", "json"},
           {"up", "/nonexistent/stack.yaml", home},
           {"nonsense", "--output", "json"},
       }) {
    text += session(arguments);
  }
  expect_golden("usage-errors.txt", text);
}

TEST(CliGolden, Help) {
  std::string text = session({"--help"});
  for (const char* command : {"failover", "chaos", "load", "up"}) text += session({command, "--help"});
  expect_golden("help.txt", text);
}

template <class View, class Parse>
void expect_round_trip(const View& view, Parse parse) {
  const std::string document = api::to_document(view);
  const auto back = parse(document);
  ASSERT_TRUE(back.has_value()) << back.error().text();
  EXPECT_EQ(api::to_document(*back), document);
}

TEST(Documents, ReadBackAsTheyWereWritten) {
  expect_round_trip(samples::healthy(), api::status_from_document);
  expect_round_trip(samples::region_lost(), api::status_from_document);
  expect_round_trip(samples::failover(), api::report_from_document);
  expect_round_trip(samples::refused(), api::report_from_document);
  expect_round_trip(samples::not_ready(), api::verify_from_document);
  expect_round_trip(samples::plan(), api::plan_from_document);
  expect_round_trip(samples::log(), api::log_from_document);
  expect_round_trip(samples::running(), api::operation_from_document);
}

TEST(Documents, DamageIsAnErrorThatNamesTheField) {
  const auto status = api::status_from_document(R"({"version":1,"epoch":"one"})");
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().message, "the controller's status: the field 'epoch' is of an unexpected type");
  EXPECT_FALSE(api::status_from_document("not json").has_value());
  EXPECT_FALSE(api::log_from_document(R"({"entries":[{"seq":"x"}]})").has_value());
}

TEST(Documents, ErrorsTravel) {
  const auto error = base::fail(base::ErrorCode::not_ready, "7.1 s behind").error();
  const auto back = api::error_from_document(api::error_document(error));
  EXPECT_EQ(back.text(), error.text());
  EXPECT_EQ(api::error_from_document("<html>").code, base::ErrorCode::unknown_error);
}

}  // namespace
}  // namespace lifeboat::cli
