#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "providers/local/pool.h"
#include "providers/local/pool_config.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr Milliseconds console_timeout{1000};
constexpr Milliseconds pause_min{20};
// What is left of a hold's time for letting everything go on when it did not succeed.
constexpr Milliseconds resume_reserve{300};

bool says(const base::Error& error, const char* part) {
  return error.message.find(part) != std::string::npos;
}

}  // namespace

base::Status Pool::hold(base::Instant deadline) {
  const Deadline until(context_.clock, deadline);
  const std::unique_lock lock(changing_, until.remaining());
  if (!lock) return base::fail(ErrorCode::wait_expired, "the pool is being changed by another request");
  auto held = state();
  held.held_since = context_.clock.now();
  // Written down before it is done: if this process dies now, its successor ends the hold.
  if (auto remembered = remember(held); !remembered) return remembered;
  const auto limit = std::max(pause_min, until.remaining() - resume_reserve);
  const auto paused = console("PAUSE", limit);
  if (paused || says(paused.error(), "already")) {
    set_held_pid(process_.pid());
    return {};
  }
  held.held_since.reset();
  const auto resumed = resume(console_timeout);
  const auto remembered = remember(held);
  auto error = paused.error();
  if (error.code == ErrorCode::wait_expired) {
    error.message = fmt::format("{}/pool: statements were still under way after {} ms; everything goes on",
                                context_.region.name.value, limit.count());
  }
  if (!resumed) error.message += "; and letting them go on failed: " + resumed.error().message;
  if (!remembered) error.message += "; " + remembered.error().message;
  return std::unexpected(error);
}

base::Status Pool::resume(Milliseconds timeout) {
  const auto resumed = console("RESUME", timeout);
  // Nothing was held: what is asked for is so already.
  if (resumed || says(resumed.error(), "not paused")) return {};
  return std::unexpected(resumed.error());
}

base::Status Pool::release(const Endpoint& target, base::Instant deadline) {
  const Deadline until(context_.clock, deadline);
  const std::unique_lock lock(changing_, until.remaining());
  if (!lock) return base::fail(ErrorCode::wait_expired, "the pool is being changed by another request");
  const auto now = state();
  // Told twice (by the promotion and by the controller): pointing it there again would cut connections that are being
  // made, and pgbouncer answers every client with an error after a login that was cut.
  if (!now.held_since && now.target == target) return {};
  PoolState next{.target = target, .held_since = now.held_since};
  if (auto pointed = point_at(next, until); !pointed) return pointed;
  if (auto resumed = resume(until.at_most(console_timeout)); !resumed) return resumed;
  next.held_since.reset();
  return remember(next);
}

base::Status Pool::follow(const Endpoint& target, base::Instant deadline) {
  const Deadline until(context_.clock, deadline);
  const std::unique_lock lock(changing_, until.remaining());
  if (!lock) return base::fail(ErrorCode::wait_expired, "the pool is being changed by another request");
  const auto now = state();
  if (now.held_since || now.target == target) return {};
  return point_at({.target = target, .held_since = std::nullopt}, until);
}

base::Status Pool::point_at(const PoolState& next, const Deadline& until) {
  if (auto written = write_if_different(process_.folder() / "pgbouncer.ini", configuration(next.target)); !written) {
    return written;
  }
  // A changed target ends the connections to the old one with their transactions; RECONNECT would cut logins too.
  if (process_.pid() != 0) {
    if (auto reloaded = console("RELOAD", until.at_most(console_timeout)); !reloaded) {
      return std::unexpected(reloaded.error());
    }
  }
  return remember(next);
}

void Pool::warm() {
  const std::unique_lock lock(changing_, std::try_to_lock);
  if (!lock || process_.pid() == 0) return;
  // Whether it succeeds shows when the console is needed.
  [[maybe_unused]] const auto answer = console("SHOW VERSION", console_timeout);
}

void Pool::keep() {
  const std::unique_lock lock(changing_, std::try_to_lock);
  if (!lock) return;
  auto now = state();
  if (!now.held_since || process_.pid() == 0) return;
  const auto age = context_.clock.now() - *now.held_since;
  if (age >= hold_limit || age < Milliseconds{0}) {
    spdlog::warn("{}/pool: nobody ended the hold within {} ms; statements go on", context_.region.name.value,
                 hold_limit.count());
    if (!resume(console_timeout)) return;
    now.held_since.reset();
    if (auto remembered = remember(now); !remembered) spdlog::error("pool: {}", remembered.error().text());
    return;
  }
  const pid_t pid = process_.pid();
  if (held_pid() == pid) return;
  const auto paused = console("PAUSE", console_timeout);
  if (paused || says(paused.error(), "already")) set_held_pid(pid);
}

}  // namespace lifeboat::local
