#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/command.h"
#include "journal/memory_folder.h"
#include "providers/fake/fake_provider.h"
#include "runtime/core.h"

namespace lifeboat::scenarios {

model::Stack example_stack();

/// The production core over a fake world, on one thread and in a time of its own: one effect a millisecond, a tick
/// every 50, probes every 100, an observation every 500.
class Driver {
 public:
  Driver();

  /// Gives a command; what it does begins with the next run().
  engine::Reply command(const engine::Command& command);
  void run(int duration_ms);
  /// Runs until no operation is under way; false when that does not come about.
  bool settle(int limit_ms = 60'000);
  /// The controller dies and starts again from what its disk holds. `kept_records`: how many of the journal's records
  /// survive; the rest is torn away.
  void crash(std::optional<std::size_t> kept_records = std::nullopt, bool carries_out_pending = false);
  /// The world carries out what was issued and not answered; nobody hears of it.
  void carry_out_pending();
  /// The controller dies, one record of its journal is damaged, and an operator who knows the active region repairs it.
  void repair_after_damage(std::size_t record, const base::RegionName& active);

  const engine::State& state() const { return core_->state(); }
  const std::vector<engine::Record>& records() const { return core_->records(); }
  fake::FakeProvider& provider() { return provider_; }
  engine::Readiness readiness();
  engine::Up up_command();

  /// Told of every step that did something.
  std::function<void(int at_ms, const runtime::Core::Output&)> on_output;
  /// True ends run() at once, after the records are durable and before effects start.
  std::function<bool()> interrupt;
  bool interrupted() const { return interrupted_; }

  bool clients_write = false;            ///< One write a millisecond.
  bool answer_twice = false;             ///< Every effect is carried out and answered twice.
  std::optional<int> predicted_loss_ms;  ///< Instead of what the world says.
  bool ready = true;

 private:
  void start_core();
  std::size_t offset_of(std::size_t record);
  std::optional<engine::Reply> handle(engine::InputBody body);
  void millisecond();
  void probe();
  void observe();
  void carry_out_one();

  fake::FakeProvider provider_;
  journal::MemoryDisk disk_;
  std::unique_ptr<runtime::Core> core_;
  std::deque<engine::Effect> pending_;
  int now_ms_ = 0;
  bool interrupted_ = false;
};

}  // namespace lifeboat::scenarios
