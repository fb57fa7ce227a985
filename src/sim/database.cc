#include "sim/database.h"

#include <algorithm>
#include <utility>

#include "sim/region.h"

namespace lifeboat::sim {
namespace {

constexpr std::uint64_t first_lsn = 0x3000000;
constexpr std::uint64_t entry_bytes = 0x100;
constexpr std::size_t pulled_at_once = 256;

}  // namespace

base::Lsn lsn_of(std::uint64_t position) {
  return {first_lsn + entry_bytes * position};
}

std::uint64_t position_of(base::Lsn lsn) {
  return lsn.bytes < first_lsn ? 0 : (lsn.bytes - first_lsn) / entry_bytes;
}

Database::Database(Ground& ground, Checkers& checkers, Region& region)
    : process(ground.scheduler, region.name().value + " database"),
      ground_(ground),
      checkers_(checkers),
      region_(region) {}

base::Epoch Database::reign() const {
  const auto mark = std::find_if(log_.rbegin(), log_.rend(), [](const LogEntry& entry) { return entry.write == 0; });
  return mark == log_.rend() ? base::Epoch{} : mark->epoch;
}

bool Database::streams() const {
  return process.up() && in_recovery_ && ground_.now() - streamed_at_ < second;
}

void Database::start() {
  process.start();
  waiting_.clear();
  confirmed_ = 0;
  confirmed_at_ = ground_.now();
  // Whoever counts as having everything is waited for from the first commit.
  waits_ = synchronous_ && !in_recovery_;
  pull_again();
}

// --- commits
// -----------------------------------------------------------------------------------------------------------

void Database::commit(WriteId write, Answer<Ack> answer) {
  if (in_recovery_ || !built_) return answer(base::fail(base::ErrorCode::postgres_failed, "read only"));
  if (!region_.holds_lease()) return answer(base::fail(base::ErrorCode::stale_epoch, "no write lease"));
  checkers_.committing(region_);
  const auto epoch = region_.page.epoch;
  process.after(ground_.work(100 * microsecond, 5 * millisecond),
                [this, write, epoch, answer = std::move(answer)] { append(write, epoch, answer); });
}

void Database::append(WriteId write, base::Epoch epoch, Answer<Ack> answer) {
  log_.push_back({write, epoch});
  auto go_on = [this, write, answer = std::move(answer)] {
    process.after(ground_.work(20 * microsecond, millisecond), [this, write, answer] { acknowledge(write, answer); });
  };
  if (waits_ && confirmed_ < log_.size()) {
    waiting_.push_back({log_.size(), std::move(go_on)});
  } else {
    go_on();
  }
}

void Database::acknowledge(WriteId write, const Answer<Ack>& answer) {
  // It is committed here, and nobody will hear of it.
  if (!region_.holds_lease()) return answer(base::fail(base::ErrorCode::stale_epoch, "the write lease has ended"));
  const auto epoch = region_.page.epoch;
  checkers_.acknowledged(region_, epoch, write);
  answer(Ack{&region_, epoch});
}

void Database::release_waiting() {
  const auto free = std::stable_partition(waiting_.begin(), waiting_.end(), [this](const Waiting& waiting) {
    return waits_ && waiting.position > confirmed_;
  });
  std::vector<Waiting> go(std::make_move_iterator(free), std::make_move_iterator(waiting_.end()));
  waiting_.erase(free, waiting_.end());
  for (auto& waiting : go) waiting.go_on();
}

void Database::keep_synchrony() {
  constexpr Time counts_for = second;
  constexpr Time waited_for = 2 * second;
  if (!accepts_writes() || !ground_.settings.setup.synchronous) return;
  const Time silent = ground_.now() - confirmed_at_;
  if (confirmed_ > 0 && silent < counts_for) {
    waits_ = true;
    // It counts once it has what was acknowledged before commits waited for it.
    if (confirmed_ >= log_.size()) synchronous_ = true;
    return;
  }
  if (silent >= counts_for) synchronous_ = false;
  if (silent >= waited_for && waits_) {
    waits_ = false;
    release_waiting();
  }
}

// --- replication
// -------------------------------------------------------------------------------------------------------

base::Result<Pulled> Database::serve_pull(const Pull& pull) {
  if (!accepts_writes()) return base::fail(base::ErrorCode::postgres_failed, "not a writer");
  // As PostgreSQL does: the replica's timeline has to be one of this history's, and not to go beyond its end.
  const auto found = std::find(lineage_.begin(), lineage_.end(), pull.lineage.back());
  if (found == lineage_.end()) return base::fail(base::ErrorCode::postgres_failed, "not in this server's history");
  const auto end = std::next(found) == lineage_.end() ? log_.size() : std::next(found)->begins;
  if (pull.from > end) return base::fail(base::ErrorCode::postgres_failed, "the timelines have parted before that");
  confirmed_ = std::max(confirmed_, pull.from);
  confirmed_at_ = ground_.now();
  release_waiting();
  Pulled pulled{pull.from, {}, lineage_};
  const auto begin = log_.begin() + static_cast<std::ptrdiff_t>(pull.from);
  pulled.entries.assign(begin, begin + static_cast<std::ptrdiff_t>(std::min(pulled_at_once, log_.size() - pull.from)));
  return pulled;
}

void Database::receive(const Pulled& pulled) {
  if (!in_recovery_ || pulled.from != log_.size()) return;
  log_.insert(log_.end(), pulled.entries.begin(), pulled.entries.end());
  // A timeline that begins where the replica is not yet is none of its own.
  lineage_.clear();
  for (const auto& start : pulled.lineage) {
    if (start.begins <= log_.size()) lineage_.push_back(start);
  }
  streamed_at_ = ground_.now();
}

void Database::pull_again() {
  process.after(ground_.settings.pull_interval, [this] { pull(); });
}

void Database::pull() {
  if (!in_recovery_ || !built_) return;
  auto& source = region_.other().database;
  const Pull ask{log_.size(), lineage_};
  region_.network().call<Pulled>(
      {region_.site(), &process}, {region_.other().site(), &source.process}, second,
      [&source, ask](const Answer<Pulled>& answer) { answer(source.serve_pull(ask)); },
      [this](base::Result<Pulled> pulled) {
        if (pulled) receive(*pulled);
        pull_again();
      });
}

// --- the agent's work
// --------------------------------------------------------------------------------------------------

void Database::initialise() {
  built_ = true;
  in_recovery_ = false;
  log_.clear();
  lineage_ = {{1, 0}};
}

void Database::copy(const Database& source) {
  for (std::size_t at = 0; at < log_.size(); ++at) {
    if (at >= source.log_.size() || source.log_[at].write != log_[at].write) checkers_.dropped(region_, log_[at].write);
  }
  built_ = in_recovery_ = true;
  log_ = source.log_;
  lineage_ = source.lineage_;
}

void Database::promote() {
  in_recovery_ = false;
  lineage_.push_back({lineage_.back().timeline + 1, log_.size()});
}

std::uint64_t Database::divergence_from(const Database& source) const {
  std::uint64_t shared = 0;
  for (std::size_t at = 0; at < std::min(lineage_.size(), source.lineage_.size()); ++at) {
    if (lineage_[at] != source.lineage_[at]) break;
    const auto end = [at](const Database& database) {
      return at + 1 < database.lineage_.size() ? database.lineage_[at + 1].begins : database.log_.size();
    };
    shared = std::min(end(*this), end(source));
  }
  return shared;
}

std::uint64_t Database::export_after(std::uint64_t position) {
  std::uint64_t exported = 0;
  for (auto at = position; at < log_.size(); ++at) {
    if (log_[at].write == 0) continue;
    checkers_.exported(log_[at].write);
    ++exported;
  }
  return exported;
}

void Database::rewind(const Database& source, std::uint64_t position) {
  for (auto at = position; at < log_.size(); ++at) checkers_.dropped(region_, log_[at].write);
  log_.resize(position);
  in_recovery_ = true;
  lineage_.clear();
  for (const auto& start : source.lineage_) {
    if (start.begins <= position) lineage_.push_back(start);
  }
}

}  // namespace lifeboat::sim
