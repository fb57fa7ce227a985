#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/beast/http.hpp>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace lifeboat::load::testing {

using ServerRequest = boost::beast::http::request<boost::beast::http::string_body>;
using ServerResponse = boost::beast::http::response<boost::beast::http::string_body>;

/// Answers a request; nothing means that the connection is closed without an answer.
using Answer = std::function<std::optional<ServerResponse>(const ServerRequest&)>;

/// A small web server for tests, on one address, a thread for each connection.
class TestServer {
 public:
  TestServer(const std::string& address, std::uint16_t port, Answer answer);
  ~TestServer();

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::size_t connections() const;

 private:
  void accept();
  void serve(boost::asio::ip::tcp::socket& socket);

  Answer answer_;
  boost::asio::io_context context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  mutable std::mutex mutex_;
  std::vector<std::shared_ptr<boost::asio::ip::tcp::socket>> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_thread_;
};

/// The web API's answers, from memory: registers anybody, keeps every event, and remembers each name as often as it
/// came.
class EventsBook {
 public:
  explicit EventsBook(std::string region) : region_(std::move(region)) {}

  std::optional<ServerResponse> answer(const ServerRequest& request);
  std::vector<std::string> names() const;
  void clear();

 private:
  ServerResponse respond(unsigned status, const std::string& body) const;

  std::string region_;
  mutable std::mutex mutex_;
  std::vector<std::string> names_;
};

/// A DNS server that gives one address for every name.
class TestDns {
 public:
  explicit TestDns(std::string address, std::uint8_t ttl_s);
  ~TestDns();
  std::uint16_t port() const { return port_; }

 private:
  void serve();

  std::string address_;
  std::uint8_t ttl_s_;
  boost::asio::io_context context_;
  boost::asio::ip::udp::socket socket_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace lifeboat::load::testing
