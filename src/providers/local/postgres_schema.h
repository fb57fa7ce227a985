#pragma once

#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "providers/local/deadline.h"
#include "providers/local/postgres_client.h"
#include "providers/local/secrets.h"

namespace lifeboat::local {

// What Lifeboat makes inside a new writer. Every call may be repeated: it makes what is missing.

/// The roles of lifeboat's own and of the application, and the rights that pg_rewind needs. `admin` is connected to the
/// database "postgres".
base::Status ensure_roles(PostgresClient& admin, const Secrets& secrets, const Deadline& deadline);
base::Status ensure_database(PostgresClient& admin, const std::string& name, const Deadline& deadline);
/// The schema "lifeboat" in the application's database: the marker that verify writes, and whose reign it is.
base::Status ensure_lifeboat_schema(PostgresClient& client, const base::RegionName& region, base::Epoch epoch,
                                    const Deadline& deadline);

/// Writes down whose reign it is. `client` is connected to the application's database of a writer.
base::Status write_reign(PostgresClient& client, const base::RegionName& region, base::Epoch epoch,
                         const Deadline& deadline);
/// Whose reign a writer says it is; an error for a server that does not accept writes or was not made completely.
base::Result<base::Epoch> read_reign(PostgresClient& client, base::Milliseconds timeout);

}  // namespace lifeboat::local
