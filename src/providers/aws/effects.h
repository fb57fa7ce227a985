#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "engine/effect.h"
#include "providers/aws/aws_provider.h"
#include "providers/aws/drill_clone.h"
#include "providers/aws/security_group.h"

namespace lifeboat::aws_world {

/// What this process remembers between effects; losing it costs time, never safety. Callable from any thread.
class EffectMemory {
 public:
  /// The region's replica has the writer's last write, so its promotion is a planned one.
  void note_drained(const base::RegionName& region);
  bool is_drained(const base::RegionName& region) const;
  void forget_drained();

  /// Runs `make` unless it has succeeded before; one caller at a time.
  base::Status once(const std::string& what, const std::function<base::Status()>& make);

 private:
  mutable std::mutex mutex_;
  std::set<base::RegionName> drained_;
  std::mutex making_;
  std::set<std::string> made_;
};

/// What the effects are carried out with. Everything outlives the effect.
struct EffectPorts {
  const AwsProvider::Parts& parts;
  const DatabaseService& database;
  const SqlTasks& sql;
  EffectMemory& memory;
  const std::optional<engine::Leads>& leads;
};

/// One effect under way, by its deadline. Its steps: effects_*.cc.
class Effects {
 public:
  Effects(const EffectPorts& ports, base::Instant deadline);

  using Answer = base::Result<engine::Outcome>;
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
  using DutyChange = std::function<base::Result<engine::AgentDuty>(engine::AgentDuty)>;

  // effects_duty.cc
  /// Every effect that changes a region begins here: the region obeys this controller, and takes the epoch.
  base::Result<RegionDuty> change_duty(const base::RegionName& region, const DutyChange& change,
                                       const std::function<void(RegionDuty&)>& also = {}) const;
  base::Result<RegionDuty> accept(const base::RegionName& region, base::Epoch epoch) const;

  // effects_build.cc
  base::Status ensure_network(const base::RegionName& region) const;
  base::Status ensure_database(const base::RegionName& region, const RegionDuty& duty) const;
  base::Status ensure_web(const base::RegionName& region, const RegionDuty& duty) const;
  base::Status ensure_monitoring(const base::RegionName& region) const;
  base::Status ensure_dns() const;
  base::Status ensure_schema(const base::RegionName& region) const;
  base::Status wait_ready(const base::AssetId& asset) const;

  // effects_fence.cc
  GroupPorts groups_of(const base::RegionName& region) const;
  base::Result<std::vector<std::string>> close_database(const base::RegionName& region) const;
  base::Result<std::vector<std::string>> stop_web(const base::RegionName& region) const;
  base::Status tell_lost_region(const engine::FenceRegion& effect, std::vector<std::string>& evidence) const;
  Answer fence_by_power(const engine::FenceRegion& effect) const;
  Answer fence_directly(const engine::FenceRegion& effect) const;
  base::Result<std::optional<base::Lsn>> stop_writer(const engine::FenceRegion& effect) const;
  base::Result<std::vector<std::string>> stop_serving(const base::RegionName& region) const;
  base::Result<bool> is_closed_already(const base::RegionName& region, const RegionDuty& duty) const;

  // effects_promote.cc
  Answer open_writer(const base::RegionName& region, base::Epoch epoch) const;
  base::Status reopen_ground(const base::RegionName& region) const;

  // effects_reprotect.cc
  base::Result<std::string> remove_old_writer(const base::RegionName& region, base::Epoch epoch) const;
  base::Status make_replica(const engine::Reprotect& effect, const DatabaseLook& like) const;
  base::Result<DatabaseLook> old_instance(const engine::Reprotect& effect, const DatabaseLook& now) const;
  base::Status finish_replica(const engine::Reprotect& effect, const std::string& source_arn) const;

  // effects_drill.cc
  ClonePorts clone_ports() const;
  base::Status drill_goes_on(const base::RegionName& region, base::WallTime begun) const;
  base::Result<ClonePart> await_clone(const engine::CloneForDrill& effect, const DatabaseLook& replica) const;

  bool is_adopted() const { return ports_.parts.stack.aws.existing.is_adopted(); }
  const base::RegionName& other(const base::RegionName& region) const { return ports_.parts.stack.other(region).name; }

  const EffectPorts& ports_;
  Work work_;
};

}  // namespace lifeboat::aws_world
