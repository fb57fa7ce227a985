#pragma once

#include <map>

#include "sim/world.h"

namespace lifeboat::sim {

/// Makes things go wrong as the settings say, and mends them: the supervisors that start again what has died belong to
/// the world too.
class Faults {
 public:
  explicit Faults(World& world) : world_(world), ground_(world.ground) {}

  /// The supervisors; they work until the end.
  void begin_supervision();
  /// Random faults until heal().
  void begin();
  /// The supervisors leave the process dead until then.
  void leave_dead(const Process& process, Time until) { down_until_[&process] = until; }
  /// One fault now.
  void strike(Fault fault);
  /// Everything is mended and nothing breaks any more.
  void heal();

 private:
  void plan(Fault fault);
  void aim();
  void supervise();
  void strike_controller(Fault fault);
  void strike_region(Fault fault);
  void strike_network(Fault fault);
  void start_another_controller();
  void cut(Site from, Site to, Time until);
  Region& any_region();
  Controller& any_controller();
  Time draw_down_time();

  World& world_;
  Ground& ground_;
  bool over_ = false;
  std::map<const Process*, Time> down_until_;  ///< Whom the supervisors leave dead for a while.
};

}  // namespace lifeboat::sim
