#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "load/load.h"
#include "load/name_query.h"
#include "load/records.h"
#include "load/test_server.h"

namespace lifeboat::load {
namespace {

using namespace std::chrono_literals;
using testing::EventsBook;
using testing::ServerRequest;
using testing::ServerResponse;
using testing::TestDns;
using testing::TestServer;

class ClientTest : public ::testing::Test {
 protected:
  ClientTest() {
    std::string name = ::testing::TempDir() + "lifeboat-load-XXXXXX";
    folder_ = mkdtemp(name.data());
    options_.host = "api.example.test";
    options_.run = "test";
    options_.record_file = folder_ / "run.jsonl";
    options_.rate_per_s = 200;
    options_.writers = 5;
    options_.duration = 300ms;
    options_.request_timeout = 2000ms;
    options_.look_up = [this]() -> base::Result<NameAnswer> {
      ++look_ups_;
      return NameAnswer{{"127.0.0.1"}, 60};
    };
  }
  ~ClientTest() override { std::filesystem::remove_all(folder_); }

  Summary run() {
    auto summary = run_load(options_, stop_, {});
    EXPECT_TRUE(summary.has_value()) << summary.error().text();
    return summary.value_or(Summary());
  }
  std::vector<RequestRecord> records() {
    auto run = read_run(options_.record_file);
    EXPECT_TRUE(run.has_value()) << run.error().text();
    return run ? run->requests : std::vector<RequestRecord>();
  }

