#pragma once

#include <mutex>
#include <string>

#include "model/observed.h"
#include "providers/local/asset.h"
#include "providers/local/asset_process.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// The region's door: HAProxy in front of the region's instances. Safe to call from any thread.
class LoadBalancer : public Asset {
 public:
  explicit LoadBalancer(const RegionContext& context);

  const std::string& name() const override { return process_.name(); }
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override { return process_.stop(); }

  /// Changes what it does with requests: written down first, so that a restart keeps it, then made so in the running
  /// process, at once; requests under way go on as they began. A process that does not run is an error except for
  /// `closed`.
  base::Status set_mode(model::TrafficMode mode, base::Instant deadline);
  /// What is written down.
  model::TrafficMode mode() const;

 private:
  base::Result<std::string> command(const std::string& text, base::Milliseconds timeout) const;
  base::Status apply(model::TrafficMode mode, base::Milliseconds timeout) const;

  const RegionContext& context_;
  AssetProcess process_;
  mutable std::mutex mode_mutex_;
};

}  // namespace lifeboat::local
