#pragma once

#include <mutex>
#include <optional>
#include <string>

#include "model/observed.h"
#include "providers/local/asset.h"
#include "providers/local/asset_process.h"
#include "providers/local/deadline.h"
#include "providers/local/pool_state.h"
#include "providers/local/pool_use.h"
#include "providers/local/postgres_client.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// How long a hold may last without anybody's release: statements held longer would fail anyway.
inline constexpr base::Milliseconds hold_limit{10'000};

/// The region's connection pool: pgbouncer between the instances and the writer. It can hold statements, so that a
/// switchover fails no request, and what it points at can be changed while it runs. Safe to call from any thread.
class Pool : public Asset {
 public:
  explicit Pool(const RegionContext& context);

  const std::string& name() const override { return process_.name(); }
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override;

  /// Lets statements under way end and holds new ones; done when none is under way. When that does not happen in time
  /// everything goes on (wait_expired). Held for at most `hold_limit`; a second hold while it is held begins that anew.
  base::Status hold(base::Instant deadline);

  /// Ends a hold, if there is one, with what was held going to `target`.
  base::Status release(const Endpoint& target, base::Instant deadline);

  /// Points the pool at another server; connections to the old one end with their transactions. Nothing
  /// happens when it points there already, or while it is held: a release says where the statements go then.
  base::Status follow(const Endpoint& target, base::Instant deadline);

  /// To be called about every 100 ms: ends a hold that nobody ended, holds again after a restart of pgbouncer.
  void keep();

  /// Opens the connection to the console, so that a hold that comes soon need not wait for that.
  void warm();

  /// Asks pgbouncer how it is used; nothing when it does not answer within 300 ms or has served nobody yet.
  std::optional<PoolUse> use();

  PoolState state() const;
  bool held() const { return state().held_since.has_value(); }

 private:
  base::Result<PostgresRows> console(const std::string& command, base::Milliseconds timeout);
  base::Status point_at(const PoolState& state, const Deadline& deadline);
  base::Status launch(const std::string& console_password, base::Instant deadline);
  base::Status resume(base::Milliseconds timeout);
  base::Status remember(const PoolState& state);
  base::Result<std::string> console_password();
  base::Status check_console(base::Milliseconds limit);
  void set_held_pid(pid_t pid);
  pid_t held_pid() const;
  std::string configuration(const Endpoint& target) const;

  const RegionContext& context_;
  AssetProcess process_;
  std::timed_mutex changing_;  // Held, while what statements do is being changed.
  std::mutex console_mutex_;
  std::optional<PostgresClient> console_;
  std::string console_password_;
  mutable std::mutex state_mutex_;
  PoolState state_;
  pid_t held_pid_ = 0;  // The process in which the hold is in force; guarded by state_mutex_.
};

}  // namespace lifeboat::local
