#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/assert.h"
#include "providers/aws/effects.h"
#include "providers/aws/instances.h"
#include "providers/aws/load_balancer.h"
#include "providers/aws/peer_routes.h"

namespace lifeboat::aws_world {

using base::ErrorCode;
using engine::FenceCertificate;
using engine::FenceMethod;

namespace {

/// How long a region that may be lost is waited for before nothing can be proven of it.
constexpr base::Milliseconds first_answer{60'000};
constexpr base::Milliseconds bucket_answer{10'000};

std::string no_lease(const base::RegionName& region) {
  return fmt::format(
      "{}: its database keeps no write lease, so the evidence is that nobody can reach it; that is weaker "
      "than a database that refuses to commit",
      region.value);
}

}  // namespace

GroupPorts Effects::groups_of(const base::RegionName& region) const {
  return {.work = work_, .names = ports_.parts.names, .region = region, .kept_in = other(region)};
}

/// Nobody can connect any more: the rules are gone, as was read back.
base::Result<std::vector<std::string>> Effects::close_database(const base::RegionName& region) const {
  const auto quick = work_.within(first_answer);
  auto ports = groups_of(region);
  const auto ids = database_groups({quick, ports.names, region, ports.kept_in}, ports_.database, is_adopted());
  if (!ids) return std::unexpected(ids.error());
  if (auto kept = remember_rules(ports, *ids); !kept) return std::unexpected(kept.error());
  if (auto closed = revoke_all_ingress(ports, *ids); !closed) return std::unexpected(closed.error());
  return std::vector{fmt::format("{}: {} admits nobody, as was read back", region.value, fmt::join(*ids, " and "))};
}

/// Connections that were open before the rules went live on for as long as who holds them.
base::Result<std::vector<std::string>> Effects::stop_web(const base::RegionName& region) const {
  const auto stopped = stop_instances(work_, ports_.parts.names, region);
  if (!stopped) return std::unexpected(stopped.error());
  std::vector<std::string> evidence;
  evidence.push_back(stopped->empty() ? fmt::format("{}: there is no web instance", region.value)
                                      : fmt::format("{}: every web instance is stopped ({})", region.value,
                                                    fmt::join(ids_of(*stopped), ", ")));
  const auto sources = remembered_sources(groups_of(region));
  if (!sources) return std::unexpected(sources.error());
  std::vector<std::string> strangers;
  for (const auto& source : *sources) {
    const bool is_web = std::ranges::any_of(*stopped, [&source](const WebInstance& one) {
      return std::ranges::find(one.security_groups, source) != one.security_groups.end();
    });
    if (!is_web && source != ports_.parts.stack.other(region).address_block) strangers.push_back(source);
  }
  if (!strangers.empty()) {
    evidence.push_back(
        fmt::format("{}: {} could connect as well; a session opened from there before is not proven ended",
                    region.value, fmt::join(strangers, ", ")));
  }
  return evidence;
}

/// The lost region's own memory, where its bucket answers. A newer epoch or controller that it knows of counts.
base::Status Effects::tell_lost_region(const engine::FenceRegion& effect, std::vector<std::string>& evidence) const {
  const Effects quick(ports_, work_.within(bucket_answer).deadline());
  const auto told = quick.change_duty(
      effect.region, [&](engine::AgentDuty duty) { return engine::fenced(std::move(duty), effect.epoch); });
  if (told) {
    evidence.push_back(
        fmt::format("{}: its bucket says that epoch {} is fenced", effect.region.value, effect.epoch.value));
    return {};
  }
  const auto code = told.error().code;
  if (code == ErrorCode::stale_epoch || code == ErrorCode::stale_term) return std::unexpected(told.error());
  work_.say(fmt::format("{}: its bucket does not answer; the fence does not need it", effect.region.value));
  return {};
}

Effects::Answer Effects::fence_by_power(const engine::FenceRegion& effect) const {
  const auto& survivor = other(effect.region);
  if (auto obeys = accept(survivor, effect.epoch); !obeys) return std::unexpected(obeys.error());
  FenceCertificate certificate{.region = effect.region,
                               .method = FenceMethod::power,
                               .epoch = effect.epoch,
                               .evidence = {},
                               .final_position = std::nullopt};
  if (auto told = tell_lost_region(effect, certificate.evidence); !told) return std::unexpected(told.error());
  ports_.memory.forget_drained();
  const auto unproven = [&effect](const base::Error& error) {
    return base::wrap(error, fmt::format("{} is not proven stopped", effect.region.value));
  };
  const auto routes = cut_peer_routes(work_, ports_.parts.stack, ports_.parts.names, survivor);
  if (!routes) return unproven(routes.error());
  const auto closed = close_database(effect.region);
  if (!closed) return unproven(closed.error());
  const auto stopped = stop_web(effect.region);
  if (!stopped) return unproven(stopped.error());
  certificate.evidence.push_back(*routes);
  certificate.evidence.insert(certificate.evidence.end(), closed->begin(), closed->end());
  certificate.evidence.insert(certificate.evidence.end(), stopped->begin(), stopped->end());
  certificate.evidence.push_back(no_lease(effect.region));
  return certificate;
}

/// Fenced before, with the position written down, and still closed.
base::Result<bool> Effects::is_closed_already(const base::RegionName& region, const RegionDuty& duty) const {
  if (!duty.final_position) return false;
  const auto ports = groups_of(region);
  const auto ids = database_groups(ports, ports_.database, is_adopted());
  if (!ids) return std::unexpected(ids.error());
  const auto groups = look_at_groups(ports, *ids);
  if (!groups) return std::unexpected(groups.error());
  return std::ranges::all_of(*groups, [](const SecurityGroup& group) { return group.rules.empty(); });
}

/// Stops the writes by SQL, and writes down where the writer stood before the database is closed: afterwards nobody can
/// ask for it.
base::Result<std::optional<base::Lsn>> Effects::stop_writer(const engine::FenceRegion& effect) const {
  const auto stopped = ports_.sql.stop_writes(effect.region, work_.deadline());
  if (!stopped && effect.planned) return std::unexpected(stopped.error());
  const auto noted = change_duty(
      effect.region, [&](engine::AgentDuty duty) { return engine::fenced(std::move(duty), effect.epoch); },
      [&stopped](RegionDuty& changed) {
        changed.final_position = stopped ? std::optional(*stopped) : std::nullopt;
        changed.writes_held = stopped.has_value();
      });
  if (!noted) return std::unexpected(noted.error());
  return noted->final_position;
}

/// Where nobody's request has to survive.
base::Result<std::vector<std::string>> Effects::stop_serving(const base::RegionName& region) const {
  if (auto shut = set_traffic(work_, ports_.parts.names, region, model::TrafficMode::closed); !shut) {
    return std::unexpected(shut.error());
  }
  return stop_web(region);
}

Effects::Answer Effects::fence_directly(const engine::FenceRegion& effect) const {
  const auto& region = effect.region;
  const auto duty =
      change_duty(region, [&](engine::AgentDuty before) { return engine::fenced(std::move(before), effect.epoch); });
  if (!duty) return std::unexpected(duty.error());
  FenceCertificate certificate{
      .region = region,
      .method = FenceMethod::direct,
      .epoch = effect.epoch,
      .evidence = {fmt::format("{}: its bucket says that epoch {} is fenced", region.value, effect.epoch.value)},
      .final_position = duty->final_position};
  auto& evidence = certificate.evidence;
  const auto closed_already = is_closed_already(region, *duty);
  if (!closed_already) return std::unexpected(closed_already.error());
  if (!*closed_already) {
    const auto stopped = stop_writer(effect);
    if (!stopped) return std::unexpected(stopped.error());
    certificate.final_position = *stopped;
  }
  if (certificate.final_position) {
    evidence.push_back(fmt::format(
        "{}: the database is read-only by default, and no session of another client that began before was left at {}",
        region.value, base::to_string(*certificate.final_position)));
  }
  const auto closed = close_database(region);
  if (!closed) return std::unexpected(closed.error());
  evidence.insert(evidence.end(), closed->begin(), closed->end());
  const auto ended = effect.planned ? base::Result<std::vector<std::string>>() : stop_serving(region);
  if (!ended) return std::unexpected(ended.error());
  evidence.insert(evidence.end(), ended->begin(), ended->end());
  evidence.push_back(no_lease(region));
  return certificate;
}

Effects::Answer Effects::perform(const engine::FenceRegion& effect) const {
  LIFEBOAT_ASSERT(effect.method != FenceMethod::expiry, "a fence by expiry is the engine's own");
  return effect.method == FenceMethod::power ? fence_by_power(effect) : fence_directly(effect);
}

}  // namespace lifeboat::aws_world
