#pragma once

#include <prometheus/histogram.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <span>
#include <string>

#include "base/error.h"
#include "controller/audit_log.h"
#include "controller/live_feed.h"
#include "controller/rate_meter.h"
#include "controller/readiness_watch.h"
#include "controller/record_statistics.h"
#include "controller/recovery_times.h"
#include "controller/status_views.h"
#include "engine/command.h"
#include "ports/clock.h"
#include "ports/provider.h"
#include "runtime/runtime.h"

namespace lifeboat::controller {

/// An operation as a client asks for it: POST /v1/operations and POST /v1/arm.
struct OperationRequest {
  std::string kind;  ///< up, failover, switchover, failback, reprotect or drill; empty for arm.
  bool accept_loss = false;
  bool accept_split_brain_risk = false;
  bool even_if_not_ready = false;
  std::string fence;  ///< power, direct, expiry, or empty for the default; nothing else.
};

/// Reads the JSON of a request; unknown fields are errors, so that a misspelt option never silently does nothing.
base::Result<OperationRequest> parse_request(std::string_view body);

/// What the HTTP API does, without HTTP: each call returns the document of docs/json.md. Safe to call from any thread.
class Service {
 public:
  struct Parts {
    runtime::Runtime& runtime;
    ports::Provider& provider;
    ports::Clock& clock;
    ReadinessWatch& readiness;
    const prometheus::Histogram& journal_syncs;  ///< In seconds.
    const AuditLog& audit;
    base::Milliseconds command_limit{5000};  ///< How long a command may take to be durable.
  };
  Service(Parts parts, const model::Stack& stack, StatusSurroundings surroundings);

  std::string status();
  /// What Prometheus reads, as text; from memory.
  std::string metrics();
  std::string plan();
  std::string verify();
  std::string log(std::uint64_t after, base::Milliseconds wait);
  /// The one that runs and the latest that ended.
  std::string operations();
  /// What there is to do now, and what a failover at this moment would cost.
  std::string outlook();
  /// Who asked for what.
  std::string audit() const;
  /// Writes server-sent events until the stream or the time is over: status, log entries after `after`, rates.
  void follow(system::HttpStream& stream, std::optional<std::uint64_t> after, base::WallTime until);
  base::Result<std::string> operation(const std::string& id);
  /// "latest" for the newest operation that moved the writer.
  base::Result<std::string> report(const std::string& id);
  /// The same as a page of HTML to print.
  base::Result<std::string> report_page(const std::string& id);
  base::Result<base::OperationId> begin(const OperationRequest& request);
  /// The log's entries after the returned number tell what comes of it.
  base::Result<std::uint64_t> arm(const OperationRequest& request);
  base::Status disarm();
  /// Asks for the running operation to be undone; which one that is.
  base::Result<base::OperationId> abort();

  /// Counts them and wakes those who wait for the log; to be called when records have become durable.
  void records_added(std::span<const engine::Record> records);

 private:
  LiveFeed::Sources feed_sources();
  std::string status_of(const runtime::Snapshot& snapshot);
  api::StatusView view_of_status(const runtime::Snapshot& snapshot);
  void note_who_works(api::StatusView& view) const;
  static void correct_readiness(const engine::State& state, api::ReadyView& ready);
  base::Result<engine::Command> command_for(const OperationRequest& request);
  engine::FailoverOptions failover_options(const OperationRequest& request);
  plan::Plan make_plan();
  engine::Reply submit(engine::Command command);

  Parts parts_;
  const model::Stack& stack_;
  StatusSurroundings surroundings_;
  RecordStatistics statistics_;
  RecoveryTimes recovery_times_;
  RateMeter rate_meter_;
  std::mutex mutex_;
  std::condition_variable grown_;
  LiveFeed feed_;
};

}  // namespace lifeboat::controller
