#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "model/stack.h"

namespace lifeboat::monitoring {

/// Files by their path in a folder, "/" between the parts.
using Files = std::map<std::string, std::string>;

/// What other parts write for a region's cluster.
struct ProgramFiles {
  std::string alertmanager;  ///< alertmanager.yml
  std::string data_sources;  ///< Grafana's data sources: the servers of metrics_servers().
};

/// The namespace that holds everything of one region's monitoring; nothing else is in it.
std::string namespace_of(const model::Stack& stack, const base::RegionName& region);
/// Where the replicas of a region's Prometheus answer inside their namespace: "prometheus-0.prometheus" …
std::vector<std::string> metrics_servers(const model::Stack& stack);
inline constexpr std::uint16_t metrics_server_port = 9090;

/// Where the Secret "notification-secrets" is mounted, with a key for each of model::secrets_of().
inline constexpr std::string_view notification_secrets_folder = "/etc/lifeboat/notifications";

/// The kustomize overlay of one region, the paths relative to its folder; its base is two folders up. Pure.
Files overlay(const model::Stack& stack, const model::Region& region, const ProgramFiles& programs);
/// deploy/ as it was when this was built, as far as kustomize reads it, and the overlays of both regions in
/// overlay_folder(). Pure.
Files kustomize_folder(const model::Stack& stack, const ProgramFiles& programs);
/// Where an overlay stands in kustomize_folder().
std::string overlay_folder(const base::RegionName& region);

}  // namespace lifeboat::monitoring
