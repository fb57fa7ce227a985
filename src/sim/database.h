#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.h"
#include "base/ids.h"
#include "engine/effect.h"
#include "sim/checkers.h"
#include "sim/ground.h"
#include "sim/network.h"
#include "sim/process.h"

namespace lifeboat::sim {

/// One commit in the write-ahead log. Write 0 marks the beginning of a reign.
struct LogEntry {
  WriteId write = 0;
  base::Epoch epoch;
};

/// A timeline and the position at which it begins.
struct TimelineStart {
  std::uint32_t timeline = 1;
  std::uint64_t begins = 0;
  bool operator==(const TimelineStart&) const = default;
};

/// What an acknowledged commit tells its client.
struct Ack {
  const Region* region = nullptr;
  base::Epoch epoch;
};

/// What a replica asks with, and gets.
struct Pull {
  std::uint64_t from = 0;
  std::vector<TimelineStart> lineage;
};
struct Pulled {
  std::uint64_t from = 0;
  std::vector<LogEntry> entries;
  std::vector<TimelineStart> lineage;
};

/// The data and the server of one region's PostgreSQL, modelled by positions and timelines. (Its synchronous standby in
/// the region is never lost here, so one log stands for both.) The data is durable; the server is a process.
class Database {
 public:
  Database(Ground& ground, Checkers& checkers, Region& region);

  Process process;

  bool built() const { return built_; }
  bool in_recovery() const { return in_recovery_; }
  bool accepts_writes() const { return process.up() && built_ && !in_recovery_; }
  const std::vector<LogEntry>& log() const { return log_; }
  std::uint64_t position() const { return log_.size(); }
  std::uint32_t timeline() const { return lineage_.empty() ? 0 : lineage_.back().timeline; }
  /// The newest reign of which the data knows.
  base::Epoch reign() const;
  /// A replica that was answered by its source a moment ago.
  bool streams() const;

  // --- the server ----------------------------------------------------------------------------------------------------

  /// A client's commit: the deadline of the lease is checked when it begins and again before its acknowledgement
  /// leaves, as the extension in pg/ does. Called in the server's process.
  void commit(WriteId write, Answer<Ack> answer);
  /// A replica asks for what comes next.
  base::Result<Pulled> serve_pull(const Pull& pull);
  /// What a server that shuts down sends to its replicas last.
  Pulled everything_after(std::uint64_t from) const {
    return {from, {log_.begin() + static_cast<std::ptrdiff_t>(from), log_.end()}, lineage_};
  }
  void receive(const Pulled& pulled);

  // --- what the agent does with the data -----------------------------------------------------------------------------

  void initialise();
  void copy(const Database& source);
  /// A new timeline begins at the end of the log.
  void promote();
  void write_reign(base::Epoch epoch) { log_.push_back({0, epoch}); }
  /// Where this log and the source's part ways, by their timelines, as pg_rewind finds it.
  std::uint64_t divergence_from(const Database& source) const;
  /// Exports what lies behind the position and is a client's.
  std::uint64_t export_after(std::uint64_t position);
  void rewind(const Database& source, std::uint64_t position);
  void start();

  // --- synchronous replication to the other region
  // --------------------------------------------------------------------

  /// Every acknowledged write is on the other region's disk, and every commit waits for it. Durable.
  bool synchronous() const { return synchronous_; }
  /// The keeper's look, when commits should wait for the other region.
  void keep_synchrony();
  void forget_synchrony() { synchronous_ = waits_ = false; }

 private:
  void append(WriteId write, base::Epoch epoch, Answer<Ack> answer);
  void acknowledge(WriteId write, const Answer<Ack>& answer);
  void release_waiting();
  void pull_again();
  void pull();

  Ground& ground_;
  Checkers& checkers_;
  Region& region_;
  bool built_ = false;
  bool in_recovery_ = false;
  std::vector<LogEntry> log_;
  std::vector<TimelineStart> lineage_;
  Time streamed_at_ = -second;

  struct Waiting {
    std::uint64_t position;
    std::function<void()> go_on;
  };
  bool synchronous_ = false;
  bool waits_ = false;           ///< Commits wait. Begins before `synchronous_` and ends after it.
  std::uint64_t confirmed_ = 0;  ///< The replica has this on its disk.
  Time confirmed_at_ = -second;
  std::vector<Waiting> waiting_;
};

/// The position as PostgreSQL would count it.
base::Lsn lsn_of(std::uint64_t position);
std::uint64_t position_of(base::Lsn lsn);

}  // namespace lifeboat::sim
