#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>

#include "engine/lease.h"
#include "providers/local/periodic.h"
#include "providers/local/region_context.h"
#include "system/http_client.h"

namespace lifeboat::local {

/// One agent's look at the other region: the second witness of a loss, and the second granter of leases. A region is
/// heard of when its agent answers, or its load balancer as docs/provider-contract.md says of probes.
class PeerWatch {
 public:
  /// The grant that the other region's wish is answered with; nothing when it is not due or not allowed.
  using Granter =
      std::function<std::optional<engine::LeaseGrant>(const base::RegionName&, const engine::LeaseRequest&)>;

  PeerWatch(const RegionContext& context, Granter granter);

  void start();
  std::optional<base::Milliseconds> heard_of() const;

 private:
  void look();
  void answer_wish(const std::string& health);

  const RegionContext& context_;
  const RegionLayout& other_;
  Granter granter_;
  system::HttpConnection agent_;
  system::HttpConnection door_;
  std::atomic<base::Instant> heard_at_ = base::Instant{};
  std::unique_ptr<Periodic> looker_;  // Last: it uses everything above.
};

}  // namespace lifeboat::local
