#pragma once

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "api/log_view.h"
#include "base/units.h"
#include "controller/rate_meter.h"
#include "system/http_server.h"

namespace lifeboat::controller {

/// GET /v1/stream: writes what happens as server-sent events, to any number of streams at once, each on a thread of its
/// own. What they show is made once for all of them. Safe to call from any thread.
class LiveFeed {
 public:
  struct Sources {
    std::function<std::string()> status;                                     ///< The document.
    std::function<std::vector<api::LogEntryView>(std::uint64_t after)> log;  ///< Entries after a number.
    std::function<RateMeter::Rates()> rates;                                 ///< What is known now.
    std::function<base::WallTime()> now;
    std::uint64_t records = 0;  ///< How many there are at first.
  };
  explicit LiveFeed(Sources sources) : sources_(std::move(sources)), records_(sources_.records) {}

  /// Returns when the stream is over, or its client's leave. `after`: the log's number to go on from; nothing: the
  /// latest entries first.
  void run(system::HttpStream& stream, std::optional<std::uint64_t> after, base::WallTime until);
  /// So many new records are durable.
  void records_added(std::size_t count);

 private:
  struct Position;
  bool send_log(system::HttpStream& stream, Position& position);
  bool send_status(system::HttpStream& stream, Position& position);
  std::string latest_status();
  void wait_for_records(std::uint64_t sent);

  Sources sources_;
  std::mutex mutex_;
  std::condition_variable grown_;
  std::uint64_t records_ = 0;
  std::mutex status_mutex_;
  std::string status_;
  std::optional<std::chrono::steady_clock::time_point> status_at_;
};

}  // namespace lifeboat::controller
