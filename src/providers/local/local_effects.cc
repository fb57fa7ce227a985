#include "providers/local/local_effects.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <thread>
#include <utility>

#include "base/assert.h"
#include "journal/record_json.h"
#include "providers/local/power_switch.h"
#include "system/dns_client.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;
using nlohmann::json;

json with_epoch(base::Epoch epoch) {
  return {{"epoch", epoch.value}};
}

}  // namespace

Milliseconds LocalEffects::left() const {
  return std::max(std::chrono::duration_cast<Milliseconds>(deadline_ - parts_.clock.now()), Milliseconds{1});
}

LocalEffects::Answer LocalEffects::post(const base::RegionName& region, const std::string& target,
                                        const std::string& body) const {
  auto answer = parts_.agent(region).post(target, body, left());
  if (!answer) return std::unexpected(answer.error());
  const auto document = json::parse(*answer, nullptr, false);
  if (!document.is_object() || !document.contains("type")) return engine::Done{};
  return journal::outcome_from_json(document);
}

LocalEffects::Answer LocalEffects::perform(const engine::StartRegion& effect) const {
  if (auto started = start_region(parts_.installed, effect.region); !started) return std::unexpected(started.error());
  while (true) {
    const auto answer = parts_.agent(effect.region).get("/v1/health", std::min(left(), Milliseconds{500}));
    if (answer) return engine::Done{};
    if (parts_.clock.now() >= deadline_) return std::unexpected(answer.error());
    std::this_thread::sleep_for(look_again);
  }
}

LocalEffects::Answer LocalEffects::perform(const engine::AssignRole& effect) const {
  auto body = with_epoch(effect.epoch);
  body["role"] = to_string(effect.role);
  body["active_region"] = effect.active_region.value;
  return post(effect.region, "/v1/assign", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::EnsureAsset& effect) const {
  auto body = with_epoch(effect.epoch);
  body["name"] = effect.asset.name;
  body["timeout_ms"] = std::max(left() - answer_margin, Milliseconds{1}).count();
  return post(effect.asset.region, "/v1/assets/ensure", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::SetTraffic& effect) const {
  auto body = with_epoch(effect.epoch);
  body["mode"] = to_string(effect.mode);
  return post(effect.region, "/v1/traffic", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::PrepareSwitchover& effect) const {
  auto body = with_epoch(effect.epoch);
  body["timeout_ms"] = std::max(left() - answer_margin, Milliseconds{1}).count();
  return post(effect.region, "/v1/database/checkpoint", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::HoldWrites& effect) const {
  auto body = with_epoch(effect.epoch);
  body["timeout_ms"] = std::max(left() - answer_margin, Milliseconds{1}).count();
  return post(effect.region, "/v1/writes/hold", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::ReleaseWrites& effect) const {
  auto body = with_epoch(effect.epoch);
  body["writer_region"] = effect.writer_region.value;
  return post(effect.region, "/v1/writes/release", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::FenceRegion& effect) const {
  if (effect.method == engine::FenceMethod::direct) {
    auto body = with_epoch(effect.epoch);
    body["planned"] = effect.planned;
    body["timeout_ms"] = std::max(left() - answer_margin, Milliseconds{1}).count();
    return post(effect.region, "/v1/database/fence", body.dump());
  }
  LIFEBOAT_ASSERT(effect.method == engine::FenceMethod::power, "a fence by expiry is the engine's own");
  const auto& layout = parts_.installed.layout.region(effect.region);
  auto off = power_off(parts_.installed.paths.region(effect.region).root, layout.address_prefix, left());
  if (!off) return std::unexpected(off.error());
  return engine::FenceCertificate{effect.region, engine::FenceMethod::power, effect.epoch, std::move(off->evidence),
                                  std::nullopt};
}

LocalEffects::Answer LocalEffects::perform(const engine::PromiseEpoch& effect) const {
  return post(effect.region, "/v1/promise", with_epoch(effect.epoch).dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::DrainReplication& effect) const {
  const json body{{"until", effect.until.bytes},
                  {"timeout_ms", std::max(left() - answer_margin, Milliseconds{1}).count()}};
  return post(effect.region, "/v1/database/drain", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::Promote& effect) const {
  auto body = with_epoch(effect.epoch);
  body["timeout_ms"] = std::max(left() - answer_margin, Milliseconds{1}).count();
  return post(effect.region, "/v1/database/promote", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::ReopenWriter& effect) const {
  auto body = with_epoch(effect.epoch);
  body["timeout_ms"] = std::max(left() - answer_margin, Milliseconds{1}).count();
  return post(effect.region, "/v1/database/reopen", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::WriteDnsRecord& effect) const {
  auto body = with_epoch(effect.epoch);
  const auto& dns = parts_.installed.stack.dns;
  body["name"] = dns.host();
  body["address"] = parts_.installed.layout.region(effect.region).load_balancer.endpoint.address;
  body["ttl_s"] = dns.ttl.count();
  return post({}, "/v1/dns/record", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::ConfirmDns& effect) const {
  const auto& server = parts_.installed.layout.dns.endpoint;
  const auto wanted = parts_.installed.layout.region(effect.region).load_balancer.endpoint.address;
  const auto name = parts_.installed.stack.dns.host();
  while (true) {
    const auto found = system::dns_lookup(server.address, server.port, name, std::min(left(), Milliseconds{500}));
    if (found && found->addresses == std::vector{wanted}) return engine::Done{};
    if (parts_.clock.now() >= deadline_) {
      if (!found) return std::unexpected(found.error());
      return base::fail(ErrorCode::dns_failed,
                        fmt::format("{} answers {}, expected {}", name,
                                    found->addresses.empty() ? "nothing" : found->addresses.front(), wanted));
    }
    std::this_thread::sleep_for(look_again);
  }
}

LocalEffects::Answer LocalEffects::perform(const engine::ConfirmService& effect) const {
  const auto number = parts_.clock.wall_now().time_since_epoch().count();
  while (true) {
    const auto attempt = std::min(deadline_, parts_.clock.now() + std::chrono::seconds(2));
    const auto written = parts_.markers.write(number, attempt);
    if (written && written->served_by == effect.region.value)
      return engine::ServiceConfirmation{written->served_by, number};
    if (parts_.clock.now() >= deadline_) {
      if (!written) return std::unexpected(written.error());
      return base::fail(ErrorCode::effect_failed, fmt::format("the front door's answer came from '{}', expected {}",
                                                              written->served_by, effect.region.value));
    }
    std::this_thread::sleep_for(look_again * 2);
  }
}

LocalEffects::Answer LocalEffects::perform(const engine::Reprotect& effect) const {
  auto body = with_epoch(effect.epoch);
  body["source"] = effect.source.value;
  body["timeout_ms"] = std::max(left() - answer_margin, Milliseconds{1}).count();
  return post(effect.region, "/v1/database/reprotect", body.dump());
}

LocalEffects::Answer LocalEffects::perform(const engine::MeasureClients& effect) const {
  auto view = parts_.measure(effect);
  if (!view) return std::unexpected(view.error());
  return std::move(*view);
}

}  // namespace lifeboat::local
