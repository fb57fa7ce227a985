#include "system/sockets.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace lifeboat::system {
namespace {

using base::ErrorCode;

std::string taken_by(const std::string& address, std::uint16_t port) {
  for (const auto& socket : listening_sockets("")) {
    if (socket.port != port || (socket.address != address && socket.address != "0.0.0.0")) continue;
    if (const auto pid = holder_of(socket.inode); pid != 0) return fmt::format(" by pid {}", pid);
  }
  return "";
}

}  // namespace

base::Result<Descriptor> listen_on(const std::string& address, std::uint16_t port) {
  Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket) return base::fail(ErrorCode::io_failed, fmt::format("socket: {}", std::strerror(errno)));
  const int one = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  if (::inet_pton(AF_INET, address.c_str(), &name.sin_addr) != 1) {
    return base::fail(ErrorCode::io_failed, fmt::format("'{}' is not an IPv4 address", address));
  }
  if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0 || ::listen(socket.get(), 128) != 0) {
    if (errno == EADDRINUSE) {
      return base::fail(ErrorCode::port_taken, fmt::format("{}:{} is taken{}", address, port, taken_by(address, port)));
    }
    return base::fail(ErrorCode::io_failed, fmt::format("listening on {}:{}: {}", address, port, std::strerror(errno)));
  }
  return socket;
}

std::uint16_t local_port(int socket) {
  sockaddr_in name{};
  socklen_t length = sizeof name;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&name), &length);
  return ntohs(name.sin_port);
}

std::vector<ListeningSocket> listening_sockets(std::string_view prefix) {
  std::vector<ListeningSocket> found;
  std::ifstream table("/proc/net/tcp");
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    unsigned address = 0;
    unsigned port = 0;
    unsigned state = 0;
    unsigned long inode = 0;
    if (std::sscanf(line.c_str(), "%*u: %8X:%4X %*8X:%*4X %2X %*s %*s %*s %*u %*u %lu", &address, &port, &state,
                    &inode) != 4)
      continue;
    constexpr unsigned listen_state = 0x0A;
    if (state != listen_state) continue;
    std::array<char, INET_ADDRSTRLEN> text{};
    const in_addr raw{address};
    ::inet_ntop(AF_INET, &raw, text.data(), text.size());
    if (std::string_view(text.data()).starts_with(prefix)) {
      found.push_back({text.data(), static_cast<std::uint16_t>(port), inode});
    }
  }
  return found;
}

bool holds_socket(pid_t pid, const std::set<std::uint64_t>& inodes) {
  const auto folder = fmt::format("/proc/{}/fd", pid);
  std::error_code hidden;
  std::array<char, 64> target{};
  for (std::filesystem::directory_iterator entry(folder, hidden), end; !hidden && entry != end;
       entry.increment(hidden)) {
    const auto length = ::readlink(entry->path().c_str(), target.data(), target.size() - 1);
    if (length <= 0) continue;
    target[static_cast<std::size_t>(length)] = 0;
    unsigned long inode = 0;
    if (std::sscanf(target.data(), "socket:[%lu]", &inode) == 1 && inodes.contains(inode)) return true;
  }
  return false;
}

pid_t holder_of(std::uint64_t inode) {
  std::error_code ignored;
  for (const auto& process : std::filesystem::directory_iterator("/proc", ignored)) {
    const auto name = process.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ptr != name.data() + name.size()) continue;
    if (holds_socket(pid, {inode})) return pid;
  }
  return 0;
}

}  // namespace lifeboat::system
