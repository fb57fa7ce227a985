#include "controller/rate_meter.h"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

namespace lifeboat::controller {
namespace {

constexpr base::Milliseconds window{1000};
/// An observation as old as this says nothing about now.
constexpr base::Milliseconds longest_gap{5000};

template <class T>
nlohmann::ordered_json json_of(const std::optional<T>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json();
}

const model::ObservedAsset* load_balancer_of(const model::ObservedRegion& region) {
  const auto found = std::ranges::find(region.assets, model::AssetKind::load_balancer, &model::ObservedAsset::kind);
  return found == region.assets.end() || !found->traffic ? nullptr : &*found;
}

}  // namespace

RateMeter::RegionRate RateMeter::measure(const base::RegionName& name, const model::ObservedRegion* seen) {
  RegionRate rate{.name = name.value};
  const std::scoped_lock lock(mutex_);
  auto& samples = samples_[name];
  const auto* door = seen != nullptr && seen->reachable ? load_balancer_of(*seen) : nullptr;
  if (door == nullptr) {
    samples.clear();
  } else if (const Sample now{seen->seen_at, door->traffic->requests, door->traffic->errors};
             samples.empty() || now.at > samples.back().at) {
    // A process that began again counts from zero.
    const bool began_again =
        !samples.empty() && (now.requests < samples.back().requests || now.errors < samples.back().errors ||
                             now.at - samples.back().at > longest_gap);
    if (began_again) samples.clear();
    samples.push_back(now);
    while (samples.size() > 2 && now.at - samples[1].at >= window) samples.pop_front();
  }
  if (samples.size() > 1) {
    const auto& first = samples.front();
    const auto& last = samples.back();
    const auto elapsed_s = std::chrono::duration<double>(last.at - first.at).count();
    rate.requests_per_s = static_cast<double>(last.requests - first.requests) / elapsed_s;
    rate.errors_per_s = static_cast<double>(last.errors - first.errors) / elapsed_s;
  }
  if (seen == nullptr || !seen->reachable) return rate;
  for (const auto& node : seen->nodes) {
    if (node.role != model::DatabaseRole::cross_region_replica) continue;
    rate.lag_bytes = node.lag_bytes;
    rate.lag_ms = node.lag_ms;
  }
  return rate;
}

std::string RateMeter::to_document(const Rates& rates, std::int64_t at_ms) {
  auto regions = nlohmann::ordered_json::array();
  for (const auto& rate : rates) {
    regions.push_back({{"name", rate.name},
                       {"requests_per_s", json_of(rate.requests_per_s)},
                       {"errors_per_s", json_of(rate.errors_per_s)},
                       {"lag_bytes", json_of(rate.lag_bytes)},
                       {"lag_ms", json_of(rate.lag_ms)}});
  }
  return nlohmann::ordered_json{{"at_ms", at_ms}, {"regions", std::move(regions)}}.dump();
}

}  // namespace lifeboat::controller
