#include "providers/local/pool_use.h"

#include <algorithm>
#include <charconv>

namespace lifeboat::local {
namespace {

using Microseconds = std::chrono::duration<double, std::micro>;

/// Adds up columns over a database's rows; remembers whether something was missing.
class Sums {
 public:
  Sums(const PostgresRows& answer, const std::string& database) : answer_(answer) {
    for (std::size_t row = 0; row < answer.rows.size(); ++row) {
      const auto name = column("database");
      if (name && answer.text(row, *name) == database) rows_.push_back(row);
    }
    complete_ = !rows_.empty();
  }

  double of(const char* name) {
    double sum = 0;
    for (const auto value : values(name)) sum += value;
    return sum;
  }

  double most(const char* name) {
    const auto all = values(name);
    return all.empty() ? 0 : std::ranges::max(all);
  }

  bool complete() const { return complete_; }

 private:
  std::optional<std::size_t> column(std::string_view name) const {
    const auto found = std::ranges::find(answer_.columns, name);
    if (found == answer_.columns.end()) return std::nullopt;
    return static_cast<std::size_t>(found - answer_.columns.begin());
  }

  std::vector<double> values(const char* name) {
    std::vector<double> all;
    const auto index = column(name);
    for (const auto row : rows_) {
      const auto text = index ? answer_.text(row, *index) : "";
      double value = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
      if (text.empty() || read.ec != std::errc{}) complete_ = false;
      all.push_back(value);
    }
    return all;
  }

  const PostgresRows& answer_;
  std::vector<std::size_t> rows_;
  bool complete_ = false;
};

}  // namespace

std::optional<PoolUse> pool_use(const PostgresRows& pools, const PostgresRows& stats, const std::string& database) {
  Sums now(pools, database);
  Sums since(stats, database);
  const PoolUse use{
      .clients_active = now.of("cl_active"),
      .clients_waiting = now.of("cl_waiting"),
      .servers_active = now.of("sv_active"),
      .servers_idle = now.of("sv_idle") + now.of("sv_used"),  // "Used" ones are idle and to be checked.
      .longest_wait = std::chrono::duration<double>(now.most("maxwait")) + Microseconds(now.most("maxwait_us")),
      .queries = since.of("total_query_count"),
      .queried = Microseconds(since.of("total_query_time")),
      .waited = Microseconds(since.of("total_wait_time"))};
  if (!now.complete() || !since.complete()) return std::nullopt;
  return use;
}

}  // namespace lifeboat::local
