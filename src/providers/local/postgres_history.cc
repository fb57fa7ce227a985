#include "providers/local/postgres_history.h"

#include <algorithm>

#include "providers/local/postgres_files.h"

namespace lifeboat::local {

std::optional<Divergence> find_divergence(const Lineage& node, const Lineage& source) {
  const base::Lsn end = node.empty() ? base::Lsn{} : node.back().end;
  for (std::size_t index = 0; index < std::min(node.size(), source.size()); ++index) {
    if (node[index].timeline != source[index].timeline) {
      if (index == 0) return std::nullopt;
      return Divergence{node[index - 1].end, end, index};
    }
    const bool node_went_on = index + 1 < node.size();
    const bool source_went_on = index + 1 < source.size();
    if (node_went_on && source_went_on && node[index].end == source[index].end) continue;
    return Divergence{std::min(node[index].end, source[index].end), end, index};
  }
  return std::nullopt;
}

base::Result<Lineage> read_lineage(const std::filesystem::path& postgres_bin, const std::filesystem::path& data,
                                   const ControlData& control, const Deadline& deadline) {
  const auto timeline = std::max(control.timeline, control.recovery_timeline);
  Lineage lineage;
  if (timeline > 1) {
    const auto history = read_text_file(data / "pg_wal" / history_file_name(timeline));
    if (!history) return std::unexpected(history.error());
    lineage = parse_timeline_history(*history);
  }
  // A writer that was shut down ends with its checkpoint; all others replay whatever lies in pg_wal.
  const auto end = control.state == "shut down"
                       ? read_end_of_record(data, control.timeline, control.checkpoint, control.segment_bytes)
                       : find_end_of_wal(postgres_bin, data, timeline,
                                         lineage.empty() ? control.redo : std::max(control.redo, lineage.back().end),
                                         control.segment_bytes, deadline);
  if (!end) return std::unexpected(end.error());
  lineage.push_back({timeline, *end});
  return lineage;
}

base::Result<Lineage> read_lineage(PostgresClient& client, base::Milliseconds timeout) {
  const auto now = client.query(
      "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int, pg_current_wal_lsn(),"
      " pg_read_file('pg_wal/' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || '.history', 0, 1000000, true)",
      timeout);
  if (!now) return std::unexpected(now.error());
  auto lineage = parse_timeline_history(now->text(0, 2));
  const auto position = parse_lsn(now->text(0, 1)).value_or(base::Lsn{});
  lineage.push_back({static_cast<std::uint32_t>(std::stoul(now->text(0, 0))), position});
  return lineage;
}

}  // namespace lifeboat::local
