#include "controller/hosted_controller.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "journal/memory_folder.h"
#include "providers/fake/fake_provider.h"
#include "system/http_client.h"

namespace lifeboat::controller {
namespace {

using base::Milliseconds;

/// A bucket: whoever uses it has its mutex.
struct SharedCopy : journal::MemoryDisk {
  std::mutex mutex;
};

/// What lies outside of every machine: the journal's copy and the seat.
struct Outside {
  SharedCopy copy;
  std::string holder;
  engine::Term term;
  std::atomic<int> renewals{0};
  std::atomic<bool> usurped{false};
};

/// The fake world with the seat of this machine.
class SeatedProvider : public fake::FakeProvider {
 public:
  SeatedProvider(const model::Stack& stack, Outside& outside) : FakeProvider(stack), outside_(outside) {}

  base::Result<engine::Outcome> perform(const engine::Effect& effect, base::Instant deadline) override {
    ++performed;
    return FakeProvider::perform(effect, deadline);
  }
  ports::ProbeResult probe(const base::RegionName& region, Milliseconds timeout) override {
    ++probed;
    auto result = FakeProvider::probe(region, timeout);
    result.obeys = true;
    return result;
  }
  model::ObservedRegion observe(const base::RegionName& region) override {
    auto seen = FakeProvider::observe(region);
    for (auto& node : seen.nodes) {
      if (node.role == model::DatabaseRole::cross_region_replica && kept_lag_ms >= 0) node.lag_ms = kept_lag_ms;
    }
    return seen;
  }
  std::optional<engine::Leads> leads() const override { return leads_; }
  base::Result<std::optional<engine::SeatConfirmed>> confirm_seat(Milliseconds) override {
    ++outside_.renewals;
    if (outside_.usurped) return base::fail(base::ErrorCode::stale_term, "bea@desk has taken the seat");
    return std::optional<engine::SeatConfirmed>();
  }
  void lead(engine::Leads leads) { leads_ = std::move(leads); }

  std::atomic<int> performed{0};
  std::atomic<int> probed{0};
  std::atomic<int> kept_lag_ms{-1};  ///< What the world last measured of the replica; negative: nothing.

 private:
  Outside& outside_;
  std::optional<engine::Leads> leads_;
};

struct NoMarkers : ports::Markers {
  base::Result<Written> write(std::int64_t, base::Instant) override {
    ++written;
    return base::fail(base::ErrorCode::http_failed, "there is no front door");
  }
  base::Result<std::int64_t> read(const base::RegionName&, base::Instant) override { return 0; }
  std::atomic<int> written{0};
};

/// A folder whose syncs bring the copy up, as the journal's copies do.
class CopiedFolder : public ports::LogFolder {
 public:
  CopiedFolder(std::unique_ptr<ports::LogFolder> inner, SharedCopy& copy) : inner_(std::move(inner)), copy_(copy) {}
  base::Result<std::vector<std::string>> names() override { return inner_->names(); }
  base::Result<std::string> read(const std::string& name) override { return inner_->read(name); }
  base::Status append(const std::string& name, std::string_view bytes) override { return inner_->append(name, bytes); }
  base::Status sync(const std::string& name) override {
    if (auto synced = inner_->sync(name); !synced) return synced;
    auto bytes = inner_->read(name);
    const std::lock_guard lock(copy_.mutex);
    if (bytes) copy_.put(name, *bytes);
    return {};
  }
  base::Status truncate(const std::string& name, std::uint64_t size) override { return inner_->truncate(name, size); }
  base::Status rename(const std::string& from, const std::string& to) override {
    if (auto renamed = inner_->rename(from, to); !renamed) return renamed;
    auto bytes = inner_->read(to);
    const std::lock_guard lock(copy_.mutex);
    copy_.names.erase(from);
    if (bytes) copy_.put(to, *bytes);
    return {};
  }
  base::Status sync_names() override { return inner_->sync_names(); }
  std::string path(const std::string& name) const override { return inner_->path(name); }

