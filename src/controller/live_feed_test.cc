#include "controller/live_feed.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

namespace lifeboat::controller {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A client that leaves after so much time, or as soon as it has seen a text.
class Client : public system::HttpStream {
 public:
  explicit Client(std::string until = "never sent", int patience_ms = 20'000)
      : until_(std::move(until)),
        leaves_at_(std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms)) {}
  bool send(std::string_view text) override {
    {
      const std::scoped_lock lock(mutex_);
      seen += text;
    }
    return open();
  }
  bool open() override {
    const std::scoped_lock lock(mutex_);
    return std::chrono::steady_clock::now() < leaves_at_ && seen.find(until_) == std::string::npos;
  }
  std::size_t count(std::string_view text) const {
    const std::scoped_lock lock(mutex_);
    std::size_t found = 0;
    for (auto at = seen.find(text); at != std::string::npos; at = seen.find(text, at + 1)) ++found;
    return found;
  }

  std::string seen;

 private:
  mutable std::mutex mutex_;
  std::string until_;
  std::chrono::steady_clock::time_point leaves_at_;
};

class Feed : public testing::Test {
 protected:
  LiveFeed feed() {
    return LiveFeed({.status = [this] { return "{\"n\":" + std::to_string(status.load()) + "}"; },
                     .log = [this](std::uint64_t after) { return log_after(after); },
                     .rates = [] { return RateMeter::Rates{{.name = "east"}}; },
                     .now = [] { return base::WallTime(base::Milliseconds{5}); },
                     .records = records});
  }
  std::vector<api::LogEntryView> log_after(std::uint64_t after) const {
    std::vector<api::LogEntryView> entries;
    for (auto seq = after + 1; seq <= records; ++seq) entries.push_back({seq, 0, "", "s", {}});
    return entries;
  }

  std::atomic<std::uint64_t> records{3};
  std::atomic<int> status{0};
};

TEST_F(Feed, Begins_with_the_log_the_status_and_the_rates) {
  Client client("event: rates");
  auto live = feed();
  live.run(client, std::nullopt, base::WallTime::max());
  EXPECT_THAT(client.seen,
              StartsWith("retry: 1000\n\n"
                         "id: 1\nevent: log\ndata: {\"seq\":1,\"at_ms\":0,\"at\":\"\",\"sentence\":\"s\",\"operation\":"
                         "null}\n\nid: 2\n"));
  EXPECT_THAT(client.seen, HasSubstr("event: status\ndata: {\"n\":0}\n\nevent: rates\ndata: {\"at_ms\":5,"));
}

TEST_F(Feed, Goes_on_after_the_last_entry_that_the_client_had) {
  Client client("id: 3");
  auto live = feed();
  live.run(client, 2, base::WallTime::max());
  EXPECT_THAT(client.seen, Not(HasSubstr("id: 2\n")));
}

TEST_F(Feed, Of_a_client_from_the_future_waits_for_what_comes) {
  Client client("id: 4");
  auto live = feed();
  std::jthread grows([&] {
    while (client.count("event: status") == 0) std::this_thread::yield();
    records = 4;
    live.records_added(1);
  });
  live.run(client, 900, base::WallTime::max());
  EXPECT_EQ(client.count("event: log"), 1u);
}

TEST_F(Feed, Begins_with_the_latest_two_hundred_entries) {
  records = 1000;
  Client client("event: status");
  auto live = feed();
  live.run(client, std::nullopt, base::WallTime::max());
  EXPECT_EQ(client.count("event: log"), 200u);
  EXPECT_THAT(client.seen, HasSubstr("id: 801\n"));
  EXPECT_THAT(client.seen, Not(HasSubstr("id: 800\n")));
}

TEST_F(Feed, Repeats_no_status_that_is_the_same_and_sends_at_most_four_a_second) {
  auto live = feed();
  Client same("never sent", 1100);
  live.run(same, 3, base::WallTime::max());
  EXPECT_EQ(same.count("event: status"), 1u);
  std::jthread changes([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      ++status;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  });
  Client changing("never sent", 1100);
  live.run(changing, 3, base::WallTime::max());
  EXPECT_GE(changing.count("event: status"), 2u);
  EXPECT_LE(changing.count("event: status"), 5u);
}

TEST_F(Feed, Ends_with_the_leave_to_see_it) {
  Client client;
  auto live = feed();
  live.run(client, std::nullopt, base::WallTime(base::Milliseconds{5}));
  EXPECT_EQ(client.seen, "retry: 1000\n\n");
}

}  // namespace
}  // namespace lifeboat::controller
