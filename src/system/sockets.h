#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "system/descriptor.h"

namespace lifeboat::system {

/// A listening TCP socket. Errors: port_taken (with the holder's pid where it can be seen), io_failed.
base::Result<Descriptor> listen_on(const std::string& address, std::uint16_t port);
std::uint16_t local_port(int socket);

/// How long the TCP handshake between two addresses takes, `from` being one of ours: the median of five. Errors:
/// connection refused or timed out, as io_failed.
base::Result<std::chrono::microseconds> measure_round_trip(const std::string& from, const std::string& to,
                                                           std::uint16_t port, base::Milliseconds limit);

/// A socket in the kernel's table that listens on an address of the machine.
struct ListeningSocket {
  std::string address;
  std::uint16_t port = 0;
  std::uint64_t inode = 0;
};

/// The sockets that listen on addresses that begin with the prefix ("127.10."; an empty prefix: all), from
/// /proc/net/tcp.
std::vector<ListeningSocket> listening_sockets(std::string_view prefix);

/// Whether the process holds one of the sockets; false for one whose descriptors we may not see.
bool holds_socket(pid_t pid, const std::set<std::uint64_t>& inodes);

/// The process that holds a socket; 0 when nobody that we may look at does.
pid_t holder_of(std::uint64_t inode);

}  // namespace lifeboat::system