 private:
  std::unique_ptr<ports::LogFolder> inner_;
  SharedCopy& copy_;
};

base::Status fetch(SharedCopy& copy, ports::LogFolder& folder) {
  const std::lock_guard lock(copy.mutex);
  for (const auto& [name, file] : copy.names) {
    const auto before = folder.read(name);
    const std::size_t known = before ? before->size() : 0;
    if (auto added = folder.append(name, std::string_view(file->written).substr(known)); !added) return added;
  }
  return {};
}

model::Stack two_regions() {
  model::Stack stack;
  stack.name = "shop";
  stack.world = model::World::aws;
  stack.home = {{"us-east-2"}, {{"us-east-2a"}, {"us-east-2b"}}, ""};
  stack.standby = {{"us-west-1"}, {{"us-west-1a"}, {"us-west-1b"}}, ""};
  stack.recovery.detection_interval = Milliseconds{50};
  return stack;
}

class Hosted : public testing::Test {
 protected:
  ~Hosted() override {
    for (const auto& folder : folders_) std::filesystem::remove_all(folder);
  }

  std::filesystem::path machine() {
    auto name = (std::filesystem::temp_directory_path() / "lifeboat-hosted-XXXXXX").string();
    folders_.emplace_back(::mkdtemp(name.data()));
    return folders_.back();
  }

  HostedWorld world() {
    return {.provider = provider_,
            .markers = markers_,
            .take_seat = [this](const std::string& name, base::Instant) -> base::Status {
              if (!outside_.holder.empty()) {
                return base::fail(base::ErrorCode::lock_held, outside_.holder + " works on 'shop'");
              }
              const auto before = outside_.term;
              outside_.holder = name;
              outside_.term = {before.number + 1, name};
              provider_.lead({.term = outside_.term, .before = before, .newest_epoch = {}, .claimed_at = {}});
              return {};
            },
            .leave_seat = [this] { outside_.holder.clear(); },
            .seat_holder = [this]() -> base::Result<std::string> { return outside_.holder; },
            .look_at_journal = [this](ports::LogFolder& folder) { return fetch(outside_.copy, folder); },
            .fetch_journal = [this](ports::LogFolder& folder) { return fetch(outside_.copy, folder); },
            .copied = [this](std::unique_ptr<ports::LogFolder> folder) -> std::unique_ptr<ports::LogFolder> {
              return std::make_unique<CopiedFolder>(std::move(folder), outside_.copy);
            },
            .door_address = [](const base::RegionName& region) { return region.value; }};
  }

  HostedOptions options(std::filesystem::path folder, std::string name = "ana@laptop, pid 1") {
    HostedOptions options{.stack = stack_, .folder = std::move(folder), .name = std::move(name)};
    options.api_token = "all";
    options.viewer_token = "look";
    options.observation_interval = Milliseconds{20};
    options.seat_interval = Milliseconds{10};
    options.verify_interval = Milliseconds{3'600'000};
    options.verifier = {};
    return options;
  }

  std::unique_ptr<HostedController> lead(const std::filesystem::path& folder) {
    auto hosted = HostedController::lead(world(), options(folder));
    EXPECT_TRUE(hosted) << hosted.error().text();
    return hosted ? std::move(*hosted) : nullptr;
  }
  std::unique_ptr<HostedController> look() {
    auto hosted = HostedController::look(world(), options("/nowhere"));
    EXPECT_TRUE(hosted) << hosted.error().text();
    return hosted ? std::move(*hosted) : nullptr;
  }

