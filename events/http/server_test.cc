#include "events/http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <thread>

namespace lifeboat::events {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

asio::awaitable<Response> echo(const Request& request) {
  Response response;
  response.content_type = "text/plain";
  response.body = request.method + " " + request.path + " [" + request.query + "] " + request.body;
  co_return response;
}

/// A server on its own thread and one client connection to it.
class HttpServerTest : public testing::Test {
 protected:
  HttpServerTest() {
    limits_.header_timeout = Milliseconds(200);
    limits_.body_timeout = Milliseconds(200);
    limits_.body_bytes = 100;
    limits_.header_bytes = 1000;
    server_ = std::make_unique<HttpServer>(context_.get_executor(), limits_, "region/name", echo);
    tcp::acceptor acceptor(context_, tcp::endpoint(asio::ip::address_v4::loopback(), 0));
    client_.connect(acceptor.local_endpoint());
    server_->serve(acceptor.accept());
    thread_ = std::jthread([this] { context_.run(); });
  }
  ~HttpServerTest() override {
    boost::system::error_code ignored;
    client_.close(ignored);
    thread_.join();
  }

  /// Sends, then reads until the server closes.
  std::string exchange(std::string_view text) {
    boost::system::error_code ignored;
    std::string answer;
    asio::write(client_, asio::buffer(text), ignored);
    asio::read(client_, asio::dynamic_buffer(answer), ignored);
    return answer;
  }

  asio::io_context context_{1};
  asio::io_context client_context_;
  tcp::socket client_{client_context_};
  Limits limits_;
  std::unique_ptr<HttpServer> server_;
  std::jthread thread_;
};

TEST_F(HttpServerTest, TakesARequestApart) {
  const auto answer = exchange("POST /a%20b?c=%64 HTTP/1.1\r\nConnection: close\r\nContent-Length: 4\r\n\r\nbody");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nX-Served-By: region/name\r\n"));
  EXPECT_THAT(answer, HasSubstr("\r\nDate: "));
  EXPECT_THAT(answer, EndsWith("\r\n\r\nPOST /a b [c=%64] body"));
}

TEST_F(HttpServerTest, OldClientsAreNotKept) {
  EXPECT_THAT(exchange("GET /old HTTP/1.0\r\n\r\n"), StartsWith("HTTP/1.0 200 OK\r\n"));
}

TEST_F(HttpServerTest, HeadHasTheLengthAndNoBody) {
  const auto answer = exchange("HEAD /x HTTP/1.1\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 11\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, RefusesABodyTooLarge) {
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nContent-Length: 101\r\n\r\n"), StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, RefusesAHeaderTooLarge) {
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n"), StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, RefusesWhatIsNotHttp) {
  EXPECT_THAT(exchange("hello\r\n\r\n"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(HttpServerTest, ASlowHeaderTimesOut) {
  EXPECT_THAT(exchange("GET / HT"), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, ASlowBodyTimesOut) {
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nx"), StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, AfterStopAnAnswerEndsItsConnection) {
  asio::post(context_, [this] { server_->stop(); });
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\n\r\n"), HasSubstr("Connection: close\r\n"));
}

}  // namespace
}  // namespace lifeboat::events
