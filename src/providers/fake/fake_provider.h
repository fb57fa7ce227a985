#pragma once

#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>

#include "model/stack.h"
#include "ports/provider.h"
#include "providers/fake/world.h"

namespace lifeboat::fake {

/// A ports::Provider over a World, with faults. Safe from any thread; it never blocks.
class FakeProvider : public ports::Provider {
 public:
  explicit FakeProvider(const model::Stack& stack);

  base::Result<engine::Outcome> perform(const engine::Effect& effect, base::Instant deadline) override;
  /// Nothing in this world keeps time, so that a lease is what was granted last.
  void grant(const engine::LeaseGrant& grant, base::Milliseconds timeout) override;
  ports::ProbeResult probe(const base::RegionName& region, base::Milliseconds timeout) override;
  model::ObservedRegion observe(const base::RegionName& region) override;
  /// The parts' versions are all the same; a region that cannot be reached is an error.
  base::Result<model::RegionFacts> inspect(const base::RegionName& region) override;
  model::ObservedDns observe_dns() override;
  std::vector<model::ObservedAsset> observe_global() override;

  /// The next `times` effects whose id ends with `step` ("/promote", "/ensure/us-east-2/lb") fail without being carried
  /// out.
  void fail(std::string step, int times, base::ErrorCode code = base::ErrorCode::effect_failed);
  /// The next `times` such effects are carried out, and their answers are lost (wait_expired).
  void lose_answer(std::string step, int times);
  /// The next such effect is answered with something else.
  void answer_with(std::string step, engine::Outcome outcome);

  /// No fault is left.
  void heal();

  /// The world, under the lock.
  template <class Function>
  auto with_world(Function&& function) {
    const std::lock_guard lock(mutex_);
    return function(world_);
  }

 private:
  struct Fault {
    std::string step;
    int times = 0;
    bool carried_out = false;
    base::ErrorCode code = base::ErrorCode::effect_failed;
    std::optional<engine::Outcome> instead;
  };
  std::optional<Fault> next_fault(const engine::EffectId& id);

  const model::Stack stack_;
  std::mutex mutex_;
  World world_;
  std::list<Fault> faults_;
};

}  // namespace lifeboat::fake
