#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <future>
#include <thread>

#include "providers/local/region_agent.h"

// What the agent does with the region's databases.

namespace lifeboat::local {

using base::ErrorCode;
using base::Milliseconds;

base::Status RegionAgent::checkpoint(base::Epoch epoch, base::Instant deadline) {
  if (auto fresh = memory_.accept(epoch); !fresh) return fresh;
  // What comes next is a hold and a release; their connections are opened while nobody waits for them.
  const auto warmed = std::async(std::launch::async, [this] {
    pool_.warm();
    [[maybe_unused]] const auto none = finder_.find(Milliseconds{500});
  });
  return database_.checkpoint(deadline);
}

base::Result<engine::FenceCertificate> RegionAgent::fence(base::Epoch epoch, bool planned, base::Instant deadline) {
  // A planned fence loses no write: whatever is held meanwhile is answered when the new writer has done it.
  const auto answers = planned ? context_.stack.recovery.lease : answers_may_leave_for;
  auto fenced = leases_.fence(epoch, answers);
  if (!fenced) return std::unexpected(fenced.error());
  if (planned) return database_.fence(epoch, deadline);
  auto certificate = fence_with_door(epoch, deadline);
  std::this_thread::sleep_for(leases_.answers_until() - context_.clock.now());
  return certificate;
}

base::Result<engine::FenceCertificate> RegionAgent::fence_with_door(base::Epoch epoch, base::Instant deadline) {
  engine::FenceCertificate door;
  auto closed = std::async(std::launch::async, [&] { return close_door(door, deadline); });
  auto certificate = database_.fence(epoch, deadline);
  const auto outcome = closed.get();
  // The databases are what makes the certificate: without them nothing commits, whatever the door does.
  if (!certificate) return certificate;
  certificate->evidence.insert(certificate->evidence.end(), door.evidence.begin(), door.evidence.end());
  if (!outcome) certificate->evidence.push_back(fmt::format("{}: not closed: {}", place(), outcome.error().message));
  return certificate;
}

base::Status RegionAgent::close_door(engine::FenceCertificate& certificate, base::Instant deadline) {
  const Deadline until(context_.clock, deadline);
  if (auto removed = memory_.remove_ensured(pool_.name()); !removed) return removed;
  const auto closed = load_balancer_.set_mode(model::TrafficMode::closed, until.sooner(Milliseconds{500}).at());
  if (closed) certificate.evidence.push_back(fmt::format("{}/{}: closed", place(), load_balancer_.name()));
  auto stopped = pool_.stop();
  if (stopped) certificate.evidence.push_back(fmt::format("{}/{}: stopped", place(), pool_.name()));
  return closed ? stopped : closed;
}

base::Result<base::Lsn> RegionAgent::drain(base::Lsn until, base::Instant deadline) {
  return database_.drain(until, deadline);
}

base::Result<engine::Promotion> RegionAgent::promote(base::Epoch epoch, base::Instant deadline) {
  auto open = leases_.change([&](AgentMemory& memory) { return memory.open(epoch); });
  if (!open) return std::unexpected(open.error());
  auto promotion = database_.promote(epoch, deadline);
  if (!promotion || !memory_.is_ensured(pool_.name())) return promotion;
  for (const auto& node : context_.region.database_nodes) {
    if (node.name != promotion->node) continue;
    if (auto pointed = point_pool(node.endpoint, deadline); !pointed) return std::unexpected(pointed.error());
  }
  return promotion;
}

base::Status RegionAgent::reopen(base::Epoch epoch, base::Instant deadline) {
  const auto open = leases_.change([&](AgentMemory& memory) { return memory.open(epoch); });
  if (!open) return open;
  if (auto opened = database_.reopen_writer(epoch, deadline); !opened) return opened;
  if (!memory_.is_ensured(pool_.name())) return {};
  return pool_.ensure(deadline);
}

base::Result<engine::Reprotection> RegionAgent::reprotect(base::Epoch epoch, base::Instant deadline) {
  if (auto fresh = memory_.accept(epoch); !fresh) return std::unexpected(fresh.error());
  for (const auto& node : context_.region.database_nodes) {
    if (auto added = memory_.add_ensured(node.name); !added) return std::unexpected(added.error());
  }
  return database_.reprotect(epoch, deadline);
}

base::Result<base::Lsn> RegionAgent::clone(base::WallTime begun, base::Instant deadline) {
  // The cascading standby is copied where there is one: nobody else follows it.
  std::optional<Endpoint> source;
  for (const auto& node : database_.observe()) {
    const bool is_last = node.role == model::DatabaseRole::cascading_standby;
    if (!is_last && node.role != model::DatabaseRole::cross_region_replica) continue;
    if (node.streaming && (is_last || !source)) source = Endpoint{node.address, node.port};
  }
  if (source) return drill_.make(begun, *source, deadline);
  return base::fail(ErrorCode::not_a_replica, fmt::format("{}: no replica streams that could be copied", place()));
}

}  // namespace lifeboat::local
