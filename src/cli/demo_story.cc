#include "cli/demo_story.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "api/operation_view.h"
#include "api/report_view.h"
#include "api/status_view.h"
#include "cli/report_text.h"
#include "load/records.h"
#include "model/template.h"

namespace lifeboat::cli {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view home_region = "us-east-2";
constexpr std::string_view standby_region = "us-west-1";
constexpr auto flow_limit = 20s;

class Story {
 public:
  explicit Story(DemoStage& stage) : stage_(stage) {}

  base::Status tell() {
    using Step = base::Status (Story::*)();
    for (const Step step :
         {&Story::build, &Story::begin_load, &Story::arm, &Story::lose_region, &Story::fail_over, &Story::show_report,
          &Story::reprotect, &Story::fail_back, &Story::show_report, &Story::end_load}) {
      if (auto done = (this->*step)(); !done) return done;
    }
    return {};
  }

 private:
  base::Status build();
  base::Status begin_load();
  base::Status arm();
  base::Status lose_region();
  base::Status fail_over();
  base::Status reprotect();
  base::Status fail_back();
  base::Status show_report();
  base::Status end_load();

  base::Result<api::OperationView> operation(const std::vector<std::string>& arguments);
  base::Result<api::StatusView> status();
  /// How many writes the region has acknowledged so far, by the load client's own record.
  std::size_t acknowledged_by(std::string_view region) const;