  static nlohmann::json ask(const HostedController& hosted, const std::string& method, const std::string& path,
                            const std::string& body = "", const std::string& token = "all") {
    system::HttpRequest request{.method = method, .address = "127.0.0.1", .port = hosted.port()};
    request.target = path;
    request.bearer_token = token;
    request.body = body;
    const auto reply = system::http_request(request, Milliseconds{10'000});
    return reply ? nlohmann::json::parse(reply->body, nullptr, false) : nlohmann::json();
  }

  /// Until the operation's state is another one; the empty state when that takes too long.
  static std::string ended_as(const HostedController& hosted, const std::string& id) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(80);
    while (std::chrono::steady_clock::now() < deadline) {
      const auto state = ask(hosted, "GET", "/v1/operations/" + id).value("state", "");
      if (state != "running" && !state.empty()) return state;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return "";
  }
  static bool comes_true(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(80);
    while (!condition()) {
      if (std::chrono::steady_clock::now() >= deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

  void build() {
    const auto hosted = lead(machine());
    ASSERT_TRUE(hosted);
    EXPECT_EQ(ask(*hosted, "POST", "/v1/operations", R"({"kind":"up"})").value("operation", ""), "up-1");
    EXPECT_EQ(ended_as(*hosted, "up-1"), "done");
  }

  const model::Stack stack_ = two_regions();
  Outside outside_;
  SeatedProvider provider_{stack_, outside_};
  NoMarkers markers_;
  std::vector<std::filesystem::path> folders_;
};

TEST_F(Hosted, Another_machine_goes_on_from_the_journals_copy) {
  build();
  EXPECT_EQ(outside_.holder, "");
  const auto second = lead(machine());
  ASSERT_TRUE(second);
  EXPECT_EQ(outside_.holder, "ana@laptop, pid 1");
  EXPECT_FALSE(second->unfinished());
  const auto status = ask(*second, "GET", "/v1/status");
  EXPECT_EQ(status["epoch"], 1);
  EXPECT_EQ(status["operation"]["state"], "done");
}

TEST_F(Hosted, A_second_operator_is_refused_by_name_and_leaves_the_first_alone) {
  const auto first = lead(machine());
  ASSERT_TRUE(first);
  const auto second = HostedController::lead(world(), options(machine(), "bea@desk, pid 2"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::lock_held);
  EXPECT_EQ(second.error().message, "ana@laptop, pid 1 works on 'shop'");
  EXPECT_EQ(outside_.holder, "ana@laptop, pid 1");
}

TEST_F(Hosted, A_second_one_on_the_same_machine_never_asks_for_the_seat) {
  const auto folder = machine();
  const auto first = lead(folder);
  ASSERT_TRUE(first);
  const auto second = HostedController::lead(world(), options(folder));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::ErrorCode::journal_locked);
}

TEST_F(Hosted, A_seat_that_is_lost_stops_the_controller) {
  const auto hosted = lead(machine());
  ASSERT_TRUE(hosted);
  EXPECT_TRUE(comes_true([&] { return outside_.renewals > 2; }));
  outside_.usurped = true;
  ASSERT_TRUE(comes_true([&] { return hosted->failure().has_value(); }));
  EXPECT_EQ(hosted->failure()->code, base::ErrorCode::stale_term);
  const auto refused = ask(*hosted, "POST", "/v1/operations", R"({"kind":"up"})");
  EXPECT_EQ(refused["error"]["code"], "controller_unreachable");
}

TEST_F(Hosted, What_stands_unfinished_is_gone_on_with_by_the_next_that_leads) {
  build();
  provider_.fail("/promote", 1'000'000);
  {
    const auto hosted = lead(machine());
    ASSERT_TRUE(hosted);
    ask(*hosted, "POST", "/v1/operations", R"({"kind":"failover","accept_loss":true})");
    EXPECT_TRUE(
        comes_true([&] { return ask(*hosted, "GET", "/v1/operations/failover-2").value("phase", "") == "promoting"; }));
  }
  provider_.heal();
  const auto next = lead(machine());
  ASSERT_TRUE(next);
  ASSERT_TRUE(next->unfinished());
  EXPECT_EQ(next->unfinished()->id, "failover-2");
  EXPECT_EQ(next->unfinished()->kind, "failover");
  EXPECT_EQ(next->unfinished()->phase, "promoting");
  EXPECT_TRUE(ended_as(*next, "failover-2").starts_with("done"));
}

/// All of the copy's bytes, by name.
std::map<std::string, std::string> bytes_of(const journal::MemoryDisk& disk) {
  std::map<std::string, std::string> bytes;
  for (const auto& [name, file] : disk.names) bytes[name] = file->written;
  return bytes;
}

TEST_F(Hosted, One_that_only_looks_changes_nothing_and_says_what_stands_unfinished) {
  build();
  provider_.fail("/promote", 1'000'000);
  {
    const auto hosted = lead(machine());
    ASSERT_TRUE(hosted);
    ask(*hosted, "POST", "/v1/operations", R"({"kind":"failover","accept_loss":true})");
    EXPECT_TRUE(
        comes_true([&] { return ask(*hosted, "GET", "/v1/operations/failover-2").value("phase", "") == "promoting"; }));
  }
  provider_.heal();
  const auto before = bytes_of(outside_.copy);
  const int performed = provider_.performed;
  const int probed = provider_.probed;
  const int markers = markers_.written;
  const auto looker = look();
  ASSERT_TRUE(looker);
  const auto status = ask(*looker, "GET", "/v1/status", "", "look");
  EXPECT_EQ(status["operation"]["id"], "failover-2");
  EXPECT_EQ(status["operation"]["state"], "unfinished");
  EXPECT_EQ(status["warnings"], nlohmann::json::array({"failover-2 stopped in phase promoting and nobody works on it "
                                                       "now: 'lifeboat failover' goes on."}));
  EXPECT_EQ(status["regions"][1]["state"], "ready");
  EXPECT_EQ(ask(*looker, "POST", "/v1/operations", R"({"kind":"reprotect"})")["error"]["message"],
            "this controller only looks and takes no commands");
  EXPECT_EQ(provider_.performed, performed);
  EXPECT_EQ(provider_.probed, probed);
  EXPECT_EQ(markers_.written, markers);
  EXPECT_EQ(bytes_of(outside_.copy), before);
  EXPECT_EQ(outside_.holder, "");
}

TEST_F(Hosted, One_that_looks_while_another_works_says_who_it_is) {
  build();
  provider_.fail("/promote", 1'000'000);
  const auto hosted = lead(machine());
  ASSERT_TRUE(hosted);
  ask(*hosted, "POST", "/v1/operations", R"({"kind":"failover","accept_loss":true})");
  EXPECT_TRUE(
      comes_true([&] { return ask(*hosted, "GET", "/v1/operations/failover-2").value("phase", "") == "promoting"; }));
  const auto looker = look();
  ASSERT_TRUE(looker);
  const auto status = ask(*looker, "GET", "/v1/status", "", "look");
  EXPECT_EQ(status["operation"]["state"], "running");
  EXPECT_EQ(status["warnings"], nlohmann::json::array({"ana@laptop, pid 1 works on failover-2; what is shown of it is "
                                                       "from a moment ago."}));
}

TEST_F(Hosted, One_that_looks_verifies_when_it_is_asked_to) {
  build();
  const auto looker = look();
  ASSERT_TRUE(looker);
  // Who built the stack may have verified it once before it ended.
  const int before = markers_.written;
  EXPECT_EQ(ask(*looker, "POST", "/v1/verify", "{}", "look").value("stack", ""), "shop");
  EXPECT_EQ(markers_.written, before + 1);
}

TEST_F(Hosted, A_region_that_is_away_is_seen_so_by_one_that_looks) {
  build();
  provider_.with_world([](fake::World& world) { world.region({"us-east-2"}).reachable = false; });
  const auto looker = look();
  ASSERT_TRUE(looker);
  const auto status = ask(*looker, "GET", "/v1/status", "", "look");
  EXPECT_EQ(status["regions"][0]["state"], "unreachable");
  EXPECT_EQ(status["ready"]["verdict"], "unknown");
}

TEST_F(Hosted, A_loss_from_before_it_began_is_judged_by_what_the_world_keeps_of_the_replica) {
  build();
  provider_.with_world([](fake::World& world) { world.kill({"us-east-2"}); });
  const auto refused_with = [&](int lag_ms) {
    provider_.kept_lag_ms = lag_ms;
    const auto hosted = lead(machine());
    return ask(*hosted, "POST", "/v1/operations", R"({"kind":"failover"})")["error"]["message"];
  };
  EXPECT_EQ(refused_with(9000), "the writes of about 9000 ms would be lost; the RPO objective is 5000 ms");
  provider_.kept_lag_ms = 1200;
  const auto hosted = lead(machine());
  ASSERT_TRUE(hosted);
  EXPECT_EQ(ask(*hosted, "POST", "/v1/operations", R"({"kind":"failover"})").value("operation", ""), "failover-2");
  EXPECT_TRUE(ended_as(*hosted, "failover-2").starts_with("done"));
}

}  // namespace
}  // namespace lifeboat::controller
