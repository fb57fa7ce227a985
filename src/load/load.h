#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"
#include "load/statistics.h"

namespace lifeboat::load {

/// What a name resolved to.
struct NameAnswer {
  std::vector<std::string> addresses;
  std::int64_t ttl_s = 0;
};

/// Asks for the front door's name. May block for as long as its own time limit; called on a thread of its own.
using LookUp = std::function<base::Result<NameAnswer>()>;

struct LoadOptions {
  std::string host;  ///< Goes into the Host header.
  std::uint16_t port = 8080;
  LookUp look_up;                       ///< How the host becomes an address; each answer is kept for its TTL.
  double rate_per_s = 50;               ///< Requests due each second, whether or not earlier ones have been answered.
  double write_ratio = 0.5;             ///< The writes' share of them.
  int writers = 10;                     ///< Connections at most; a request waits when all are busy.
  base::Milliseconds duration{30'000};  ///< 0: until it is stopped.
  base::Milliseconds request_timeout{2'000};  ///< From the moment it was due.
  std::string token;                          ///< Of the web API; empty: registers a user of its own at start.
  std::string run;                            ///< The run's id; part of every name it writes. At most 20 characters.
  std::filesystem::path record_file;          ///< Appended to.
};

/// Called about every 100 ms on the client's thread; must be quick.
using OnProgress = std::function<void(const Summary&)>;

/// An id for a run, made from the moment: "261122-225512-4f2a".
std::string make_run_id(base::WallTime now, std::uint32_t salt);

/// Runs the client to its end on the calling thread: registers, sends for `duration`, waits for what is still under
/// way, and returns what it saw. `stop` (may be set by a signal handler) ends it early and well. Requests that fail are
/// results, not errors; an error means that it could not begin (no registration) or could not write its record.
base::Result<Summary> run_load(const LoadOptions& options, const std::atomic<bool>& stop,
                               const OnProgress& on_progress);

}  // namespace lifeboat::load
