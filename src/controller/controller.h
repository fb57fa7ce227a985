#pragma once

#include <prometheus/histogram.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "controller/audit_log.h"
#include "controller/readiness_watch.h"
#include "controller/routes.h"
#include "controller/service.h"
#include "controller/sessions.h"
#include "controller/verifier.h"
#include "journal/journal.h"
#include "model/stack.h"
#include "ports/clock.h"
#include "ports/markers.h"
#include "ports/provider.h"
#include "runtime/runtime.h"

namespace lifeboat::controller {

/// What a controller is made over, whichever world it leads. The references outlive the controller.
struct ControllerParts {
  const model::Stack& stack;
  ports::Provider& provider;
  ports::Markers& markers;
  ports::Clock& clock;
  const prometheus::Histogram& journal_syncs;  ///< In seconds.
  /// Where an asset listens, known from the description even when its region is dead; empty: nobody knows.
  std::function<std::optional<std::pair<std::string, std::uint16_t>>(const base::AssetId&)> endpoint_of;
  /// What DNS must answer when the region is active.
  Verifier::DoorAddress door_address;
  std::string api_token;     ///< Of operators.
  std::string viewer_token;  ///< Of those who only look.
  std::filesystem::path audit_log;
  std::string url;  ///< Where the controller listens, for status.
  runtime::RuntimeOptions runtime{};
  base::Milliseconds verify_interval{5000};
  VerifierTimes verifier{};
  LagSource lag_source = LagSource::seen_here;
  base::Milliseconds command_limit{5000};  ///< How long a command may take to be durable.
  /// Takes the lead; an error means that somebody else does. Empty: there is nobody to ask.
  std::function<base::Status()> take_over;
  /// Who works on the stack's operation now, where this controller only looks; empty: nobody.
  std::string worked_on_by;
};

/// The engine, its verifier and its HTTP interface over one world. Everything in it lives as long as it does.
class Controller {
 public:
  Controller(ControllerParts parts, journal::Journal journal);
  /// Stops: blocks for as long as the slowest effect under way.
  ~Controller();
  Controller(const Controller&) = delete;
  Controller& operator=(const Controller&) = delete;

  /// Takes the lead and begins to work. An error means that somebody else leads.
  base::Status start();
  /// Safe from any thread.
  system::HttpAnswer answer(const system::HttpCall& call) const { return routes_.answer(call); }
  runtime::Snapshot snapshot() const { return runtime_.snapshot(); }

  /// What the report of an operation that has just moved the writer is about: the region that serves, and until when
  /// earlier moves' reports have counted lost writes already.
  struct Counted {
    base::RegionName active_region;
    base::WallTime until{};
  };
  Counted counted() const;

 private:
  StatusSurroundings surroundings() const;

  ControllerParts parts_;
  runtime::Runtime runtime_;
  Verifier verifier_;
  ReadinessWatch readiness_;
  AuditLog audit_;
  Service service_;
  Sessions sessions_;
  Routes routes_;
};

/// Bounds of the histogram of the journal's syncs, in seconds: from a disk with a cache of its own to one that is about
/// to fail.
prometheus::Histogram::BucketBoundaries sync_bounds_s();

}  // namespace lifeboat::controller
