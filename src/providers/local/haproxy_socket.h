#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "model/observed.h"

namespace lifeboat::local {

/// Sends one command to HAProxy's runtime socket and returns its whole answer. The socket is reached through its
/// folder's descriptor, since the path of a Unix socket may not be longer than 107 characters. Errors: http_failed when
/// nobody answers there, wait_expired.
base::Result<std::string> haproxy_command(const std::filesystem::path& folder, const std::string& socket_name,
                                          const std::string& command, base::Milliseconds timeout);

/// The servers of a backend that "show stat" reports as up, sorted.
std::vector<std::string> live_servers(const std::string& show_stat, const std::string& backend);

/// What the frontend has counted of clients' requests, by "show stat": those that a backend had and those that it
/// answered itself with an error. Its other answers are probes'. Nothing when the counters are not there.
std::optional<model::ObservedTraffic> traffic_of(const std::string& show_stat, const std::string& frontend);

/// The value of a line "Name: value" of "show info"; empty when there is none.
std::string info_value(const std::string& show_info, const std::string& name);

}  // namespace lifeboat::local
