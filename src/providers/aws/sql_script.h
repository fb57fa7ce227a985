#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "providers/aws/sql.h"

namespace lifeboat::aws_world {

// SQL as text: what psql reads from its standard input, and what it prints. Pure.

/// The statements of a text, without the semicolons between them; those in quotes, in dollar quotes and in comments
/// separate nothing.
std::vector<std::string> split_statements(std::string_view text);

/// The script that runs the statements in one session, stops at the first error, and prints the last one's rows between
/// two marks, whatever the settings of the psql that reads it. No statement runs for longer than `limit`.
std::string psql_script(std::string_view statements, base::Milliseconds limit);

/// What a script begins with that is for the database to which a DNS name leads, as the machine that runs it resolves
/// it: psql connects there as the same role to the same database. The host stays `endpoint`, which TLS verifies. A name
/// without an address ends the script.
std::string connect_by_name(const std::string& name, const std::string& endpoint, int port);

/// The rows that the script printed; nothing when it did not come to its end.
std::optional<Rows> read_rows(std::string_view printed);

/// PostgreSQL's own words among what psql says: from "ERROR:" or "FATAL:" on, without the position in the script.
std::string complaint(std::string_view said);

std::string quoted_name(std::string_view name);
std::string quoted_text(std::string_view text);

/// "0/3000148" as a position; nothing for anything else.
std::optional<base::Lsn> parse_lsn(std::string_view text);
std::optional<std::int64_t> parse_number(std::string_view text);

/// The row's column, or postgres_failed when there is none.
base::Result<std::string> field(const Rows& rows, std::size_t row, std::size_t column);

}  // namespace lifeboat::aws_world
