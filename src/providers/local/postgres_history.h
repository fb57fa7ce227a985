#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "base/error.h"
#include "providers/local/postgres_client.h"
#include "providers/local/postgres_control.h"

namespace lifeboat::local {

/// The way a server's data came: the timelines it went through, oldest first. The last one's end is where the data
/// ends.
using Lineage = std::vector<TimelineEnd>;

/// Where one server's data leaves another's.
struct Divergence {
  base::Lsn from;         ///< Everything before it is common.
  base::Lsn end;          ///< Where the diverged data ends.
  std::size_t first = 0;  ///< The lineage's entry in which `from` lies.

  bool diverged() const { return end > from; }
};

/// Compares a stopped node's lineage with that of the server it is to follow. Nothing when they have nothing in common.
/// Pure.
std::optional<Divergence> find_divergence(const Lineage& node, const Lineage& source);

/// The lineage of the data folder of a stopped server.
base::Result<Lineage> read_lineage(const std::filesystem::path& postgres_bin, const std::filesystem::path& data,
                                   const ControlData& control, const Deadline& deadline);
/// The lineage of a running writer. `client` is a superuser's.
base::Result<Lineage> read_lineage(PostgresClient& client, base::Milliseconds timeout);

}  // namespace lifeboat::local
