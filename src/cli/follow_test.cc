#include "cli/follow.h"

#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "api/error_view.h"
#include "system/http_server.h"

namespace lifeboat::cli {
namespace {

api::OperationView operation(const std::string& id, const std::string& kind, const std::string& state,
                             std::vector<std::string> sentences) {
  api::OperationView view;
  view.id = id;
  view.kind = kind;
  view.phase = state == "running" ? "promoting" : "ended";
  view.state = state;
  view.from = "us-east-2";
  view.to = "us-west-1";
  view.elapsed_ms = 1500;
  view.sentences = std::move(sentences);
  return view;
}

/// A controller that answers from a list, and notes what it is asked to start.
class ScriptedController {
 public:
  ScriptedController()
      : server_(*system::HttpServer::start("127.0.0.1", 0, [this](const auto& call) { return answer(call); })) {}

  std::uint16_t port() const { return server_.port(); }
  /// The next state of each operation; the last one stays.
  std::map<std::string, std::vector<api::OperationView>> operations;
  /// What starting a kind is answered with, one after the other: an id, or an error.
  std::map<std::string, std::vector<base::Result<std::string>>> starts;
  std::vector<std::string> started;

 private:
  template <class Value>
  static Value next(std::vector<Value>& values) {
    auto value = values.front();
    if (values.size() > 1) values.erase(values.begin());
    return value;
  }

  system::HttpAnswer answer(const system::HttpCall& call) {
    const std::lock_guard lock(mutex_);
    if (call.method == "GET") {
      return {.status = 200, .body = api::to_document(next(operations.at(call.path.substr(call.path.rfind('/') + 1))))};
    }
    const std::string kind = nlohmann::json::parse(call.body).value("kind", "");
    started.push_back(kind);
    const auto reply = next(starts.at(kind));
    if (!reply) return {.status = 409, .body = api::error_document(reply.error())};
    return {.status = 202, .body = nlohmann::json{{"version", 1}, {"operation", *reply}}.dump()};
  }

  std::mutex mutex_;
  system::HttpServer server_;
};

struct FakeHost : ControllerHost {
  std::optional<LeftOperation> left() const override { return found; }
  std::optional<LeftOperation> take_left() override { return std::exchange(found, std::nullopt); }
  std::vector<std::string> take_progress() override { return std::exchange(progress, {}); }
  std::optional<std::string> removal_of_drills() const override {
    if (removals.empty()) return std::nullopt;
    const auto next = removals.front();
    removals.erase(removals.begin());
    return next;
  }
  std::optional<base::Error> failure() const override { return lost; }
  void abandon() override { abandoned = true; }

  std::optional<LeftOperation> found;
  std::vector<std::string> progress;
  mutable std::vector<std::string> removals;  ///< One a look.
  std::optional<base::Error> lost;
  bool abandoned = false;
};

class FollowAnAwsStack : public testing::Test {
 protected:
  Outcome run(const std::string& kind) {
    const ControllerClient client(controller_.port(), "token", {}, host_);
    OperationRequest request;
    request.kind = kind;
    return run_operation(context_, client, request);
  }

  ScriptedController controller_;
  std::shared_ptr<FakeHost> host_ = std::make_shared<FakeHost>();
  std::ostringstream out_;
  std::ostringstream err_;
  Context context_{
      .options = {}, .terminal = {.interactive = false, .color = false, .width = 100}, .out = out_, .err = err_};
};

const base::Result<std::string> busy =
    base::fail(base::ErrorCode::operation_in_progress, "switchover-2 is under way (draining)");

TEST_F(FollowAnAwsStack, What_stands_unfinished_of_the_asked_kind_is_the_result) {
  host_->found = LeftOperation{"failover-2", "failover", "promoting"};
  host_->progress = {"us-west-1 database: still promoting"};
  controller_.operations["failover-2"] = {operation("failover-2", "failover", "running", {"Promoting."}),
                                          operation("failover-2", "failover", "done", {"Promoting.", "Done."})};
  const auto outcome = run("failover");
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(*outcome, ExitCode::done);
  EXPECT_TRUE(controller_.started.empty());
  EXPECT_EQ(out_.str(),
            "Going on with failover-2, which stopped in phase promoting.\n"
            "us-west-1 database: still promoting\n"
            "   1.5 s  Promoting.\n"
            "   1.5 s  Done.\n"
            "✔ failover-2 done in 1.5 s.\n"
            "  Next: lifeboat reprotect  (the other region is no replica yet)\n");
}

TEST_F(FollowAnAwsStack, What_stands_unfinished_of_another_kind_comes_to_its_end_first) {
  host_->found = LeftOperation{"switchover-2", "switchover", "draining"};
  controller_.operations["switchover-2"] = {operation("switchover-2", "switchover", "done", {"Done."})};
  controller_.operations["reprotect-3"] = {operation("reprotect-3", "reprotect", "done", {"A replica again."})};
  controller_.starts["reprotect"] = {busy, std::string("reprotect-3")};
  const auto outcome = run("reprotect");
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(controller_.started, (std::vector<std::string>{"reprotect", "reprotect"}));
  EXPECT_EQ(out_.str(),
            "Going on with switchover-2, which stopped in phase draining.\n"
            "   1.5 s  Done.\n"
            "✔ switchover-2 done in 1.5 s.\n"
            "  Next: lifeboat status  (see both regions)\n"
            "   1.5 s  A replica again.\n"
            "✔ reprotect-3 done in 1.5 s.\n"
            "  Next: lifeboat status  (see both regions)\n");
}

TEST_F(FollowAnAwsStack, What_may_supersede_it_does_so_at_once) {
  host_->found = LeftOperation{"switchover-2", "switchover", "draining"};
  controller_.operations["failover-3"] = {operation("failover-3", "failover", "done", {"It supersedes switchover-2."})};
  controller_.starts["failover"] = {std::string("failover-3")};
  const auto outcome = run("failover");
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(out_.str(),
            "   1.5 s  It supersedes switchover-2.\n"
            "✔ failover-3 done in 1.5 s.\n"
            "  Next: lifeboat reprotect  (the other region is no replica yet)\n");
}

TEST_F(FollowAnAwsStack, What_a_drill_has_left_is_removed_before_the_command_ends) {
  controller_.operations["failover-3"] = {operation("failover-3", "failover", "done", {"It supersedes drill-2."})};
  controller_.operations["drill-4"] = {operation("drill-4", "drill", "done", {"Nothing of a drill is left."})};
  controller_.starts["failover"] = {std::string("failover-3")};
  host_->removals = {"", "drill-4"};
  const auto outcome = run("failover");
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(out_.str(),
            "   1.5 s  It supersedes drill-2.\n"
            "✔ failover-3 done in 1.5 s.\n"
            "  Next: lifeboat reprotect  (the other region is no replica yet)\n"
            "   1.5 s  Nothing of a drill is left.\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(FollowAnAwsStack, A_controller_that_lost_its_seat_ends_the_wait) {
  host_->lost = base::fail(base::ErrorCode::stale_term, "bea@desk has taken the seat").error();
  controller_.starts["switchover"] = {std::string("switchover-2")};
  controller_.operations["switchover-2"] = {operation("switchover-2", "switchover", "running", {})};
  const auto outcome = run("switchover");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, base::ErrorCode::stale_term);
}

}  // namespace
}  // namespace lifeboat::cli
