#pragma once

#include <string>

#include "providers/local/asset.h"
#include "providers/local/asset_process.h"
#include "providers/local/region_context.h"

namespace lifeboat::local {

/// The PostgreSQL exporter of one database node.
class DatabaseExporter : public Asset {
 public:
  DatabaseExporter(const RegionContext& context, const Placement& placement, Endpoint node);

  const std::string& name() const override { return process_.name(); }
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override { return process_.stop(); }

 private:
  const RegionContext& context_;
  Endpoint node_;
  AssetProcess process_;
  VersionMemory version_;
};

/// The exporter of the machine: processors, memory, file systems. One a region, whose zones share the machine here.
class NodeExporter : public Asset {
 public:
  NodeExporter(const RegionContext& context, const Placement& placement);

  const std::string& name() const override { return process_.name(); }
  base::Status ensure(base::Instant deadline) override;
  model::ObservedAsset observe() override;
  base::Status stop() override { return process_.stop(); }

 private:
  const RegionContext& context_;
  AssetProcess process_;
  VersionMemory version_;
};

}  // namespace lifeboat::local
