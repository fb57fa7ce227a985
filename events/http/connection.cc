#include "events/http/connection.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <chrono>
#include <ctime>

#include "events/core/envelope.h"
#include "events/core/http_date.h"
#include "events/core/query_string.h"

namespace lifeboat::events {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
constexpr auto as_values = asio::as_tuple(asio::use_awaitable);

Request take_apart(http::request<http::string_body>& message) {
  Request request;
  request.method = std::string(message.method_string());
  const std::string target(message.target());
  const auto question = target.find('?');
  request.path = percent_decode(std::string_view(target).substr(0, question), false);
  if (question != std::string::npos) request.query = target.substr(question + 1);
  request.authorization = std::string(message[http::field::authorization]);
  request.body = std::move(message.body());
  return request;
}

}  // namespace

Deadline HttpConnection::limit(Milliseconds time) {
  return Deadline(socket_.get_executor(), std::chrono::steady_clock::now() + time, [this] { socket_.cancel(); });
}

void HttpConnection::close_if_idle() {
  boost::system::error_code ignored;
  // What has already arrived is still served; run() sees that the server is stopping and closes after it.
  if (idle_ && socket_.available(ignored) == 0) socket_.close(ignored);
}

asio::awaitable<void> HttpConnection::run() {
  boost::system::error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  while (co_await wait_for_request()) {
    if (co_await serve_one() == Next::close) break;
  }
  socket_.close(ignored);
}

asio::awaitable<void> HttpConnection::refuse() {
  co_await write(unavailable(message::too_many_connections), nullptr, false);
  co_await drain();
  boost::system::error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<bool> HttpConnection::wait_for_request() {
  if (buffer_.size() > 0) co_return true;
  const auto deadline = limit(server_.limits_.idle_timeout);
  idle_ = true;
  const auto [error] = co_await socket_.async_wait(tcp::socket::wait_read, as_values);
  idle_ = false;
  co_return !error && !deadline.expired();
}

Response HttpConnection::read_failure(boost::system::error_code error, bool timed_out) const {
  if (timed_out) return failure(408, message::request_timeout);
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return failure(431, message::header_too_large);
  }
  if (error == http::error::body_limit) return failure(413, message::body_too_large);
  const bool syntax = error.category() == http::make_error_code(http::error::bad_method).category() &&
                      error != http::error::end_of_stream && error != http::error::partial_message;
  if (syntax) return failure(400, message::malformed_request);
  Response gone;
  gone.status = 0;
  return gone;
}

asio::awaitable<std::optional<Response>> HttpConnection::read(Parser& parser) {
  const Limits& limits = server_.limits_;
  parser.header_limit(limits.header_bytes);
  parser.body_limit(limits.body_bytes);
  {
    const auto deadline = limit(limits.header_timeout);
    const auto [error, size] = co_await http::async_read_header(socket_, buffer_, parser, as_values);
    if (error) co_return read_failure(error, deadline.expired());
  }
  if (parser.is_done()) co_return std::nullopt;
  const auto deadline = limit(limits.body_timeout);
  if (boost::beast::iequals(parser.get()[http::field::expect], "100-continue")) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(socket_, asio::buffer(go_on), as_values);
  }
  const auto [error, size] = co_await http::async_read(socket_, buffer_, parser, as_values);
  if (error) co_return read_failure(error, deadline.expired());
  co_return std::nullopt;
}

asio::awaitable<HttpConnection::Next> HttpConnection::serve_one() {
  Parser parser;
  auto failed = co_await read(parser);
  if (failed) {
    if (failed->status == 0) co_return Next::close;
    if (co_await write(std::move(*failed), nullptr, false)) co_await drain();
    co_return Next::close;
  }
  const bool asked_to_keep = parser.get().keep_alive();
  const Request request = take_apart(parser.get());
  Response response = co_await server_.handler_(request);
  const bool keep = asked_to_keep && !server_.stopping_;
  const bool written = co_await write(std::move(response), &parser, keep);
  co_return written&& keep ? Next::keep_alive : Next::close;
}

asio::awaitable<bool> HttpConnection::write(Response response, const Parser* parser, bool keep_alive) {
  http::response<http::string_body> reply(static_cast<http::status>(response.status),
                                          parser != nullptr ? parser->get().version() : 11U);
  reply.set(http::field::content_type, response.content_type);
  reply.set(http::field::date, http_date(std::time(nullptr)));
  reply.set(http::field::server, "lifeboat-events");
  reply.set("X-Served-By", server_.served_by_);
  for (const auto& [name, value] : response.headers) reply.set(name, value);
  reply.keep_alive(keep_alive);
  reply.content_length(response.body.size());
  const bool head = parser != nullptr && parser->get().method() == http::verb::head;
  if (!head) reply.body() = std::move(response.body);
  const auto deadline = limit(server_.limits_.write_timeout);
  const auto [error, size] = co_await http::async_write(socket_, reply, as_values);
  co_return !error;
}

/// Reads on for a moment after a refusal: closing with unread bytes would reset the connection and lose the answer.
asio::awaitable<void> HttpConnection::drain() {
  boost::system::error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  const auto deadline = limit(Milliseconds(1000));
  std::array<char, 4096> sink = {};
  constexpr std::size_t enough = 4 << 20;
  for (std::size_t total = 0; total < enough && !deadline.expired();) {
    const auto [error, size] = co_await socket_.async_read_some(asio::buffer(sink), as_values);
    if (error) break;
    total += size;
  }
}

}  // namespace lifeboat::events
