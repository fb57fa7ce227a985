#include "system/http_session.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cctype>
#include <chrono>
#include <optional>

namespace lifeboat::system {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr int streams_max = 16;
constexpr std::uint64_t body_limit_bytes = 1u << 20;
constexpr std::uint32_t head_limit_bytes = 64u << 10;
/// What a stream's client may leave unread before it is waited for.
constexpr int stream_buffer_bytes = 256 << 10;
constexpr auto read_timeout = std::chrono::seconds(10);
constexpr auto stream_timeout = std::chrono::seconds(5);

std::string text_of(auto view) {
  return {view.data(), view.size()};
}

std::string bearer_of(const std::string& header) {
  constexpr std::string_view scheme = "Bearer ";
  return header.starts_with(scheme) ? header.substr(scheme.size()) : std::string();
}

HttpCall to_call(http::request<http::string_body>&& message, const std::string& client) {
  HttpCall call;
  const auto target = text_of(message.target());
  const auto question = target.find('?');
  call.method = text_of(message.method_string());
  call.path = target.substr(0, question);
  if (question != std::string::npos) call.query = target.substr(question + 1);
  for (const auto& field : message) {
    auto name = text_of(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    auto& value = call.headers[name];
    value += (value.empty() ? "" : ", ") + text_of(field.value());
  }
  call.bearer_token = bearer_of(call.header("authorization"));
  call.body = std::move(message.body());
  call.client = client;
  return call;
}

HttpAnswer problem(int status, std::string_view code, std::string_view message) {
  return {status, fmt::format(R"({{"version":1,"error":{{"code":"{}","message":"{}","help":""}}}})", code, message)};
}

template <class Body>
http::response<Body> head_of(const HttpAnswer& answer, bool keep_alive) {
  http::response<Body> message{static_cast<http::status>(answer.status), 11};
  message.set(http::field::content_type, answer.content_type);
  for (const auto& [name, value] : answer.headers) message.set(name, value);
  message.keep_alive(keep_alive);
  return message;
}

/// One client: reads calls and answers them until the client or the server has had enough.
class Session : private HttpStream {
 public:
  Session(int socket, const HttpServer::Handler& handler, std::atomic<int>& streams)
      : handler_(handler), streams_(streams), stream_(context_) {
    stream_.socket().assign(asio::ip::tcp::v4(), socket);
    beast::error_code ignored;
    const auto client = stream_.socket().remote_endpoint(ignored);
    client_ = fmt::format("{}:{}", client.address().to_string(), client.port());
  }

  void serve() {
    while (read() && answer()) {
    }
  }

 private:
  bool read() {
    parser_.emplace();
    parser_->body_limit(body_limit_bytes);
    parser_->header_limit(head_limit_bytes);
    stream_.expires_after(read_timeout);
    beast::error_code result;
    http::async_read(stream_, buffer_, *parser_, [&](beast::error_code error, std::size_t) { result = error; });
    run();
    if (result == http::error::body_limit || result == http::error::header_limit) {
      write(problem(413, "bad_request", "the request is larger than 1 MiB"), false);
    } else if (result.category() == http::make_error_code(http::error::bad_method).category() &&
               result != http::error::end_of_stream && result != http::error::partial_message) {
      write(problem(400, "bad_request", "not an HTTP request"), false);
    }
    return !result;
  }

  bool answer() {
    const bool keep_alive = parser_->get().keep_alive();
    const auto answer = handler_(to_call(parser_->release(), client_));
    if (answer.stream) return stream(answer);
    return write(answer, keep_alive) && keep_alive;
  }

  bool write(const HttpAnswer& answer, bool keep_alive) {
    auto message = head_of<http::string_body>(answer, keep_alive);
    message.body() = answer.body;
    // These two have no body and no length either.
    if (answer.status != 204 && answer.status != 304) message.prepare_payload();
    stream_.expires_after(read_timeout);
    beast::error_code result;
    http::async_write(stream_, message, [&](beast::error_code error, std::size_t) { result = error; });
    run();
    return !result;
  }

  /// Never keeps the connection: without a length its end is the end of the answer.
  bool stream(const HttpAnswer& answer) {
    if (streams_.fetch_add(1) < streams_max) {
      ::setsockopt(stream_.socket().native_handle(), SOL_SOCKET, SO_SNDBUF, &stream_buffer_bytes, sizeof(int));
      auto message = head_of<http::empty_body>(answer, false);
      http::response_serializer<http::empty_body> head(message);
      stream_.expires_after(read_timeout);
      beast::error_code result;
      http::async_write_header(stream_, head, [&](beast::error_code error, std::size_t) { result = error; });
      run();
      if (!result) answer.stream(*this);
    } else {
      auto refused = problem(503, "wait_expired", "too many streams are open; try again in a few seconds");
      refused.headers = {{"Retry-After", "5"}};
      write(refused, false);
    }
    --streams_;
    return false;
  }

  bool send(std::string_view text) override {
    stream_.expires_after(stream_timeout);
    beast::error_code result;
    asio::async_write(stream_, asio::buffer(text.data(), text.size()),
                      [&](beast::error_code error, std::size_t) { result = error; });
    run();
    return !result;
  }

  /// A client that listens says nothing more; the end of what it sends is its own end, or the server's.
  bool open() override {
    char byte = 0;
    const auto seen = ::recv(stream_.socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return seen < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
  }

  void run() {
    context_.restart();
    context_.run();
  }

  const HttpServer::Handler& handler_;
  std::atomic<int>& streams_;
  std::string client_;
  asio::io_context context_{1};
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
};

}  // namespace

void serve_connection(int socket, const HttpServer::Handler& handler, std::atomic<int>& streams) {
  Session(socket, handler, streams).serve();
}

}  // namespace lifeboat::system
