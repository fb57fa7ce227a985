#include "providers/aws/aws_provider.h"

#include <fmt/format.h>

#include <algorithm>
#include <future>
#include <utility>

#include "model/assets.h"
#include "providers/aws/effects.h"
#include "providers/aws/load_balancer.h"

namespace lifeboat::aws_world {

using base::Milliseconds;

namespace {

constexpr Milliseconds dns_limit{2'000};
constexpr Milliseconds front_door_limit{10'000};
/// A seat lasts for a minute; to renew it more often costs a write in each bucket and proves no more.
constexpr Milliseconds renewal{15'000};
/// Names of load balancers change with the load balancer only.
constexpr Milliseconds names_kept_for{300'000};

}  // namespace

/// What calls leave for later ones, besides what effects remember. Callable from any thread.
class AwsProvider::Memory {
 public:
  EffectMemory effects;

  std::optional<std::string> door_name(const base::RegionName& region, base::Instant now) const {
    const std::lock_guard lock(mutex_);
    const auto found = names_.find(region);
    if (found == names_.end() || now - found->second.second > names_kept_for) return std::nullopt;
    return found->second.first;
  }
  void note_door_name(const base::RegionName& region, std::string name, base::Instant now) {
    const std::lock_guard lock(mutex_);
    names_[region] = {std::move(name), now};
  }

  std::mutex seat;                          ///< One renewal at a time.
  std::optional<base::Instant> renewed_at;  ///< Guarded by `seat`.

 private:
  mutable std::mutex mutex_;
  std::map<base::RegionName, std::pair<std::string, base::Instant>> names_;
};

AwsProvider::AwsProvider(Parts parts)
    : parts_(std::move(parts)),
      database_(make_database_service(parts_.stack, parts_.names)),
      sql_tasks_(parts_.sql, parts_.stack),
      memory_(std::make_unique<Memory>()) {}

AwsProvider::~AwsProvider() = default;

void AwsProvider::lead(engine::Leads leads) {
  memory_->renewed_at = leads.claimed_at;
  leads_ = std::move(leads);
}

base::Result<engine::Outcome> AwsProvider::perform(const engine::Effect& effect, base::Instant deadline) {
  const EffectPorts ports{parts_, *database_, sql_tasks_, memory_->effects, leads_};
  const Effects effects(ports, deadline);
  return std::visit([&effects](const auto& body) { return effects.perform(body); }, effect.body);
}

base::Result<std::optional<engine::SeatConfirmed>> AwsProvider::confirm_seat(Milliseconds timeout) {
  if (!parts_.renew_seat) return std::optional<engine::SeatConfirmed>();
  const std::lock_guard lock(memory_->seat);
  const auto now = parts_.work.clock.now();
  auto& renewed_at = memory_->renewed_at;
  if (renewed_at && now - *renewed_at < renewal) return std::optional(engine::SeatConfirmed{*renewed_at});
  const auto renewed = parts_.renew_seat(timeout);
  if (renewed) {
    renewed_at = now;
    return std::optional(engine::SeatConfirmed{now});
  }
  if (renewed.error().code == base::ErrorCode::stale_term) return std::unexpected(renewed.error());
  return std::optional<engine::SeatConfirmed>();
}

void AwsProvider::grant(const engine::LeaseGrant&, Milliseconds) {}

/// Nothing when the load balancer answers, whatever it says; else what was seen.
std::string AwsProvider::ask_door(const base::RegionName& region, Milliseconds timeout) {
  const auto deadline = parts_.work.clock.now() + timeout;
  const Work work(parts_.work, deadline);
  auto name = memory_->door_name(region, parts_.work.clock.now());
  if (!name) {
    const auto found = load_balancer_name(work, parts_.names, region);
    if (!found) return found.error().message;
    memory_->note_door_name(region, *found, parts_.work.clock.now());
    name = *found;
  }
  const auto reply = parts_.door.ask(*name, {.method = "GET", .target = parts_.stack.web.health_path}, work.left());
  return reply ? std::string() : reply.error().message;
}

ports::ProbeResult AwsProvider::probe(const base::RegionName& region, Milliseconds timeout) {
  auto door = std::async(std::launch::async, [&] { return ask_door(region, timeout); });
  const auto duty = parts_.duties.read(region, timeout);
  const auto door_problem = door.get();
  ports::ProbeResult result;
  result.agent_answered = duty && duty->has_value();
  result.door_answered = door_problem.empty();
  if (result.agent_answered) {
    result.duty = (*duty)->duty;
    if (leads_) {
      result.superseded = result.duty->term.number > leads_->term.number;
      result.obeys = result.duty->term == leads_->term;
    }
  } else {
    result.detail = duty ? region.value + " was never started" : duty.error().message;
  }
  if (!door_problem.empty()) result.detail += (result.detail.empty() ? "" : "; ") + door_problem;
  return result;
}

model::ObservedRegion AwsProvider::observe(const base::RegionName& region) {
  return parts_.looks.region(region);
}

base::Result<model::RegionFacts> AwsProvider::inspect(const base::RegionName& region) {
  return parts_.looks.facts(region);
}

model::ObservedDns AwsProvider::observe_dns() {
  model::ObservedDns dns;
  dns.name = parts_.stack.dns.host();
  const auto seen = parts_.looks.front_door(front_door_limit);
  if (!seen || seen->name_servers.empty()) return dns;
  const auto answers = parts_.door.ask_name_servers(seen->name_servers, dns.name, dns_limit);
  if (!answers) return dns;
  dns.answered = true;
  for (const auto& answer : *answers) {
    if (dns.server.empty()) dns.server = answer.server;
    dns.ttl_s = std::max(dns.ttl_s, answer.ttl_s);
    if (answer.target.empty() || std::ranges::find(dns.answer, answer.target) != dns.answer.end()) continue;
    dns.answer.push_back(answer.target);
  }
  return dns;
}

std::vector<model::ObservedAsset> AwsProvider::observe_global() {
  const auto seen = parts_.looks.front_door(front_door_limit);
  std::vector<model::ObservedAsset> observed;
  for (const auto& asset : model::assets_of(parts_.stack)) {
    if (!asset.id.region.empty()) continue;
    model::ObservedAsset one;
    one.id = asset.id;
    one.kind = asset.kind;
    if (!seen) {
      one.detail = seen.error().message;
    } else if (seen->zone_id.empty()) {
      one.state = model::AssetState::absent;
    } else {
      const auto complete =
          std::ranges::count_if(seen->records, [](const auto& entry) { return !entry.second.health_check.empty(); });
      one.state = complete == 2 ? model::AssetState::ready : model::AssetState::absent;
      if (complete != 2) one.detail = fmt::format("{} of 2 records with a health check", complete);
    }
    observed.push_back(std::move(one));
  }
  return observed;
}

}  // namespace lifeboat::aws_world
