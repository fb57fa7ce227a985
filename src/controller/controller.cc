#include "controller/controller.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "engine/table.h"

namespace lifeboat::controller {

Controller::Controller(ControllerParts parts, journal::Journal journal)
    : parts_(std::move(parts)),
      runtime_(parts_.provider, parts_.clock, std::move(journal), engine::make_setup(parts_.stack), parts_.runtime),
      verifier_({parts_.provider, parts_.markers, parts_.clock}, parts_.stack, parts_.door_address, parts_.verifier),
      readiness_(runtime_, verifier_, parts_.verify_interval, parts_.lag_source),
      audit_(parts_.audit_log),
      service_(
          {runtime_, parts_.provider, parts_.clock, readiness_, parts_.journal_syncs, audit_, parts_.command_limit},
          parts_.stack, surroundings()),
      sessions_(parts_.api_token, parts_.viewer_token),
      routes_({service_, audit_, sessions_, parts_.clock, parts_.stack.name, page::files()}) {
  runtime_.set_verifier([this](const runtime::Snapshot&) { return readiness_.latest_for_engine(); });
  runtime_.on_records([this](const std::vector<engine::Record>& records) { service_.records_added(records); });
}

Controller::~Controller() {
  verifier_.stop();
  runtime_.stop();
}

base::Status Controller::start() {
  if (parts_.take_over) {
    if (auto leads = parts_.take_over(); !leads) return leads;
  }
  runtime_.start();
  return {};
}

Controller::Counted Controller::counted() const {
  const auto state = runtime_.snapshot().state;
  Counted counted{state.active_region};
  // What an earlier move lost is in that move's report.
  for (const auto& earlier : state.history) {
    const bool moved = engine::moves_the_writer(earlier.started.kind);
    if (moved && earlier.ended) counted.until = std::max(counted.until, earlier.ended->at);
  }
  return counted;
}

StatusSurroundings Controller::surroundings() const {
  auto endpoint_of = parts_.endpoint_of;
  if (!endpoint_of) endpoint_of = [](const base::AssetId&) { return std::nullopt; };
  return {.stack = parts_.stack,
          .controller = {.pid = ::getpid(), .url = parts_.url},
          .endpoint_of = std::move(endpoint_of),
          .verdict = std::nullopt,
          .looks_only = parts_.runtime.looks_only,
          .worked_on_by = parts_.worked_on_by};
}

prometheus::Histogram::BucketBoundaries sync_bounds_s() {
  return {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5};
}

}  // namespace lifeboat::controller
