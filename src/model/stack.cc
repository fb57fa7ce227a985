#include "model/stack.h"

#include "base/assert.h"

namespace lifeboat::model {

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
