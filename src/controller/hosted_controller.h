#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "controller/controller.h"
#include "model/stack.h"
#include "ports/log_folder.h"
#include "ports/markers.h"
#include "ports/provider.h"
#include "system/clock.h"
#include "system/http_server.h"

namespace lifeboat::controller {

/// A world whose controller runs in the command's own process, as far as it is more than a provider: who leads is said
/// by a seat outside of this machine, and the journal has copies there. What it refers to outlives the controller.
struct HostedWorld {
  ports::Provider& provider;
  ports::Markers& markers;
  /// Takes the seat under this name; lock_held, naming the holder, while somebody else sits there.
  std::function<base::Status(const std::string& name, base::Instant deadline)> take_seat;
  std::function<void()> leave_seat;
  /// With true: ends what the world is being asked, and what it would be asked until it is called with false. For a
  /// controller that stops; may be empty.
  std::function<void(bool ends)> interrupt{};
  /// Who sits there now; empty: nobody.
  std::function<base::Result<std::string>()> seat_holder;
  /// Fills a folder with what the copies say, and leaves them as they are.
  std::function<base::Status(ports::LogFolder&)> look_at_journal;
  /// Brings a folder and the copies up to each other, and makes changes of a folder reach them. For who has the seat.
  std::function<base::Status(ports::LogFolder&)> fetch_journal;
  std::function<std::unique_ptr<ports::LogFolder>(std::unique_ptr<ports::LogFolder>)> copied;
  /// What the front door's name must lead to when the region is active.
  Verifier::DoorAddress door_address;
  /// Told of the controller before it begins, for what the world is made over in turn; may be empty.
  std::function<void(const Controller&)> controller_made{};
};

struct HostedOptions {
  model::Stack stack;
  std::filesystem::path folder;  ///< The stack's own, below LIFEBOAT_HOME: journal, audit log.
  std::string name;              ///< Who works, for people: "ana@laptop, pid 4711".
  std::uint16_t port = 0;        ///< 0: a free one.
  std::string api_token{};
  std::string viewer_token{};
  base::Milliseconds observation_interval{10'000};
  base::Milliseconds verify_interval{60'000};
  base::Milliseconds seat_interval{15'000};
  VerifierTimes verifier{.marker_limit = base::Milliseconds{30'000},
                         .marker_interval = base::Milliseconds{1000},
                         .settle_limit = base::Milliseconds{5000},
                         .settle_interval = base::Milliseconds{1000}};
  base::Milliseconds first_look_limit{20'000};
};

/// What an earlier controller left without an end.
struct UnfinishedOperation {
  std::string id;
  std::string kind;
  std::string phase;
};

/// A controller in this process, on the loopback, for as long as the object lives.
class HostedController {
 public:
  /// One that leads: takes the seat and keeps it, works with the stack's journal, goes on with what stands unfinished
  /// in it. Returns when both regions have been looked at, or do not answer. Errors: lock_held (somebody else
  /// works), journal_locked (somebody else on this machine), those of the journal.
  static base::Result<std::unique_ptr<HostedController>> lead(HostedWorld world, HostedOptions options);
  /// One that only looks: no seat, a copy of the journal in memory; changes nothing anywhere.
  static base::Result<std::unique_ptr<HostedController>> look(HostedWorld world, HostedOptions options);

  /// Stops and gives the seat up; blocks for as long as the slowest effect under way.
  ~HostedController();
  HostedController(const HostedController&) = delete;
  HostedController& operator=(const HostedController&) = delete;

  std::uint16_t port() const { return server_->port(); }
  bool leads() const { return leads_; }
  /// As it was found at the start, whoever goes on with it now.
  const std::optional<UnfinishedOperation>& unfinished() const { return unfinished_; }
  /// Nothing unless drills have made things, or may have, that are not removed yet: the operation that is under way
  /// for that, or an empty name.
  std::optional<std::string> removal_of_drills() const;
  /// Why nothing is decided any more: the seat was lost, or the journal cannot be written.
  std::optional<base::Error> failure() const { return controller_->snapshot().failure; }
  /// For the report of the running operation.
  Controller::Counted counted() const { return controller_->counted(); }
  /// Gives the seat up at once, because the process is about to end in the midst of its work. Another goes on.
  void abandon();

 private:
  HostedController(HostedWorld world, HostedOptions options, bool leads);
  base::Status begin(std::unique_ptr<ports::LogFolder> folder);
  base::Status serve();
  ControllerParts parts();
  void await_first_look() const;

  HostedWorld world_;
  HostedOptions options_;
  const bool leads_;
  system::SystemClock clock_;
  prometheus::Histogram journal_syncs_;
  bool seated_ = false;
  std::string worked_on_by_;
  std::optional<UnfinishedOperation> unfinished_;
  std::atomic<const Controller*> answers_{nullptr};
  std::unique_ptr<Controller> controller_;
  std::optional<system::HttpServer> server_;
};

}  // namespace lifeboat::controller
