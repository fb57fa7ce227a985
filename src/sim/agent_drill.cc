#include <algorithm>

#include "sim/agent.h"
#include "sim/region.h"

// A drill's clone: made, rehearsed with, and gone.

namespace lifeboat::sim {

using base::ErrorCode;
using base::fail;

void Agent::on(const engine::CloneForDrill& effect, const Reply& reply) {
  region_.drill.newest = std::max(region_.drill.newest, effect.begun);
  process.after(ground_.work(50 * millisecond, 2 * second), [this, effect, reply] {
    // What was on its way for long, or was being made meanwhile, makes nothing anew.
    if (effect.begun <= region_.drill.discarded_through) return reply(fail(ErrorCode::stale_epoch, "it was discarded"));
    if (!region_.database.streams()) return reply(fail(ErrorCode::not_a_replica, "no replica streams"));
    region_.drill.clone = effect.begun;
    ++ground_.seen["a clone for a drill"];
    reply(engine::Position{lsn_of(region_.database.position())});
  });
}

void Agent::on(const engine::RehearseFailover& effect, const Reply& reply) {
  process.after(ground_.work(20 * millisecond, 900 * millisecond), [this, effect, reply] {
    if (region_.drill.clone != effect.begun) return reply(fail(ErrorCode::stale_epoch, "there is no such clone"));
    ++ground_.seen["a failover rehearsed"];
    reply(engine::Rehearsal{.served_by = region_.name().value + "/drill", .marker = 1});
  });
}

void Agent::on(const engine::DiscardClone& effect, const Reply& reply) {
  auto& drill = region_.drill;
  // Controllers' clocks differ: what is being made now is over whatever they say.
  drill.discarded_through = std::max({drill.discarded_through, effect.begun, drill.newest});
  process.after(ground_.work(10 * millisecond, 500 * millisecond), [&drill, reply] {
    drill.clone.reset();
    reply(engine::Done{});
  });
}

}  // namespace lifeboat::sim
