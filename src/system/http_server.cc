#include "system/http_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "system/descriptor.h"
#include "system/sockets.h"

namespace lifeboat::system {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using base::ErrorCode;

constexpr std::size_t connections_max = 64;
constexpr std::uint64_t body_limit_bytes = 1u << 20;
constexpr std::uint32_t head_limit_bytes = 64u << 10;
constexpr auto read_timeout = std::chrono::seconds(10);

std::string bearer_of(std::string_view header) {
  constexpr std::string_view scheme = "Bearer ";
  return header.starts_with(scheme) ? std::string(header.substr(scheme.size())) : std::string();
}

HttpCall to_call(http::request<http::string_body>&& message) {
  const std::string target(message.target());
  const auto question = target.find('?');
  return {.method = std::string(message.method_string()),
          .path = target.substr(0, question),
          .query = question == std::string::npos ? "" : target.substr(question + 1),
          .bearer_token = bearer_of(
              std::string_view(message[http::field::authorization].data(), message[http::field::authorization].size())),
          .body = std::move(message.body())};
}

/// One client: reads calls and answers them until the client or the server has had enough.
class Session {
 public:
  Session(int socket, const HttpServer::Handler& handler) : handler_(handler), stream_(context_) {
    stream_.socket().assign(asio::ip::tcp::v4(), socket);
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
      write({413, R"({"error":{"code":"bad_request","message":"the request is larger than 1 MiB","help":""}})"}, false);
    } else if (result.category() == http::make_error_code(http::error::bad_method).category() &&
               result != http::error::end_of_stream && result != http::error::partial_message) {
      write({400, R"({"error":{"code":"bad_request","message":"not an HTTP request","help":""}})"}, false);
    }
    return !result;
  }

  bool answer() {
    const bool keep_alive = parser_->get().keep_alive();
    return write(handler_(to_call(parser_->release())), keep_alive) && keep_alive;
  }

  bool write(const HttpAnswer& answer, bool keep_alive) {
    http::response<http::string_body> message{static_cast<http::status>(answer.status), 11};
    message.set(http::field::content_type, answer.content_type);
    message.keep_alive(keep_alive);
    message.body() = answer.body;
    message.prepare_payload();
    stream_.expires_after(read_timeout);
    beast::error_code result;
    http::async_write(stream_, message, [&](beast::error_code error, std::size_t) { result = error; });
    run();
    return !result;
  }

  void run() {
    context_.restart();
    context_.run();
  }

  const HttpServer::Handler& handler_;
  asio::io_context context_{1};
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::optional<http::request_parser<http::string_body>> parser_;
};

}  // namespace

class HttpServer::Impl {
 public:
  Impl(Descriptor listener, Descriptor wake, std::uint16_t port, Handler handler)
      : listener_(std::move(listener)),
        wake_(std::move(wake)),
        port_(port),
        handler_(std::move(handler)),
        acceptor_([this] { accept_all(); }) {}

  ~Impl() {
    stopping_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.get(), &one, sizeof one);
    acceptor_.join();
    {
      const std::scoped_lock lock(mutex_);
      for (const int socket : open_) ::shutdown(socket, SHUT_RD);
    }
    sessions_.clear();
  }

  std::uint16_t port() const { return port_; }

 private:
  struct Running {
    std::jthread thread;
    std::atomic<bool> ended{false};
  };

  void accept_all() {
    while (!stopping_) {
      pollfd waits[] = {{listener_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
      if (::poll(waits, 2, -1) < 0 && errno != EINTR) return;
      sessions_.remove_if([](const Running& running) { return running.ended.load(); });
      if (stopping_ || (waits[0].revents & POLLIN) == 0) continue;
      const int socket = ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC);
      if (socket >= 0) begin(socket);
    }
  }

  void begin(int socket) {
    if (sessions_.size() >= connections_max) {
      ::close(socket);
      return;
    }
    {
      const std::scoped_lock lock(mutex_);
      open_.insert(socket);
    }
    auto& running = sessions_.emplace_back();
    running.thread = std::jthread([this, socket, &running] {
      {
        Session session(socket, handler_);
        session.serve();
        const std::scoped_lock lock(mutex_);
        open_.erase(socket);
      }
      running.ended = true;
    });
  }

  Descriptor listener_;
  Descriptor wake_;
  std::uint16_t port_;
  Handler handler_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::set<int> open_;
  std::list<Running> sessions_;
  std::thread acceptor_;
};

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpServer::HttpServer(HttpServer&&) noexcept = default;
HttpServer& HttpServer::operator=(HttpServer&&) noexcept = default;
HttpServer::~HttpServer() = default;

std::uint16_t HttpServer::port() const {
  return impl_->port();
}

base::Result<HttpServer> HttpServer::start(const std::string& address, std::uint16_t port, Handler handler) {
  auto listener = listen_on(address, port);
  if (!listener) return std::unexpected(listener.error());
  Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return base::fail(ErrorCode::io_failed, fmt::format("eventfd: {}", std::strerror(errno)));
  const auto bound = local_port(listener->get());
  return HttpServer(std::make_unique<Impl>(std::move(*listener), std::move(wake), bound, std::move(handler)));
}

std::string HttpCall::parameter(const std::string& name, const std::string& fallback) const {
  std::size_t begin = 0;
  while (begin <= query.size()) {
    const auto end = std::min(query.find('&', begin), query.size());
    const auto pair = query.substr(begin, end - begin);
    const auto equals = pair.find('=');
    if (equals != std::string::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
    begin = end + 1;
  }
  return fallback;
}

bool equal_secrets(const std::string& left, const std::string& right) {
  return left.size() == right.size() && CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

}  // namespace lifeboat::system
