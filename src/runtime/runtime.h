#pragma once

#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "base/error.h"
#include "engine/command.h"
#include "engine/record.h"
#include "engine/state.h"
#include "engine/step.h"
#include "journal/journal.h"
#include "model/observed.h"
#include "ports/clock.h"
#include "ports/provider.h"

namespace lifeboat::runtime {

struct RuntimeOptions {
  base::Milliseconds detection_interval{100};  ///< Between probes of a region, and the limit of one.
  base::Milliseconds observation_interval{500};
  base::Milliseconds tick_interval{50};
  int workers = 16;  ///< Effects carried out at once; the provider blocks.
  /// Between two questions whether the seat still obeys this controller; nothing: as often as a write lease is renewed.
  std::optional<base::Milliseconds> seat_interval{};
  /// Nothing is decided: the journal's state is shown as it stands and the regions are observed, but no probe, grant or
  /// effect leaves, no record is made, and commands are refused.
  bool looks_only = false;
};

/// The latest of everything, copied out; safe to keep.
struct Snapshot {
  engine::State state;
  std::map<base::RegionName, model::ObservedRegion> regions;
  model::ObservedDns dns;
  std::vector<model::ObservedAsset> global;
  std::optional<base::Error> failure;  ///< The journal could not be written; the runtime has stopped deciding.
};

/// The threads around a Core: one owns the state, one a region probes, others observe, and a bounded pool carries out
/// effects. Provider and clock must outlive it. All public calls are safe from any thread.
class Runtime {
 public:
  /// Called on the state's thread with records that have just become durable; must be quick and must not call back.
  using RecordListener = std::function<void(const std::vector<engine::Record>&)>;
  /// Computes the readiness from a snapshot, for armed failovers; called on an observing thread. May be empty.
  using Verifier = std::function<engine::Readiness(const Snapshot&)>;

  Runtime(ports::Provider& provider, ports::Clock& clock, journal::Journal journal, engine::Setup setup,
          RuntimeOptions options);
  /// Stops: no new effect starts, those under way are waited for, every thread is joined.
  ~Runtime();
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  void set_verifier(Verifier verifier);      ///< Before start().
  void on_records(RecordListener listener);  ///< Before start().

  /// Begins to probe, to observe and to work; unfinished effects of the journal are issued again. One that looks only
  /// begins to observe.
  void start();
  /// Ends all threads; idempotent. Blocks for as long as the slowest effect under way, at most its time limit.
  void stop();

  /// Has the engine know what was last observed, and what the verifier says of it, before any probe that is sent later.
  void report_observation();

  /// Hands a command to the engine; the future is ready when it is durable or refused. Never blocks.
  std::future<engine::Reply> submit(engine::Command command);

  Snapshot snapshot() const;
  /// Everything since the stack was made: for `log` and reports.
  std::vector<engine::Record> records() const;
  /// Blocks until the operation has ended or the time limit has passed; nothing in the second case.
  std::optional<engine::Operation> wait(const base::OperationId& operation, base::Milliseconds limit) const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace lifeboat::runtime
