#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "engine/state.h"
#include "journal/memory_folder.h"
#include "runtime/core.h"
#include "sim/agent.h"
#include "sim/clients.h"
#include "sim/dns.h"
#include "sim/ground.h"
#include "sim/network.h"
#include "sim/process.h"
#include "sim/region.h"

namespace lifeboat::sim {

struct World;

/// A controller's process around the production runtime::Core, driven by simulated events as runtime.cc drives it with
/// threads: ticks, a probe loop and an observation loop a region, effects with their time limits, grants at once.
class Controller {
 public:
  Controller(World& world, Site site, std::string name, MachineClock clock);

  Process process;
  MachineClock clock;
  journal::MemoryDisk disk;
  bool disk_dies = false;   ///< The next append is torn: some of it is written, none of it synced.
  bool superseded = false;  ///< It has stopped because a newer one leads; nobody starts it again but an operator.
  bool power_switch_works = true;

  /// Takes a term, reads the journal, begins to work.
  void start();
  /// The process is gone; of what it had not synced some bytes may be on the disk.
  void crash();
  void lose_disk();

  const runtime::Core* core() const { return core_ ? &*core_ : nullptr; }
  const engine::State* state() const { return core_ ? &core_->state() : nullptr; }
  /// An operator's command, in this process. False when nobody is there to take it.
  bool command(engine::Command command);
  /// What `verify` would say now.
  engine::Readiness readiness() const;
  Site site() const { return site_; }

 private:
  struct ProbeUnderWay;

  // Taking over.
  void ask_for_terms(int attempt);
  void claim_term(int attempt, const engine::Term& before);
  void claim_regions(int attempt, const engine::Leads& leads);
  void begin(const engine::Leads& leads);
  void ask_seat();
  // The thread that owns the state.
  void tick();
  void handle(engine::InputBody body);
  void stop(const std::string& why, bool newer_leads);
  void post_grant(const engine::LeaseGrant& grant);
  void send_grant(Region& region);
  // The threads that look.
  void probe(Region& region);
  void finish_probe(Region& region, const std::shared_ptr<ProbeUnderWay>& under_way);
  void observe(Region& region);
  void observe_global();
  // Effects (controller_effects.cc).
  void carry_out(const engine::Effect& effect);
  void perform(const engine::Effect& effect, const Answer<engine::Outcome>& done);
  void start_region(Region& region, Time left, const Answer<engine::Outcome>& done);
  void fence_by_power(const engine::FenceRegion& effect, const Answer<engine::Outcome>& done);
  void confirm_dns(const engine::ConfirmDns& effect, Time left, const Answer<engine::Outcome>& done);
  void confirm_service(const engine::ConfirmService& effect, Time left, const Answer<engine::Outcome>& done);
  void ask_agent(Region& region, const engine::Effect& effect, const Answer<engine::Outcome>& done);

  Endpoint here() { return {site_, &process}; }
  base::Instant now() const;
  engine::Moment moment() const;

  World& world_;
  Ground& ground_;
  Network& network_;
  Site site_;
  engine::Term term_;
  std::optional<runtime::Core> core_;
  std::map<const Region*, Seen> seen_;
  std::map<const Region*, std::optional<engine::LeaseGrant>> grants_;  ///< The latest that was not sent.
  std::map<const Region*, bool> sending_;
};

}  // namespace lifeboat::sim
