#include "system/http_server.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <list>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "system/descriptor.h"
#include "system/http_session.h"
#include "system/sockets.h"

namespace lifeboat::system {
namespace {

using base::ErrorCode;

constexpr std::size_t connections_max = 64;

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
    if (sessions_.size() >= connections_max + static_cast<std::size_t>(streams_.load())) {
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
        serve_connection(socket, handler_, streams_);
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
  std::atomic<int> streams_{0};
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

}  // namespace lifeboat::system
