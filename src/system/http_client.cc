#include "system/http_client.h"

#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>

namespace lifeboat::system {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using base::ErrorCode;

constexpr std::uint64_t answer_limit_bytes = 16u << 20;

http::request<http::string_body> to_beast(const HttpRequest& request, bool keep_alive) {
  http::request<http::string_body> message;
  message.method_string(request.method);
  message.target(request.target);
  message.version(11);
  message.set(http::field::host, request.host.empty() ? request.address : request.host);
  if (!request.bearer_token.empty()) message.set(http::field::authorization, "Bearer " + request.bearer_token);
  if (!request.body.empty()) message.set(http::field::content_type, "application/json");
  for (const auto& [name, value] : request.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  message.body() = request.body;
  message.prepare_payload();
  return message;
}

std::string place(const HttpRequest& request) {
  return fmt::format("{} http://{}:{}{}", request.method, request.address, request.port, request.target);
}

}  // namespace

class HttpConnection::Impl {
 public:
  base::Result<HttpResponse> request(const HttpRequest& request, base::Milliseconds timeout, bool keep_alive) {
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    const bool reused = stream_.has_value();
    auto error = exchange(request, deadline, keep_alive);
    if (error && reused && error != beast::error::timeout && !answer_begun_) {
      error = exchange(request, deadline, keep_alive);
    }
    if (error) return failure(request, error, timeout);
    return answer(keep_alive);
  }

 private:
  beast::error_code exchange(const HttpRequest& request, std::chrono::steady_clock::time_point deadline,
                             bool keep_alive) {
    answer_begun_ = false;
    if (!stream_) {
      if (auto error = connect(request, deadline)) return error;
    }
    stream_->expires_at(deadline);
    auto message = to_beast(request, keep_alive);
    parser_.emplace();
    parser_->body_limit(answer_limit_bytes);
    beast::error_code result;
    http::async_write(*stream_, message, [&](beast::error_code error, std::size_t) {
      result = error;
      if (error) return;
      http::async_read(*stream_, buffer_, *parser_,
                       [&](beast::error_code read_error, std::size_t) { result = read_error; });
    });
    run();
    if (result) {
      answer_begun_ = parser_->got_some();
      close();
    }
    return result;
  }

  beast::error_code connect(const HttpRequest& request, std::chrono::steady_clock::time_point deadline) {
    beast::error_code result;
    const auto address = asio::ip::make_address(request.address, result);
    if (result) return result;
    stream_.emplace(context_);
    buffer_.clear();
    stream_->expires_at(deadline);
    stream_->async_connect({address, request.port}, [&](beast::error_code error) { result = error; });
    run();
    if (result) {
      close();
      return result;
    }
    stream_->socket().set_option(asio::ip::tcp::no_delay(true), result);
    return result;
  }

  base::Result<HttpResponse> answer(bool keep_alive) {
    const auto& message = parser_->get();
    HttpResponse response{static_cast<int>(message.result_int()), message.body(), std::string(message["X-Served-By"])};
    if (!keep_alive || !message.keep_alive()) close();
    return response;
  }

  static std::unexpected<base::Error> failure(const HttpRequest& request, beast::error_code error,
                                              base::Milliseconds timeout) {
    if (error == beast::error::timeout) {
      return base::fail(ErrorCode::http_timeout,
                        fmt::format("{}: no answer within {} ms", place(request), timeout.count()));
    }
    return base::fail(ErrorCode::http_failed, fmt::format("{}: {}", place(request), error.message()));
  }

  void run() {
    context_.restart();
    context_.run();
  }

  void close() { stream_.reset(); }

  asio::io_context context_{1};
  std::optional<beast::tcp_stream> stream_;
  beast::flat_buffer buffer_;
  std::optional<http::response_parser<http::string_body>> parser_;
  bool answer_begun_ = false;
};

HttpConnection::HttpConnection() : impl_(std::make_unique<Impl>()) {}
HttpConnection::~HttpConnection() = default;

base::Result<HttpResponse> HttpConnection::request(const HttpRequest& request, base::Milliseconds timeout) {
  return impl_->request(request, timeout, true);
}

base::Result<HttpResponse> http_request(const HttpRequest& request, base::Milliseconds timeout) {
  return HttpConnection::Impl().request(request, timeout, false);
}

}  // namespace lifeboat::system
