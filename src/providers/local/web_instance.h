#pragma once

#include <string>
#include <vector>

#include "providers/local/asset.h"
#include "providers/local/asset_process.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// One instance of the web tier: the stack file's program, or lifeboat-events. Safe to call from any thread.
class WebInstance : public Asset {
 public:
  WebInstance(const RegionContext& context, const Placement& placement);

  const std::string& name() const override { return process_.name(); }
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override { return process_.stop(); }

 private:
  const RegionContext& context_;
  Placement placement_;
  AssetProcess process_;
};

}  // namespace lifeboat::local
