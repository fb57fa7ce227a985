#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "providers/local/postgres_client.h"

namespace lifeboat::local {

/// What pgbouncer says of the application's database: connections now, and what has gone through since it began.
struct PoolUse {
  double clients_active = 0;   ///< Linked to a server connection, or idle.
  double clients_waiting = 0;  ///< Have a statement, and no server connection yet.
  double servers_active = 0;
  double servers_idle = 0;
  std::chrono::duration<double> longest_wait{};  ///< Of the clients that wait now.
  double queries = 0;
  std::chrono::duration<double> queried{};  ///< How long servers worked, in sum.
  std::chrono::duration<double> waited{};   ///< How long clients waited for a server connection, in sum.
};

/// From the console's answers to SHOW POOLS and SHOW STATS, the pools of several users added up; nothing when a column
/// is missing or when nobody has used the database yet. Pure.
std::optional<PoolUse> pool_use(const PostgresRows& pools, const PostgresRows& stats, const std::string& database);

}  // namespace lifeboat::local
