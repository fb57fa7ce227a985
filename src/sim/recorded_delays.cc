#include "sim/recorded_delays.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>

#include "base/assert.h"

namespace lifeboat::sim {

base::Result<std::vector<RecordedProbe>> read_recorded(const std::filesystem::path& file) {
  std::ifstream stream(file);
  if (!stream) return base::fail(base::ErrorCode::io_failed, fmt::format("cannot read {}", file.string()));
  std::vector<RecordedProbe> probes;
  for (std::string line; std::getline(stream, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream words(line);
    Time at_ms = 0;
    Time took_us = 0;
    const bool understood = static_cast<bool>(words >> at_ms >> took_us);
    const bool later = probes.empty() || at_ms * millisecond >= probes.back().began;
    if (!understood || !later) {
      return base::fail(base::ErrorCode::io_failed, fmt::format("{}: \"{}\" is no probe", file.string(), line));
    }
    probes.push_back({at_ms * millisecond, took_us * microsecond});
  }
  if (probes.empty()) return base::fail(base::ErrorCode::io_failed, fmt::format("{} has no probe", file.string()));
  return probes;
}

RecordedDelays::RecordedDelays(std::vector<RecordedProbe> probes, bool together, Random random)
    : probes_(std::move(probes)), together_(together), random_(random) {
  LIFEBOAT_ASSERT(!probes_.empty() && length() > 0, "something was recorded");
}

Time RecordedDelays::delay(std::size_t link, Time now) {
  const auto [found, is_new] = passes_.try_emplace(together_ ? 0 : link);
  auto& pass = found->second;
  if (is_new || now - pass.began + pass.offset >= length()) {
    pass.began = now;
    pass.offset = random_.between(0, length() - 1);
    pass.probe = 0;
  }
  const Time at = now - pass.began + pass.offset;
  while (pass.probe + 1 < probes_.size() && probes_[pass.probe + 1].began <= at) ++pass.probe;
  return std::max(probes_[pass.probe].took, microsecond);
}

}  // namespace lifeboat::sim
