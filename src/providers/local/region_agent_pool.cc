#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <future>
#include <nlohmann/json.hpp>

#include "providers/local/region_agent.h"
#include "providers/local/wire.h"
#include "system/http_client.h"

// What the agent does with the pool: where it points, and holding statements in a switchover.

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr Milliseconds follow_limit{2000};
constexpr Milliseconds look_timeout{200};
constexpr Milliseconds look_interval{300};  // For the other region's writer.
constexpr Milliseconds peer_limit{2000};

}  // namespace

void RegionAgent::follow_writer() {
  pool_.keep();
  if (!memory_.is_ensured(pool_.name())) return;
  const auto before = targets_set_.load();
  const auto target = wanted_target();
  if (!target) return;
  const std::scoped_lock lock(target_mutex_);
  // A request has pointed the pool somewhere while this looked: what was seen is old.
  if (targets_set_ != before) return;
  const auto followed = pool_.follow(*target, context_.clock.now() + follow_limit);
  if (!followed) spdlog::warn("{}/pool: {}", place(), followed.error().text());
}

/// Every pool points at the stack's writer, so that all instances serve writes, whichever region they are in.
std::optional<Endpoint> RegionAgent::wanted_target() {
  const auto writer = database_.writer();
  for (const auto& node : context_.region.database_nodes) {
    if (node.name == writer) return node.endpoint;
  }
  const auto assignment = memory_.record().assignment();
  if (assignment.role != model::RegionRole::standby || assignment.active_region == context_.region.name) {
    return std::nullopt;
  }
  const auto now = context_.clock.now();
  if (now - looked_for_writer_at_.load() < look_interval) return std::nullopt;
  looked_for_writer_at_ = now;
  return finder_.find(look_timeout);
}

base::Status RegionAgent::point_pool(const Endpoint& target, base::Instant deadline) {
  const std::scoped_lock lock(target_mutex_);
  ++targets_set_;
  return pool_.release(target, deadline);
}

std::optional<Endpoint> RegionAgent::target_in(const base::RegionName& region, const Deadline& until) {
  std::optional<Endpoint> target;
  wait_for(until, Milliseconds{5}, [&] {
    if (region != context_.region.name) {
      target = finder_.find(until.at_most(look_timeout));
    } else {
      const auto writer = database_.writer();
      for (const auto& node : context_.region.database_nodes) {
        if (node.name == writer) target = node.endpoint;
      }
    }
    return target.has_value();
  });
  return target;
}

base::Status RegionAgent::hold(base::Epoch epoch, base::Instant deadline, Relay relay) {
  if (auto fresh = memory_.accept(epoch); !fresh) return fresh;
  const Deadline until(context_.clock, deadline);
  std::future<base::Status> peer;
  if (relay == Relay::to_the_other_region) {
    peer = std::async(std::launch::async, [&] {
      return tell_peer("/v1/writes/hold", epoch, context_.region.name, until.at_most(peer_limit));
    });
  }
  auto held = pool_.hold(deadline);
  if (relay == Relay::no) return held;
  // The other region's instances are not behind the door now; a hold there is for those who ask them directly.
  if (const auto told = peer.get(); !told)
    spdlog::warn("{}: the other region does not hold: {}", place(), told.error().text());
  if (!held) {
    const auto undone = tell_peer("/v1/writes/release", epoch, context_.region.name, peer_limit);
    if (!undone) spdlog::warn("{}: the other region may hold on for a while: {}", place(), undone.error().text());
  }
  return held;
}

base::Status RegionAgent::release(base::Epoch epoch, const base::RegionName& writer_region, base::Instant deadline,
                                  Relay relay) {
  if (auto fresh = memory_.accept(epoch); !fresh) return fresh;
  const Deadline until(context_.clock, deadline);
  std::future<base::Status> peer;
  if (relay == Relay::to_the_other_region) {
    peer = std::async(std::launch::async,
                      [&] { return tell_peer("/v1/writes/release", epoch, writer_region, until.at_most(peer_limit)); });
  }
  const auto target = target_in(writer_region, until);
  base::Status released;
  if (target) {
    released = point_pool(*target, deadline);
  } else {
    released = base::fail(ErrorCode::wait_expired,
                          fmt::format("{}/pool: no database node of {} accepts writes", place(), writer_region.value));
  }
  if (peer.valid()) {
    if (const auto told = peer.get(); !told) {
      spdlog::warn("{}: the other region's pool was not released: {}", place(), told.error().text());
    }
  }
  return released;
}

base::Status RegionAgent::tell_peer(const std::string& path, base::Epoch epoch, const base::RegionName& writer_region,
                                    Milliseconds timeout) const {
  const auto& agent = context_.layout.other(context_.region.name).agent;
  const nlohmann::json body{{"epoch", epoch.value},
                            {"writer_region", writer_region.value},
                            {"timeout_ms", timeout.count()},
                            {"relay", false}};
  const auto answer = system::http_request({.method = "POST",
                                            .address = agent.address,
                                            .port = agent.port,
                                            .target = path,
                                            .bearer_token = context_.secrets.agent_token,
                                            .body = body.dump()},
                                           timeout + Milliseconds{100});
  if (!answer) return std::unexpected(answer.error());
  if (answer->status == 200) return {};
  return std::unexpected(error_from_wire(answer->body, answer->status));
}

}  // namespace lifeboat::local
