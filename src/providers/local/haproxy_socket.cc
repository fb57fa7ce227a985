#include "providers/local/haproxy_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <sstream>

#include "system/descriptor.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using SteadyTime = std::chrono::steady_clock::time_point;

base::Result<system::Descriptor> open_socket(const std::filesystem::path& folder, const std::string& socket_name) {
  const auto failed = [&] {
    return base::fail(ErrorCode::http_failed, fmt::format("HAProxy's runtime socket {}: {}",
                                                          (folder / socket_name).string(), std::strerror(errno)));
  };
  const system::Descriptor directory(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return failed();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto path = fmt::format("/proc/self/fd/{}/{}", directory.get(), socket_name);
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  system::Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket || ::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failed();
  }
  return socket;
}

bool wait_for(int socket, short events, SteadyTime deadline) {
  while (true) {
    const auto left = std::chrono::ceil<base::Milliseconds>(deadline - std::chrono::steady_clock::now()).count();
    pollfd wait{socket, events, 0};
    const int ready = ::poll(&wait, 1, static_cast<int>(std::max<std::int64_t>(left, 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

std::vector<std::string> split(const std::string& line, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(line);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(std::move(part));
  return parts;
}

std::optional<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} ? std::optional(number) : std::nullopt;
}

}  // namespace

base::Result<std::string> haproxy_command(const std::filesystem::path& folder, const std::string& socket_name,
                                          const std::string& command, base::Milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  const auto socket = open_socket(folder, socket_name);
  if (!socket) return std::unexpected(socket.error());
  const auto expired = [&] {
    return base::fail(ErrorCode::wait_expired,
                      fmt::format("HAProxy did not answer '{}' within {} ms", command, timeout.count()));
  };
  const auto line = command + "\n";
  if (!wait_for(socket->get(), POLLOUT, deadline)) return expired();
  if (::send(socket->get(), line.data(), line.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(line.size()))
    return expired();
  std::string answer;
  std::array<char, 16384> buffer{};
  while (wait_for(socket->get(), POLLIN, deadline)) {
    const auto count = ::recv(socket->get(), buffer.data(), buffer.size(), 0);
    if (count == 0) return answer;
    if (count > 0) {
      answer.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (errno != EAGAIN && errno != EINTR) {
      return base::fail(ErrorCode::http_failed,
                        fmt::format("HAProxy closed its runtime socket: {}", std::strerror(errno)));
    }
  }
  return expired();
}

std::vector<std::string> live_servers(const std::string& show_stat, const std::string& backend) {
  constexpr std::size_t proxy = 0;
  constexpr std::size_t server = 1;
  constexpr std::size_t status = 17;
  std::vector<std::string> names;
  std::istringstream stream(show_stat);
  for (std::string line; std::getline(stream, line);) {
    const auto fields = split(line, ',');
    if (fields.size() <= status || fields[proxy] != backend || fields[server] == "BACKEND") continue;
    if (fields[status].starts_with("UP")) names.push_back(fields[server]);
  }
  std::ranges::sort(names);
  return names;
}

std::optional<model::ObservedTraffic> traffic_of(const std::string& show_stat, const std::string& frontend) {
  constexpr std::size_t proxy = 0;
  constexpr std::size_t server = 1;
  constexpr std::size_t answers_5xx = 43;
  constexpr std::size_t requests = 48;
  std::optional<std::uint64_t> errors;
  std::uint64_t passed_on = 0;
  std::uint64_t errors_behind = 0;
  std::istringstream stream(show_stat);
  for (std::string line; std::getline(stream, line);) {
    const auto fields = split(line, ',');
    if (fields.size() <= requests) continue;
    if (fields[proxy] == frontend && fields[server] == "FRONTEND") errors = number_of(fields[answers_5xx]);
    if (fields[server] != "BACKEND") continue;
    passed_on += number_of(fields[requests]).value_or(0);
    errors_behind += number_of(fields[answers_5xx]).value_or(0);
  }
  if (!errors) return std::nullopt;
  return model::ObservedTraffic{passed_on + *errors - std::min(*errors, errors_behind), *errors};
}

std::string info_value(const std::string& show_info, const std::string& name) {
  std::istringstream stream(show_info);
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with(name + ": ")) return line.substr(name.size() + 2);
  }
  return "";
}

}  // namespace lifeboat::local
