#pragma once

#include <string>

#include "providers/local/asset.h"
#include "providers/local/asset_process.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// One of the region's Prometheus servers. Both scrape the whole region, so that either may be lost.
class MetricsServer : public Asset {
 public:
  MetricsServer(const RegionContext& context, const Placement& placement);

  const std::string& name() const override { return process_.name(); }
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override { return process_.stop(); }

 private:
  const RegionContext& context_;
  AssetProcess process_;
};

/// One of the region's Alertmanagers. Those of both regions gossip, so that no alert is sent twice.
class AlertManager : public Asset {
 public:
  AlertManager(const RegionContext& context, const Placement& placement);

  const std::string& name() const override { return process_.name(); }
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override { return process_.stop(); }

 private:
  void link_templates() const;

  const RegionContext& context_;
  AssetProcess process_;
};

/// One of the region's Grafanas, where the machine has it: otherwise the asset is absent and says what to install,
/// which is no failure. No plan has it and nobody waits for it (its first start takes long), so that it can't keep a
/// region from being ready.
class Dashboard : public Asset {
 public:
  Dashboard(const RegionContext& context, const Placement& placement);

  const std::string& name() const override { return process_.name(); }
  /// Returns when it has been executed; when it serves, observe() says so. Nothing happens where there is no Grafana.
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override { return process_.stop(); }

 private:
  const RegionContext& context_;
  AssetProcess process_;
};

}  // namespace lifeboat::local
