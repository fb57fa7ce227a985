#include "engine/effect.h"
#include "engine/step.h"
#include "providers/aws/aws_provider.h"

namespace lifeboat::aws_world {
namespace {

/// What AWS really needs, and no more: an RDS instance is made in a quarter of an hour, a cross-region replica in up to
/// an hour, and reprotecting deletes one with a snapshot before.
struct TimeLimit {
  static constexpr base::Milliseconds second{1000};

  base::Milliseconds operator()(const engine::StartRegion&) const { return 120 * second; }
  base::Milliseconds operator()(const engine::EnsureAsset&) const { return 3600 * second; }
  base::Milliseconds operator()(const engine::SetTraffic&) const { return 120 * second; }
  base::Milliseconds operator()(const engine::PrepareSwitchover&) const { return 120 * second; }
  // Each of these runs SQL by SSM: seconds, and half a minute more for an instance that does not take it.
  base::Milliseconds operator()(const engine::HoldWrites&) const { return 60 * second; }
  base::Milliseconds operator()(const engine::ReleaseWrites&) const { return 120 * second; }
  base::Milliseconds operator()(const engine::DrainReplication&) const { return 120 * second; }
  base::Milliseconds operator()(const engine::FenceRegion&) const { return 600 * second; }
  base::Milliseconds operator()(const engine::Promote&) const { return 1800 * second; }
  base::Milliseconds operator()(const engine::ReopenWriter&) const { return 1800 * second; }
  base::Milliseconds operator()(const engine::WriteDnsRecord&) const { return 120 * second; }
  base::Milliseconds operator()(const engine::ConfirmDns&) const { return 300 * second; }
  base::Milliseconds operator()(const engine::ConfirmService&) const { return 300 * second; }
  base::Milliseconds operator()(const engine::Reprotect&) const { return 4 * 3600 * second; }
  base::Milliseconds operator()(const engine::AssignRole&) const { return 60 * second; }
  base::Milliseconds operator()(const engine::PromiseEpoch&) const { return 10 * second; }
  // A snapshot of a large database, and an instance that is made of it.
  base::Milliseconds operator()(const engine::CloneForDrill&) const { return 4 * 3600 * second; }
  base::Milliseconds operator()(const engine::RehearseFailover&) const { return 600 * second; }
  base::Milliseconds operator()(const engine::DiscardClone&) const { return 1800 * second; }
  base::Milliseconds operator()(const engine::MeasureClients& effect) const { return engine::time_limit(effect); }
};

}  // namespace

base::Milliseconds AwsProvider::time_limit(const engine::EffectBody& effect) const {
  return std::visit(TimeLimit{}, effect);
}

}  // namespace lifeboat::aws_world
