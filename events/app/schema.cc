#include "events/app/schema.h"

namespace lifeboat::events {

const char* const create_tables_sql = R"(DO $$
BEGIN
  PERFORM pg_advisory_xact_lock(7305437129017216);
  CREATE TABLE IF NOT EXISTS events (
    id bigserial PRIMARY KEY,
    created timestamptz NOT NULL DEFAULT now(),
    name varchar(50) NOT NULL,
    location varchar(50),
    description varchar(200) NOT NULL);
  CREATE TABLE IF NOT EXISTS auths (
    id bigserial PRIMARY KEY,
    created timestamptz NOT NULL DEFAULT now(),
    username varchar(25) UNIQUE NOT NULL,
    email varchar(75) UNIQUE NOT NULL,
    role int NOT NULL DEFAULT 0,
    token varchar(64) UNIQUE NOT NULL);
END $$)";

}  // namespace lifeboat::events
