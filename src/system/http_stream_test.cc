#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "system/files.h"
#include "system/hmac.h"
#include "system/http_client.h"
#include "system/http_server.h"

namespace lifeboat::system {
namespace {

using base::Milliseconds;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

/// A client that speaks HTTP by hand, so that nothing is between the test and the wire.
class Wire {
 public:
  Wire(const HttpServer& server, const std::string& text) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    EXPECT_EQ(::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }

  /// What comes until the text does, or the end.
  std::string read_until(const std::string& end) {
    char byte = 0;
    while (!seen_.ends_with(end) && ::recv(socket_.get(), &byte, 1, 0) == 1) seen_ += byte;
    return seen_;
  }
  std::string read_all() { return read_until("\x01 never sent"); }

 private:
  Descriptor socket_;
  std::string seen_;
};

constexpr const char* get = "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";

/// Streams "0\n", and then nothing until its client is gone.
HttpAnswer a_quiet_stream(std::atomic<int>& running) {
  return {.status = 200,
          .content_type = "text/event-stream",
          .headers = {{"Cache-Control", "no-store"}},
          .stream = [&running](HttpStream& stream) {
            ++running;
            stream.send("0\n");
            while (stream.open()) std::this_thread::sleep_for(Milliseconds{5});
            --running;
          }};
}

TEST(HttpHeaders, OfTheCallAreFoundByLowerCaseName) {
  HttpCall seen;
  const auto server = HttpServer::start("127.0.0.1", 0, [&](const HttpCall& call) {
    seen = call;
    return HttpAnswer{};
  });
  Wire(*server, "GET /x HTTP/1.1\r\nHost: a\r\nHOST: b\r\nCookie: one=1; two=2=\r\nConnection: close\r\n\r\n")
      .read_all();
  EXPECT_EQ(seen.header("host"), "a, b");
  EXPECT_EQ(seen.header("origin"), "");
  EXPECT_EQ(seen.cookie("one") + seen.cookie("two") + seen.cookie("three"), "12=");
  EXPECT_THAT(seen.client, StartsWith("127.0.0.1:"));
}

TEST(HttpHeaders, OfTheAnswerAreSent) {
  const auto server = HttpServer::start("127.0.0.1", 0, [](const HttpCall&) {
    return HttpAnswer{.status = 204, .headers = {{"Set-Cookie", "a=b"}}};
  });
  const auto answer = Wire(*server, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").read_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nSet-Cookie: a=b\r\n"));
}

TEST(HttpStreams, ArriveAsTheyAreSentAndEndWithTheConnection) {
  std::atomic<bool> proceed{false};
  const auto server = HttpServer::start("127.0.0.1", 0, [&](const HttpCall&) {
    return HttpAnswer{.stream = [&](HttpStream& stream) {
      stream.send("one\n");
      while (!proceed) std::this_thread::sleep_for(Milliseconds{1});
      stream.send("two\n");
    }};
  });
  Wire wire(*server, get);
  EXPECT_THAT(wire.read_until("one\n"), HasSubstr("\r\nConnection: close\r\n"));
  proceed = true;
  EXPECT_THAT(wire.read_all(), EndsWith("\r\n\r\none\ntwo\n"));
}

TEST(HttpStreams, EndWhenTheClientIsGoneOrTheServerEnds) {
  std::atomic<int> running{0};
  {
    const auto server = HttpServer::start("127.0.0.1", 0, [&](const HttpCall&) { return a_quiet_stream(running); });
    Wire stays(*server, get);
    stays.read_until("0\n");
    {
      Wire leaves(*server, get);
      leaves.read_until("0\n");
      EXPECT_EQ(running, 2);
    }
    while (running == 2) std::this_thread::sleep_for(Milliseconds{1});
    EXPECT_EQ(running, 1);
  }
  EXPECT_EQ(running, 0);
}

TEST(HttpStreams, BeyondTheirLimitAreRefusedAndLeaveOtherCallsAlone) {
  std::atomic<int> running{0};
  const auto server = HttpServer::start("127.0.0.1", 0, [&](const HttpCall& call) {
    return call.path == "/" ? a_quiet_stream(running) : HttpAnswer{200, "served"};
  });
  std::vector<std::unique_ptr<Wire>> streams;
  for (int i = 0; i < 16; ++i) streams.emplace_back(std::make_unique<Wire>(*server, get))->read_until("0\n");
  const auto refused = Wire(*server, get).read_all();
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(refused, HasSubstr("\r\nRetry-After: 5\r\n"));
  // As many idle connections as there may be calls, less one.
  std::vector<std::unique_ptr<Wire>> others;
  for (int i = 0; i < 62; ++i) {
    others.emplace_back(std::make_unique<Wire>(*server, "GET /x HTTP/1.1\r\nHost: a\r\n\r\n"))->read_until("served");
  }
  HttpRequest request{.address = "127.0.0.1", .port = server->port(), .target = "/x"};
  EXPECT_EQ(http_request(request, Milliseconds{5000})->body, "served");
}

TEST(HttpStreams, OfAClientThatReadsNothingEnd) {
  std::atomic<bool> ended{false};
  const auto server = HttpServer::start("127.0.0.1", 0, [&](const HttpCall&) {
    return HttpAnswer{.stream = [&](HttpStream& stream) {
      const std::string much(64 << 10, 'x');
      while (stream.send(much)) {
      }
      ended = true;
    }};
  });
  const Wire wire(*server, get);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!ended && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(Milliseconds{20});
  EXPECT_TRUE(ended);
}

TEST(Hmac, IsThatOfTheStandardsExamples) {
  // RFC 4231, test case 2.
  EXPECT_EQ(hmac_sha256("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(sha256_base64("abc"), "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
}

TEST(AppendFile, AddsAndKeepsWhatWasThereWhenItCannot) {
  std::string name = (std::filesystem::temp_directory_path() / "lifeboat-append-XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(name.data());
  ASSERT_TRUE(append_file(folder / "log", "one\n"));
  ASSERT_TRUE(append_file(folder / "log", "two\n"));
  EXPECT_EQ(*read_file(folder / "log"), "one\ntwo\n");
  struct stat status {};
  ASSERT_EQ(::stat((folder / "log").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_EQ(append_file("/dev/full", "three\n").error().code, base::ErrorCode::disk_full);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lifeboat::system