  DemoStage& stage_;
  std::optional<ChildCommand> load_;
  std::optional<ChildCommand> armed_;
};

std::size_t Story::acknowledged_by(std::string_view region) const {
  const auto run = load::read_run(stage_.home() / "load.jsonl");
  if (!run) return 0;
  return static_cast<std::size_t>(
      std::count_if(run->requests.begin(), run->requests.end(), [region](const load::RequestRecord& record) {
        return record.acknowledged && record.kind == load::RequestKind::write && record.served_by == region;
      }));
}

base::Result<api::StatusView> Story::status() {
  auto text = stage_.run({"status", "--output", "json"});
  if (!text) return std::unexpected(text.error());
  return api::status_from_document(*text);
}

base::Result<api::OperationView> Story::operation(const std::vector<std::string>& arguments) {
  auto text = stage_.run(arguments);
  if (!text) return std::unexpected(text.error());
  return api::operation_from_document(*text);
}

base::Status Story::build() {
  stage_.announce(
      fmt::format("Building the stack of one file in two regions, {} and {}.", home_region, standby_region));
  const auto file = stage_.home() / "demo.yaml";
  std::ofstream(file) << model::commented_stack_file("demo", home_region, standby_region);
  if (auto up = operation({"up", file.string(), "--yes", "--output", "json"}); !up) return std::unexpected(up.error());
  auto now = status();
  if (!now) return std::unexpected(now.error());
  std::size_t parts = 0;
  for (const api::RegionView& region : now->regions) {
    parts +=
        1 + region.database.nodes.size() + region.instances.size() + region.monitoring.size() + region.others.size();
  }
  stage_.conclude(fmt::format("{} parts run. {} leads to {}.", parts, now->front_door.name, now->active_region));
  return {};
}

base::Status Story::begin_load() {
  stage_.announce("A client reads and writes through the front door, 100 requests a second. It never retries.");
  const std::string record = (stage_.home() / "load.jsonl").string();
  auto load = stage_.start(
      {"load", "--rate", "100", "--writers", "20", "--duration", "0", "--record", record, "--output", "json"});
  if (!load) return std::unexpected(load.error());
  load_ = *std::move(load);
  auto flows = stage_.wait_until([this] { return load_->exit_code() || acknowledged_by(home_region) >= 100; },
                                 "the load to flow", flow_limit);
  if (!flows) return flows;
  if (load_->exit_code()) return base::fail(base::ErrorCode::process_failed, "the load ended: " + load_->output());
  stage_.conclude(fmt::format("{} writes acknowledged by {}.", acknowledged_by(home_region), home_region));
  return {};
}

base::Status Story::arm() {
  stage_.announce("Arming a failover: it waits for the loss of the active region, then goes by itself.");
  auto armed = stage_.start({"failover", "--on-loss", "--yes", "--output", "json"});
  if (!armed) return std::unexpected(armed.error());
  armed_ = *std::move(armed);
  base::Status problem;
  auto done = stage_.wait_until(
      [&] {
        if (armed_->exit_code()) return true;
        auto now = status();
        if (!now) problem = std::unexpected(now.error());
        return !now || now->armed.has_value();
      },
      "the failover to be armed", flow_limit);
  if (!done) return done;
  if (!problem) return problem;
  if (armed_->exit_code()) return base::fail(base::ErrorCode::process_failed, "it was not armed: " + armed_->output());
  stage_.conclude("Armed.");
  return {};
}

base::Status Story::lose_region() {
  stage_.announce(fmt::format("Killing {}: every process of the region, at once.", home_region));
  auto text = stage_.run({"chaos", "kill", "region", std::string(home_region), "--output", "json"});
  if (!text) return std::unexpected(text.error());
  const auto document = nlohmann::json::parse(*text, nullptr, false);
  stage_.conclude(fmt::format("{} processes are gone.", document.is_object() ? document.value("processes", 0) : 0));
  return {};
}

base::Status Story::fail_over() {
  stage_.announce(
      fmt::format("The armed failover fences {}, promotes {} and moves the name.", home_region, standby_region));
  auto text = stage_.finish(*armed_);
  if (!text) return std::unexpected(text.error());
  auto flows = stage_.wait_until([this] { return acknowledged_by(standby_region) > 0; },
                                 fmt::format("a write acknowledged by {}", standby_region), flow_limit);
  if (!flows) return flows;
  stage_.conclude(fmt::format("{} acknowledges writes.", standby_region));
  return {};
}

base::Status Story::reprotect() {
  stage_.announce(fmt::format("Rebuilding {} as a replica of {}, under load.", home_region, standby_region));
  if (auto done = operation({"reprotect", "--yes", "--output", "json"}); !done) return std::unexpected(done.error());
  auto ready = stage_.run({"verify", "--output", "json"}, {3});
  if (!ready) return std::unexpected(ready.error());
  const auto verdict = nlohmann::json::parse(*ready, nullptr, false);
  const bool is_ready = verdict.is_object() && verdict.value("verdict", "") == "ready";
  stage_.conclude(is_ready ? "A replica again; verify says ready." : "A replica again; verify still has findings.");
  return {};
}

base::Status Story::fail_back() {
  stage_.announce(fmt::format("Going home to {} by a switchover, with the load running.", home_region));
  const std::size_t before = acknowledged_by(home_region);
  if (auto done = operation({"failback", "--yes", "--output", "json"}); !done) return std::unexpected(done.error());
  auto flows = stage_.wait_until([&] { return acknowledged_by(home_region) > before + 50; },
                                 fmt::format("writes acknowledged by {}", home_region), flow_limit);
  if (!flows) return flows;
  stage_.conclude(fmt::format("{} acknowledges writes again.", home_region));
  return {};
}

base::Status Story::show_report() {
  auto text = stage_.run({"report", "latest", "--output", "json"});
  if (!text) return std::unexpected(text.error());
  auto report = api::report_from_document(*text);
  if (!report) return std::unexpected(report.error());
  report->timeline.clear();  // 'lifeboat report' shows it; here it would be longer than the story.
  if (!stage_.context().json()) stage_.context().print("\n" + report_text(stage_.context().terminal, *report) + "\n");
  return {};
}

base::Status Story::end_load() {
  stage_.announce("Ending the load.");
  load_->interrupt();
  auto text = stage_.finish(*load_);
  if (!text) return std::unexpected(text.error());
  const auto summary = nlohmann::json::parse(*text, nullptr, false);
  if (!summary.is_object()) return base::fail(base::ErrorCode::process_failed, "the load printed no summary: " + *text);
  stage_.conclude(fmt::format("{} requests, {} writes acknowledged, {} requests failed in all.",
                              summary.value("requests", 0), summary.value("acknowledged_writes", 0),
                              summary.value("failed", 0)));
  return {};
}

}  // namespace

base::Status tell_story(DemoStage& stage) {
  return Story(stage).tell();
}

base::Status take_down(DemoStage& stage) {
  stage.ignore_interrupts();
  stage.announce("Taking everything down.");
  auto down = stage.run({"down", "--yes", "--stack", "demo", "--output", "json"}, {1});
  if (!down) return std::unexpected(down.error());
  const auto document = nlohmann::json::parse(*down, nullptr, false);
  const bool unknown =
      document.is_object() && document.contains("error") && document["error"].value("code", "") == "stack_unknown";
  const bool gone = document.is_object() && !document.contains("error");
  if (!gone && !unknown) return base::fail(base::ErrorCode::process_failed, "down failed: " + *down);
  stage.conclude(unknown ? "There was nothing to take down." : "No process is left, and no file.");
  return {};
}

}  // namespace lifeboat::cli
