#include "providers/local/pool.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "providers/local/pool_config.h"
#include "providers/local/scope_parts.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr const char* state_file = "pool.json";

}  // namespace

Pool::Pool(const RegionContext& context)
    : context_(context),
      process_(scope_parts(context), context.region.pool, model::AssetKind::connection_pool,
               [this](Milliseconds limit) { return check_console(limit); }) {
  state_.target = context.region.database_nodes.front().endpoint;
  const auto known = load_pool_state(process_.folder() / state_file);
  if (!known) spdlog::warn("{}/pool: {}", context.region.name.value, known.error().text());
  if (known && *known) state_ = **known;
}

std::string Pool::configuration(const Endpoint& target) const {
  return pool_configuration({process_.endpoint(), context_.stack.database.name, target});
}

base::Status Pool::ensure(base::Instant deadline) {
  const auto password = console_password();
  if (!password) return std::unexpected(password.error());
  const auto starts_before = process_.starts();
  if (auto launched = launch(*password, deadline); !launched) return launched;
  return process_.await_health(starts_before, deadline);
}

base::Status Pool::launch(const std::string& console_password, base::Instant deadline) {
  // Whoever points it elsewhere waits: the file that is written here must not undo that.
  const std::unique_lock lock(changing_, Deadline(context_.clock, deadline).remaining());
  if (!lock) return base::fail(ErrorCode::wait_expired, "the pool is being changed by another request");
  return process_.launch({.files = {{"pgbouncer.ini", configuration(state().target)},
                                    {"users.txt", pool_users(context_.secrets.database_application, console_password)}},
                          .argv = {context_.programs.pgbouncer.string(), "pgbouncer.ini"},
                          .environment = {},
                          // Where it points is no reason to start it again: that changes while it runs.
                          .fingerprint = configuration({"target", 0}),
                          .stop_signal = SIGTERM});
}

base::Result<std::string> Pool::console_password() {
  const std::scoped_lock lock(console_mutex_);
  if (!console_password_.empty()) return console_password_;
  const auto file = process_.folder() / "console.password";
  if (auto known = system::read_file(file); known && !known->empty()) {
    console_password_ = *known;
    return console_password_;
  }
  auto made = system::random_token(40);
  if (!made) return std::unexpected(made.error());
  if (auto folder = system::make_folder(process_.folder()); !folder) return std::unexpected(folder.error());
  if (auto written = system::replace_file(file, *made, 0600); !written) return std::unexpected(written.error());
  console_password_ = *made;
  return console_password_;
}

base::Result<PostgresRows> Pool::console(const std::string& command, Milliseconds timeout) {
  const auto password = console_password();
  if (!password) return std::unexpected(password.error());
  const std::scoped_lock lock(console_mutex_);
  const bool reused = console_ && console_->usable();
  for (int attempt = 0;; ++attempt) {
    if (!console_ || !console_->usable()) {
      auto opened = PostgresClient::connect(
          {process_.endpoint().address, process_.endpoint().port, pool_admin, *password, "pgbouncer"}, timeout);
      if (!opened) return std::unexpected(opened.error());
      console_ = std::move(*opened);
    }
    auto answer = console_->query(command, timeout);
    // A kept connection may be to a process that has ended since; every command here may be given twice.
    if (answer || console_->usable() || !reused || attempt > 0 || answer.error().code == ErrorCode::wait_expired) {
      return answer;
    }
  }
}

base::Status Pool::check_console(Milliseconds limit) {
  // A connection of its own: the kept one may be waiting for a hold.
  const auto password = console_password();
  if (!password) return std::unexpected(password.error());
  auto opened = PostgresClient::connect(
      {process_.endpoint().address, process_.endpoint().port, pool_admin, *password, "pgbouncer"}, limit);
  if (!opened) return std::unexpected(opened.error());
  const auto answer = opened->query("SHOW VERSION", limit);
  if (!answer) return std::unexpected(answer.error());
  return {};
}

model::ObservedAsset Pool::observe() {
  auto seen = process_.observe();
  if (seen.state != model::AssetState::ready) return seen;
  const auto now = state();
  seen.facts = {
      {"port", std::to_string(seen.port)},
      {"configuration", fmt::format("{:016x}", std::hash<std::string>{}(pool_configuration(
                                                   {{"address", 0}, context_.stack.database.name, {"target", 0}})))}};
  seen.detail = fmt::format("{} {}", now.held_since ? "holds statements for" : "to", now.target.text());
  const auto password = console_password();
  if (!password) return seen;
  auto opened = PostgresClient::connect(
      {process_.endpoint().address, process_.endpoint().port, pool_admin, *password, "pgbouncer"}, Milliseconds{300});
  if (!opened) return seen;
  const auto version = opened->query("SHOW VERSION", Milliseconds{300});
  if (version && !version->rows.empty()) seen.version = version->text(0, 0);
  return seen;
}

std::optional<PoolUse> Pool::use() {
  // A connection of its own: the kept one may be waiting for a hold.
  constexpr Milliseconds limit{300};
  const auto password = console_password();
  if (!password || process_.pid() == 0) return std::nullopt;
  auto opened = PostgresClient::connect(
      {process_.endpoint().address, process_.endpoint().port, pool_admin, *password, "pgbouncer"}, limit);
  if (!opened) return std::nullopt;
  const auto pools = opened->query("SHOW POOLS", limit);
  const auto stats = pools ? opened->query("SHOW STATS", limit) : pools;
  return stats ? pool_use(*pools, *stats, context_.stack.database.name) : std::nullopt;
}

base::Status Pool::stop() {
  set_held_pid(0);
  auto free = state();
  free.held_since.reset();
  auto remembered = remember(free);
  auto stopped = process_.stop();
  return remembered ? stopped : remembered;
}

void Pool::set_held_pid(pid_t pid) {
  const std::scoped_lock lock(state_mutex_);
  held_pid_ = pid;
}

pid_t Pool::held_pid() const {
  const std::scoped_lock lock(state_mutex_);
  return held_pid_;
}

PoolState Pool::state() const {
  const std::scoped_lock lock(state_mutex_);
  return state_;
}

base::Status Pool::remember(const PoolState& state) {
  if (auto made = system::make_folder(process_.folder()); !made) return made;
  if (auto saved = save_pool_state(process_.folder() / state_file, state); !saved) return saved;
  const std::scoped_lock lock(state_mutex_);
  state_ = state;
  return {};
}

}  // namespace lifeboat::local
