#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>

#include "base/error.h"
#include "engine/effect.h"
#include "ports/clock.h"
#include "ports/markers.h"
#include "providers/local/agent_client.h"
#include "providers/local/bootstrap.h"
#include "providers/local/secrets.h"

namespace lifeboat::local {

/// Carries out the engine's effects in the local world, one overload an effect, all within one deadline.
class LocalEffects {
 public:
  struct Parts {
    const InstalledStack& installed;
    const Secrets& secrets;
    ports::Clock& clock;
    ports::Markers& markers;
    const std::function<base::Result<engine::ClientView>(const engine::MeasureClients&)>& measure;
    std::function<const AgentClient&(const base::RegionName&)> agent;
  };
  using Answer = base::Result<engine::Outcome>;

  LocalEffects(Parts parts, base::Instant deadline) : parts_(std::move(parts)), deadline_(deadline) {}

  Answer perform(const engine::StartRegion& effect) const;
  Answer perform(const engine::AssignRole& effect) const;
  Answer perform(const engine::EnsureAsset& effect) const;
  Answer perform(const engine::SetTraffic& effect) const;
  Answer perform(const engine::PrepareSwitchover& effect) const;
  Answer perform(const engine::HoldWrites& effect) const;
  Answer perform(const engine::ReleaseWrites& effect) const;
  Answer perform(const engine::FenceRegion& effect) const;
  Answer perform(const engine::PromiseEpoch& effect) const;
  Answer perform(const engine::DrainReplication& effect) const;
  Answer perform(const engine::Promote& effect) const;
  Answer perform(const engine::ReopenWriter& effect) const;
  Answer perform(const engine::WriteDnsRecord& effect) const;
  Answer perform(const engine::ConfirmDns& effect) const;
  Answer perform(const engine::ConfirmService& effect) const;
  Answer perform(const engine::Reprotect& effect) const;
  Answer perform(const engine::MeasureClients& effect) const;
  Answer perform(const engine::CloneForDrill& effect) const;
  Answer perform(const engine::RehearseFailover& effect) const;
  Answer perform(const engine::DiscardClone& effect) const;

 private:
  /// An agent has to end a little before its caller gives up, or its answer is lost.
  static constexpr base::Milliseconds answer_margin{50};
  /// Between two looks at what has not happened yet.
  static constexpr base::Milliseconds look_again{5};

  /// Where a drill's clone is.
  struct CloneEndpoints {
    Endpoint database;
    Endpoint web;
  };

  nlohmann::json of_drill(base::WallTime begun) const;
  base::Result<std::string> write_through_shadow(const CloneEndpoints& clone, std::int64_t marker) const;
  base::Result<std::string> try_shadow(const CloneEndpoints& clone, std::int64_t marker) const;
  base::Status write_to_clone(const CloneEndpoints& clone, std::int64_t marker) const;
  Answer post(const base::RegionName& region, const std::string& target, const std::string& body) const;
  base::Milliseconds left() const;

  Parts parts_;
  base::Instant deadline_;
};

}  // namespace lifeboat::local
