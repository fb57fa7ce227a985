#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "system/files.h"
#include "system/http_client.h"
#include "system/http_server.h"
#include "system/sockets.h"
#include "system/waiting.h"

namespace lifeboat::system {
namespace {

using base::ErrorCode;
using base::Milliseconds;
namespace fs = std::filesystem;

HttpRequest to(const HttpServer& server, std::string target) {
  HttpRequest request;
  request.address = "127.0.0.1";
  request.port = server.port();
  request.target = std::move(target);
  return request;
}

TEST(Http, CarriesMethodTargetTokenAndBody) {
  HttpCall seen;
  auto server = HttpServer::start("127.0.0.1", 0, [&](const HttpCall& call) {
    seen = call;
    return HttpAnswer{409, R"({"is":"so"})"};
  });
  ASSERT_TRUE(server) << server.error().text();
  auto request = to(*server, "/v1/log?after=7&wait_ms=0");
  request.method = "POST";
  request.bearer_token = "secret";
  request.body = "{}";
  const auto answer = http_request(request, Milliseconds{5000});
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(answer->status, 409);
  EXPECT_EQ(answer->body, R"({"is":"so"})");
  EXPECT_EQ(seen.method + " " + seen.path + " " + seen.bearer_token + " " + seen.body, "POST /v1/log secret {}");
  EXPECT_EQ(seen.parameter("after", ""), "7");
  EXPECT_EQ(seen.parameter("missing", "none"), "none");
}

TEST(RoundTrip, IsMeasuredWhereSomebodyListensAndAnErrorElsewhere) {
  auto listening = listen_on("127.0.0.1", 0);
  ASSERT_TRUE(listening) << listening.error().text();
  const auto port = local_port(listening->get());
  const auto measured = measure_round_trip("127.0.0.2", "127.0.0.1", port, Milliseconds{5000});
  ASSERT_TRUE(measured) << measured.error().text();
  EXPECT_GE(measured->count(), 0);
  EXPECT_LT(*measured, Milliseconds{5000});
  listening = Descriptor();
  EXPECT_FALSE(measure_round_trip("127.0.0.2", "127.0.0.1", port, Milliseconds{5000}));
}

TEST(Http, AKeptConnectionSurvivesTheServersRestart) {
  HttpConnection connection;
  std::uint16_t port = 0;
  {
    auto first = HttpServer::start("127.0.0.1", 0, [](const HttpCall&) { return HttpAnswer{200, "1"}; });
    ASSERT_TRUE(first);
    port = first->port();
    EXPECT_EQ(connection.request(to(*first, "/"), Milliseconds{5000})->body, "1");
  }
  auto second = HttpServer::start("127.0.0.1", port, [](const HttpCall&) { return HttpAnswer{200, "2"}; });
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(connection.request(to(*second, "/"), Milliseconds{5000})->body, "2");
}

TEST(Http, ATimeLimitHoldsAgainstASilentServer) {
  const auto silent = listen_on("127.0.0.1", 0);
  ASSERT_TRUE(silent);
  HttpRequest request;
  request.address = "127.0.0.1";
  request.port = local_port(silent->get());
  const auto answer = http_request(request, Milliseconds{50});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::http_timeout);
}

TEST(Http, ATakenPortNamesItsHolder) {
  const auto holder = listen_on("127.0.0.1", 0);
  ASSERT_TRUE(holder);
  const auto server =
      HttpServer::start("127.0.0.1", local_port(holder->get()), [](const HttpCall&) { return HttpAnswer{}; });
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::port_taken);
  EXPECT_NE(server.error().message.find("pid " + std::to_string(::getpid())), std::string::npos)
      << server.error().message;
}

TEST(Http, ServesSideBySideAndWaitsForCallsAtTheEnd) {
  std::atomic<int> served{0};
  {
    auto server = HttpServer::start("127.0.0.1", 0, [&](const HttpCall&) {
      ++served;
      return HttpAnswer{200, ""};
    });
    ASSERT_TRUE(server);
    std::vector<std::jthread> clients;
    for (int client = 0; client < 8; ++client) {
      clients.emplace_back([&] {
        for (int round = 0; round < 20; ++round) EXPECT_TRUE(http_request(to(*server, "/"), Milliseconds{5000}));
      });
    }
  }
  EXPECT_EQ(served, 160);
}

class Files : public ::testing::Test {
 protected:
  Files() {
    std::string name = (fs::temp_directory_path() / "lifeboat-files-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~Files() override { fs::remove_all(folder_); }
  fs::path folder_;
};

TEST_F(Files, ReplacesWithTheModeAskedFor) {
  ASSERT_TRUE(replace_file(folder_ / "secret", "one"));
  ASSERT_TRUE(replace_file(folder_ / "secret", "two"));
  EXPECT_EQ(*read_file(folder_ / "secret"), "two");
  struct stat status {};
  ASSERT_EQ(::stat((folder_ / "secret").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()), 1);
}

TEST_F(Files, ALockIsHeldOnce) {
  const auto first = FileLock::take(folder_ / "lock");
  ASSERT_TRUE(first);
  EXPECT_EQ(FileLock::take(folder_ / "lock").error().code, ErrorCode::lock_held);
}

TEST_F(Files, AMissingFileIsMissing) {
  EXPECT_EQ(read_file(folder_ / "nothing").error().code, ErrorCode::file_missing);
}

TEST(Waiting, AStopEndsAPause) {
  std::stop_source stop;
  StoppablePause pause(stop.get_token());
  EXPECT_TRUE(pause.wait(Milliseconds{1}));
  stop.request_stop();
  EXPECT_FALSE(pause.wait(std::chrono::hours(1)));
}

TEST(Random, FractionsLieBetweenNothingAndOneAndDiffer) {
  SystemChance chance;
  const double first = chance.fraction();
  EXPECT_TRUE(first >= 0 && first < 1);
  EXPECT_NE(first, chance.fraction());
}

TEST(Random, TokensDiffer) {
  EXPECT_EQ(random_token(40)->size(), 40u);
  EXPECT_NE(*random_token(40), *random_token(40));
}

}  // namespace
}  // namespace lifeboat::system
