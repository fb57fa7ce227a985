#include "providers/local/region_database_impl.h"

namespace lifeboat::local {

void RegionDatabase::Impl::tick() {
  look_all();
}

base::Result<engine::Reprotection> RegionDatabase::Impl::reprotect(base::Epoch epoch, const Deadline& deadline) {
  (void)epoch;
  (void)deadline;
  return base::fail(base::ErrorCode::effect_failed, "not yet");
}

}  // namespace lifeboat::local
