#include "model/stack.h"

#include "base/assert.h"

namespace lifeboat::model {

std::string Monitoring::context_of(const base::RegionName& region) const {
  std::string context = kubernetes_context;
  for (auto at = context.find(region_placeholder); at != context.npos; at = context.find(region_placeholder, at)) {
    context.replace(at, region_placeholder.size(), region.value);
  }
  return context;
}

const Region* Stack::region(const base::RegionName& region_name) const {
  if (home.name == region_name) return &home;
  if (standby.name == region_name) return &standby;
  return nullptr;
}

const Region& Stack::other(const base::RegionName& region_name) const {
  LIFEBOAT_ASSERT(region(region_name) != nullptr, "the region is one of the stack's two");
  return home.name == region_name ? standby : home;
}

}  // namespace lifeboat::model
