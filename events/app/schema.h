#pragma once

#include <cstdint>
#include <string>

namespace lifeboat::events {

/// Creates the tables where they are missing, in one statement and so in one transaction. Several instances may start
/// at once: a lock that lasts as long as the transaction makes them take turns (IF NOT EXISTS alone can collide).
extern const char* const create_tables_sql;

}  // namespace lifeboat::events
