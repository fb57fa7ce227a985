#pragma once

#include <string>

#include "engine/command.h"
#include "sim/world.h"

namespace lifeboat::sim {

/// The people: at random moments somebody types a command, and once everything is healed somebody does what
/// `lifeboat status` advises until the stack is well.
class Operators {
 public:
  explicit Operators(World& world) : world_(world), ground_(world.ground) {}

  /// A command now; false when no controller takes it.
  bool give(engine::Command command);
  /// `lifeboat up`.
  bool up();
  /// Random commands from time to time, until stop().
  void begin();
  void stop() { stopped_ = true; }

  /// One look at the stack after the healing, and the command that it advises.
  void advise();
  /// What the stack still waits for before it is well; empty: it is.
  std::string missing() const;

 private:
  void plan_command();
  void random_command();
  void fail_over_at_once();
  engine::Command draw_command(const engine::State& state, const engine::Readiness& readiness);
  engine::FailoverOptions draw_options(const engine::Readiness& readiness);

  World& world_;
  Ground& ground_;
  bool stopped_ = false;
  int waited_ = 0;    ///< Looks in a row at which an operation was under way.
  int unserved_ = 0;  ///< Looks in a row at which nobody served.
};

}  // namespace lifeboat::sim
