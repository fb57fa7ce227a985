#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "system/sockets.h"

namespace lifeboat::system {
namespace {

using base::ErrorCode;
using Clock = std::chrono::steady_clock;

base::Result<sockaddr_in> name_of(const std::string& address, std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.c_str(), &name.sin_addr) == 1) return name;
  return base::fail(ErrorCode::io_failed, fmt::format("'{}' is not an IPv4 address", address));
}

/// 0 once the socket is connected, else the error's number.
int await_connected(int socket, base::Milliseconds limit) {
  pollfd waiting{.fd = socket, .events = POLLOUT, .revents = 0};
  if (::poll(&waiting, 1, static_cast<int>(limit.count())) != 1) return ETIMEDOUT;
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

base::Result<Clock::duration> time_handshake(const sockaddr_in& from, const sockaddr_in& to, base::Milliseconds limit) {
  const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return base::fail(ErrorCode::io_failed, fmt::format("socket: {}", std::strerror(errno)));
  if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) {
    return base::fail(ErrorCode::io_failed, fmt::format("bind: {}", std::strerror(errno)));
  }
  const auto begin = Clock::now();
  int error = ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 ? 0 : errno;
  if (error == EINPROGRESS) error = await_connected(socket.get(), limit);
  if (error == 0) return Clock::now() - begin;
  return base::fail(ErrorCode::io_failed, fmt::format("connect: {}", std::strerror(error)));
}

}  // namespace

base::Result<std::chrono::microseconds> measure_round_trip(const std::string& from, const std::string& to,
                                                           std::uint16_t port, base::Milliseconds limit) {
  const auto source = name_of(from, 0);
  const auto target = name_of(to, port);
  if (!source) return std::unexpected(source.error());
  if (!target) return std::unexpected(target.error());
  std::array<Clock::duration, 5> spans{};
  for (auto& span : spans) {
    const auto measured = time_handshake(*source, *target, limit);
    if (!measured) return base::wrap(measured.error(), fmt::format("from {} to {}:{}", from, to, port));
    span = *measured;
  }
  std::ranges::sort(spans);
  return std::chrono::duration_cast<std::chrono::microseconds>(spans[spans.size() / 2]);
}

}  // namespace lifeboat::system