  std::filesystem::path folder_;
  LoadOptions options_;
  std::atomic<bool> stop_{false};
  int look_ups_ = 0;
};

TEST_F(ClientTest, RecordsExactlyWhatTheServerSaw) {
  EventsBook book("us-east-2");
  TestServer server("127.0.0.1", 0, [&](const ServerRequest& request) { return book.answer(request); });
  options_.port = server.port();
  const Summary summary = run();
  EXPECT_EQ(summary.requests, 60u);
  EXPECT_EQ(summary.failed, 0u);
  std::vector<std::string> written;
  std::set<std::uint64_t> numbers;
  for (const RequestRecord& record : records()) {
    numbers.insert(record.n);
    EXPECT_TRUE(record.acknowledged) << record.error;
    EXPECT_TRUE(record.id.has_value());
    EXPECT_EQ(record.served_by, "us-east-2");
    EXPECT_LE(record.started_at_us, record.ended_at_us);
    if (record.kind == RequestKind::write) written.push_back(record.name);
  }
  EXPECT_EQ(numbers.size(), 60u);
  EXPECT_EQ(*numbers.rbegin(), 60u);
  EXPECT_THAT(written, ::testing::UnorderedElementsAreArray(book.names()));
  EXPECT_EQ(summary.acknowledged_writes, written.size());
  EXPECT_NEAR(static_cast<double>(written.size()), 30, 5);
  EXPECT_EQ(look_ups_, 1) << "the answer holds for its TTL";
  EXPECT_LE(server.connections(), 6u) << "connections are kept";
}

TEST_F(ClientTest, ARequestIsNeverSentTwice) {
  EventsBook book("us-east-2");
  std::atomic<int> requests{0};
  TestServer server("127.0.0.1", 0, [&](const ServerRequest& request) -> std::optional<ServerResponse> {
    auto answer = book.answer(request);
    // Every seventh write is carried out, and its answer never comes.
    if (++requests % 7 == 0 && request.target() == "/events/") return std::nullopt;
    return answer;
  });
  options_.port = server.port();
  options_.write_ratio = 1;
  const Summary summary = run();
  EXPECT_EQ(summary.requests, 60u);
  EXPECT_GE(summary.failed, 6u);
  const auto names = book.names();
  EXPECT_EQ(std::set<std::string>(names.begin(), names.end()).size(), names.size());
  EXPECT_EQ(names.size(), 60u);
  for (const RequestRecord& record : records()) {
    EXPECT_EQ(record.acknowledged, record.error.empty());
    if (!record.acknowledged) {
      EXPECT_EQ(record.status, 0);
    }
  }
}

TEST_F(ClientTest, FollowsTheNameOnlyWhenItsTtlHasPassed) {
  EventsBook east("us-east-2");
  EventsBook west("us-west-1");
  TestServer first("127.0.0.1", 0, [&](const ServerRequest& request) { return east.answer(request); });
  TestServer second("127.0.0.2", first.port(), [&](const ServerRequest& request) { return west.answer(request); });
  options_.port = first.port();
  options_.duration = 1600ms;
  options_.rate_per_s = 100;
  options_.look_up = [this]() -> base::Result<NameAnswer> {
    // The name moves right after it was first asked for; the client may not know for a second.
    return NameAnswer{{++look_ups_ == 1 ? "127.0.0.1" : "127.0.0.2"}, 1};
  };
  run();
  EXPECT_EQ(look_ups_, 2);
  const auto all = records();
  ASSERT_FALSE(all.empty());
  const std::int64_t begun_us = all.front().started_at_us;
  for (const RequestRecord& record : all) {
    const std::int64_t after_ms = (record.started_at_us - begun_us) / 1000;
    if (after_ms < 900) {
      EXPECT_EQ(record.served_by, "us-east-2") << after_ms;
    }
    if (after_ms > 1100) {
      EXPECT_EQ(record.served_by, "us-west-1") << after_ms;
    }
  }
}

TEST_F(ClientTest, ANameThatCannotBeResolvedFailsRequestsAndIsAskedAgain) {
  EventsBook book("us-east-2");
  TestServer server("127.0.0.1", 0, [&](const ServerRequest& request) { return book.answer(request); });
  options_.port = server.port();
  options_.token = "RTOKEN";
  options_.look_up = [this]() -> base::Result<NameAnswer> {
    if (++look_ups_ <= 3) return base::fail(base::ErrorCode::dns_failed, "no answer in time");
    return NameAnswer{{"127.0.0.1"}, 60};
  };
  const Summary summary = run();
  EXPECT_GE(summary.failed, 3u);
  EXPECT_LT(summary.failed, summary.requests);
  EXPECT_TRUE(summary.client_rto_ms().has_value());
}

TEST_F(ClientTest, AHangingServerIsGivenUpAtTheTimeout) {
  std::atomic<bool> leave{false};
  EventsBook book("us-east-2");
  TestServer server("127.0.0.1", 0, [&](const ServerRequest& request) {
    while (request.target() != "/auth/register" && !leave) std::this_thread::sleep_for(5ms);
    return book.answer(request);
  });
  options_.port = server.port();
  options_.request_timeout = 150ms;
  options_.duration = 100ms;
  const Summary summary = run();
  leave = true;
  EXPECT_EQ(summary.requests, 20u);
  EXPECT_EQ(summary.failed, 20u);
  for (const RequestRecord& record : records()) {
    EXPECT_GE(record.ended_at_us - record.started_at_us, 140'000);
    EXPECT_THAT(record.error,
                ::testing::AnyOf(::testing::HasSubstr("no answer in time"), ::testing::HasSubstr("free connection")));
  }
}

TEST_F(ClientTest, StopEndsAnEndlessRunWithACompleteRecord) {
  EventsBook book("us-east-2");
  TestServer server("127.0.0.1", 0, [&](const ServerRequest& request) { return book.answer(request); });
  options_.port = server.port();
  options_.duration = 0ms;
  std::jthread stopper([this] {
    std::this_thread::sleep_for(300ms);
    stop_ = true;
  });
  const Summary summary = run();
  EXPECT_GT(summary.requests, 20u);
  EXPECT_EQ(records().size(), summary.requests);
}

TEST_F(ClientTest, SaysWhenItCannotRegister) {
  EventsBook book("us-east-2");
  TestServer server("127.0.0.1", 0, [](const ServerRequest&) {
    return ServerResponse(boost::beast::http::status::service_unavailable, 11);
  });
  options_.port = server.port();
  const auto summary = run_load(options_, stop_, {});
  ASSERT_FALSE(summary.has_value());
  EXPECT_THAT(summary.error().message, ::testing::HasSubstr("expected 201 with a token, saw 503"));
}

TEST(NameQuery, AsksTheServerItIsTold) {
  TestDns dns("127.10.0.10", 7);
  const auto answer = query_name("127.0.0.1", dns.port(), "api.example.test", 1000ms);
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_THAT(answer->addresses, ::testing::ElementsAre("127.10.0.10"));
  EXPECT_EQ(answer->ttl_s, 7);
}

TEST(NameQuery, ASilentServerIsAnErrorInTime) {
  boost::asio::io_context context;
  boost::asio::ip::udp::socket silent(context, {boost::asio::ip::make_address("127.0.0.1"), 0});
  const auto begun = std::chrono::steady_clock::now();
  const auto answer = query_name("127.0.0.1", silent.local_endpoint().port(), "api.example.test", 200ms);
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, base::ErrorCode::dns_failed);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 1500ms);
}

}  // namespace
}  // namespace lifeboat::load
