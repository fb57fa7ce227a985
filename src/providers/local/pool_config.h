#pragma once

#include <string>

#include "providers/local/layout.h"

namespace lifeboat::local {

inline constexpr const char* pool_admin = "lifeboat_pool";

/// What a region's connection pool is made from.
struct PoolSetup {
  Endpoint endpoint;
  std::string database;
  Endpoint target;
};

/// pgbouncer.ini. Pure. No secret is in it.
std::string pool_configuration(const PoolSetup& setup);

/// The file of users: the application's, which logs in to the pool and to the database, and the console's.
std::string pool_users(const std::string& application_password, const std::string& console_password);

}  // namespace lifeboat::local
