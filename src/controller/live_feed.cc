#include "controller/live_feed.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace lifeboat::controller {
namespace {

using Steady = std::chrono::steady_clock;

constexpr auto status_interval = std::chrono::milliseconds(250);
constexpr auto status_repeat = std::chrono::seconds(5);
constexpr auto rates_interval = std::chrono::seconds(1);
constexpr auto wait_interval = std::chrono::milliseconds(100);
/// How much of the log comes first where the client has none of it.
constexpr std::size_t first_entries = 200;

/// Documents are one line each.
std::string event(std::string_view name, std::string_view data) {
  return fmt::format("event: {}\ndata: {}\n\n", name, data);
}

}  // namespace

/// What a stream has had.
struct LiveFeed::Position {
  std::optional<std::uint64_t> after;
  std::string status = {};
  Steady::time_point status_looked_at{};
  Steady::time_point status_sent_at{};
  Steady::time_point rates_at{};
};

void LiveFeed::run(system::HttpStream& stream, std::optional<std::uint64_t> after, base::WallTime until) {
  Position position{.after = after};
  // A browser whose stream has ended asks again this soon.
  if (!stream.send("retry: 1000\n\n")) return;
  while (sources_.now() < until && stream.open() && send_log(stream, position) && send_status(stream, position)) {
    const auto now = Steady::now();
    if (now - position.rates_at >= rates_interval) {
      position.rates_at = now;
      const auto at_ms = sources_.now().time_since_epoch().count();
      if (!stream.send(event("rates", RateMeter::to_document(sources_.rates(), at_ms)))) return;
    }
    wait_for_records(*position.after);
  }
}

bool LiveFeed::send_log(system::HttpStream& stream, Position& position) {
  const auto records = [&] {
    const std::scoped_lock lock(mutex_);
    return records_;
  }();
  if (position.after && *position.after == records) return true;
  const bool is_first = !position.after;
  // A number from the future is that of another journal.
  auto entries = sources_.log(is_first ? 0 : std::min(*position.after, records));
  if (is_first && entries.size() > first_entries) entries.erase(entries.begin(), entries.end() - first_entries);
  position.after = records;
  for (const auto& entry : entries) {
    position.after = std::max(records, entry.seq);
    if (!stream.send(fmt::format("id: {}\n{}", entry.seq, event("log", api::to_line(entry))))) return false;
  }
  return true;
}

bool LiveFeed::send_status(system::HttpStream& stream, Position& position) {
  const auto now = Steady::now();
  if (now - position.status_looked_at < status_interval) return true;
  position.status_looked_at = now;
  auto status = latest_status();
  if (status == position.status && now - position.status_sent_at < status_repeat) return true;
  position.status = std::move(status);
  position.status_sent_at = now;
  return stream.send(event("status", position.status));
}

std::string LiveFeed::latest_status() {
  const std::scoped_lock lock(status_mutex_);
  if (!status_at_ || Steady::now() - *status_at_ >= status_interval) {
    status_ = sources_.status();
    status_at_ = Steady::now();
  }
  return status_;
}

void LiveFeed::wait_for_records(std::uint64_t sent) {
  std::unique_lock lock(mutex_);
  grown_.wait_for(lock, wait_interval, [&] { return records_ > sent; });
}

void LiveFeed::records_added(std::size_t count) {
  {
    const std::scoped_lock lock(mutex_);
    records_ += count;
  }
  grown_.notify_all();
}

}  // namespace lifeboat::controller
