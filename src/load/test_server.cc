#include "load/test_server.h"

#include <fmt/format.h>

#include <array>
#include <boost/asio/ip/address.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <nlohmann/json.hpp>

namespace lifeboat::load::testing {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using asio::ip::udp;

TestServer::TestServer(const std::string& address, std::uint16_t port, Answer answer)
    : answer_(std::move(answer)),
      acceptor_(context_, tcp::endpoint(asio::ip::make_address(address), port)),
      acceptor_thread_([this] { accept(); }) {}

TestServer::~TestServer() {
  boost::system::error_code ignored;
  // Only a shutdown wakes a thread that waits in accept or read.
  ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
  acceptor_thread_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& socket : sockets_) socket->shutdown(tcp::socket::shutdown_both, ignored);
  }
  for (std::thread& thread : threads_) thread.join();
}

std::size_t TestServer::connections() const {
  const std::lock_guard lock(mutex_);
  return sockets_.size();
}

void TestServer::accept() {
  while (true) {
    auto socket = std::make_shared<tcp::socket>(context_);
    boost::system::error_code closed;
    acceptor_.accept(*socket, closed);
    if (closed) return;
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    threads_.emplace_back([this, socket] { serve(*socket); });
  }
}

void TestServer::serve(tcp::socket& socket) {
  boost::beast::flat_buffer buffer;
  boost::system::error_code ended;
  while (true) {
    ServerRequest request;
    http::read(socket, buffer, request, ended);
    if (ended) return;
    auto response = answer_(request);
    if (!response) {
      socket.shutdown(tcp::socket::shutdown_both, ended);
      return;
    }
    response->keep_alive(true);
    response->prepare_payload();
    http::write(socket, *response, ended);
    if (ended) return;
  }
}

ServerResponse EventsBook::respond(unsigned status, const std::string& body) const {
  ServerResponse response(static_cast<http::status>(status), 11);
  response.set("X-Served-By", region_ + "/web-1");
  response.body() = body;
  return response;
}

std::optional<ServerResponse> EventsBook::answer(const ServerRequest& request) {
  const std::string target(request.target());
  if (target == "/auth/register") {
    return respond(201,
                   R"({"dataset":{"token":"RTOKEN"},"status":{"message":"101: Created.","records":1,"success":true}})");
  }
  if (request[http::field::authorization] != "Bearer RTOKEN") {
    return respond(401, R"({"status":{"message":"900: Request Not Authorized.","records":0,"success":false}})");
  }
  std::int64_t id = 0;
  if (request.method() == http::verb::post) {
    const std::lock_guard lock(mutex_);
    names_.push_back(nlohmann::json::parse(request.body())["name"]);
    id = static_cast<std::int64_t>(names_.size());
  } else {
    id = std::stoll(target.substr(std::string("/events/").size()));
  }
  const unsigned status = request.method() == http::verb::post ? 201 : 200;
  return respond(
      status, fmt::format(R"({{"dataset":{{"id":{}}},"status":{{"message":"ok","records":1,"success":true}}}})", id));
}

std::vector<std::string> EventsBook::names() const {
  const std::lock_guard lock(mutex_);
  return names_;
}

void EventsBook::clear() {
  const std::lock_guard lock(mutex_);
  names_.clear();
}

TestDns::TestDns(std::string address, std::uint8_t ttl_s)
    : address_(std::move(address)),
      ttl_s_(ttl_s),
      socket_(context_, udp::endpoint(asio::ip::make_address("127.0.0.1"), 0)),
      port_(socket_.local_endpoint().port()),
      thread_([this] { serve(); }) {}

TestDns::~TestDns() {
  // An empty datagram is the request to end.
  udp::socket(context_, udp::v4())
      .send_to(asio::buffer("", 0), udp::endpoint(asio::ip::make_address("127.0.0.1"), port_));
  thread_.join();
}

void TestDns::serve() {
  std::array<std::uint8_t, 512> bytes{};
  while (true) {
    udp::endpoint from;
    const std::size_t length = socket_.receive_from(asio::buffer(bytes), from);
    constexpr std::size_t header_length = 12;
    if (length < header_length) return;
    std::size_t question_end = header_length;
    while (bytes.at(question_end) != 0) question_end += bytes.at(question_end) + 1u;
    question_end += 5;
    std::vector<std::uint8_t> reply(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(question_end));
    reply[2] = 0x84;  // An authoritative answer,
    reply[3] = 0;     // without error,
    reply[7] = 1;     // of one record,
    reply[11] = 0;    // and nothing beside it.
    const auto address = asio::ip::make_address_v4(address_).to_bytes();
    const std::vector<std::uint8_t> record = {0xC0, 12, 0, 1, 0, 1, 0, 0, 0, ttl_s_, 0, 4};
    reply.insert(reply.end(), record.begin(), record.end());
    reply.insert(reply.end(), address.begin(), address.end());
    socket_.send_to(asio::buffer(reply), from);
  }
}

}  // namespace lifeboat::load::testing
