#include "controller/hosted_controller.h"

#include <fmt/format.h>

#include <chrono>
#include <thread>
#include <utility>

#include "engine/table.h"
#include "journal/open_folder.h"
#include "journal/timed_folder.h"
#include "system/files.h"

namespace lifeboat::controller {
namespace {

constexpr auto loopback = "127.0.0.1";
constexpr base::Milliseconds seat_limit{30'000};
constexpr base::Milliseconds command_limit{60'000};
constexpr std::chrono::milliseconds first_look_interval{20};

std::optional<UnfinishedOperation> unfinished_of(const engine::State& state) {
  if (!state.operation) return std::nullopt;
  const auto& operation = *state.operation;
  return UnfinishedOperation{operation.id().value, std::string(to_string(operation.started.kind)),
                             operation.phase ? std::string(to_string(*operation.phase)) : "beginning"};
}

/// This machine's folder of the journal, locked.
base::Result<std::unique_ptr<ports::LogFolder>> open_own(const std::filesystem::path& stack_folder) {
  const auto folder = stack_folder / "journal";
  if (auto made = system::make_folder(folder, 0700); !made) return std::unexpected(made.error());
  return journal::open_log_folder(folder);
}

}  // namespace

std::optional<std::string> HostedController::removal_of_drills() const {
  const auto state = controller_->snapshot().state;
  if (state.drilled.empty()) return std::nullopt;
  return state.operation ? state.operation->id().value : "";
}

HostedController::HostedController(HostedWorld world, HostedOptions options, bool leads)
    : world_(std::move(world)), options_(std::move(options)), leads_(leads), journal_syncs_(sync_bounds_s()) {}

HostedController::~HostedController() {
  if (world_.interrupt) world_.interrupt(true);
  server_.reset();
  controller_.reset();
  // The seat is still to be left, and the world may go on without this controller.
  if (world_.interrupt) world_.interrupt(false);
  abandon();
}

void HostedController::abandon() {
  if (std::exchange(seated_, false)) world_.leave_seat();
}

base::Result<std::unique_ptr<HostedController>> HostedController::lead(HostedWorld world, HostedOptions options) {
  std::unique_ptr<HostedController> hosted(new HostedController(std::move(world), std::move(options), true));
  // This machine's lock first: it is refused at once, and says so.
  auto folder = open_own(hosted->options_.folder);
  if (!folder) return std::unexpected(folder.error());
  // A journal that cannot be had is found out before the seat is taken: who takes it and decides nothing makes the next
  // one ask both regions who reigns.
  if (auto readable = hosted->world_.look_at_journal(*journal::volatile_log_folder()); !readable) {
    return std::unexpected(readable.error());
  }
  const auto deadline = hosted->clock_.now() + seat_limit;
  if (auto taken = hosted->world_.take_seat(hosted->options_.name, deadline); !taken) {
    return std::unexpected(taken.error());
  }
  hosted->seated_ = true;
  if (auto fetched = hosted->world_.fetch_journal(**folder); !fetched) return std::unexpected(fetched.error());
  if (auto begun = hosted->begin(hosted->world_.copied(std::move(*folder))); !begun) {
    return std::unexpected(begun.error());
  }
  return hosted;
}

base::Result<std::unique_ptr<HostedController>> HostedController::look(HostedWorld world, HostedOptions options) {
  std::unique_ptr<HostedController> hosted(new HostedController(std::move(world), std::move(options), false));
  auto folder = journal::volatile_log_folder();
  if (auto fetched = hosted->world_.look_at_journal(*folder); !fetched) return std::unexpected(fetched.error());
  auto holder = hosted->world_.seat_holder();
  if (!holder) return std::unexpected(holder.error());
  hosted->worked_on_by_ = std::move(*holder);
  if (auto begun = hosted->begin(std::move(folder)); !begun) return std::unexpected(begun.error());
  return hosted;
}

base::Status HostedController::begin(std::unique_ptr<ports::LogFolder> folder) {
  const auto note_sync = [this](std::chrono::nanoseconds took) {
    journal_syncs_.Observe(std::chrono::duration<double>(took).count());
  };
  auto journal = journal::Journal::open(journal::measure_syncs(std::move(folder), clock_, note_sync));
  if (!journal) return std::unexpected(journal.error());
  if (auto serves = serve(); !serves) return serves;
  controller_ = std::make_unique<Controller>(parts(), std::move(*journal));
  if (world_.controller_made) world_.controller_made(*controller_);
  unfinished_ = unfinished_of(controller_->snapshot().state);
  if (auto started = controller_->start(); !started) return started;
  answers_ = controller_.get();
  await_first_look();
  if (auto failed = failure()) return std::unexpected(std::move(*failed));
  return {};
}

/// The port has to be known before the controller is made; nobody else knows it before that.
base::Status HostedController::serve() {
  auto server = system::HttpServer::start(loopback, options_.port, [this](const system::HttpCall& call) {
    const auto* controller = answers_.load();
    return controller != nullptr ? controller->answer(call) : system::HttpAnswer{.status = 503};
  });
  if (!server) return std::unexpected(server.error());
  server_ = std::move(*server);
  return {};
}

ControllerParts HostedController::parts() {
  runtime::RuntimeOptions runtime;
  runtime.detection_interval = options_.stack.recovery.detection_interval;
  runtime.observation_interval = options_.observation_interval;
  runtime.seat_interval = options_.seat_interval;
  runtime.looks_only = !leads_;
  return {.stack = options_.stack,
          .provider = world_.provider,
          .markers = world_.markers,
          .clock = clock_,
          .journal_syncs = journal_syncs_,
          .endpoint_of = {},
          .door_address = world_.door_address,
          .api_token = options_.api_token,
          .viewer_token = options_.viewer_token,
          .audit_log = options_.folder / "audit.log",
          .url = fmt::format("http://{}:{}", loopback, server_->port()),
          .runtime = runtime,
          .verify_interval = options_.verify_interval,
          .verifier = options_.verifier,
          .lag_source = LagSource::kept_by_world,
          .command_limit = command_limit,
          .take_over = {},
          .worked_on_by = worked_on_by_};
}

/// A command that is judged by what was seen has to have seen something.
void HostedController::await_first_look() const {
  const auto deadline = clock_.now() + options_.first_look_limit;
  const auto& stack = options_.stack;
  while (clock_.now() < deadline) {
    const auto seen = controller_->snapshot();
    const auto known = [&](const base::RegionName& region) {
      const auto watch = seen.state.watch.regions.find(region);
      const bool probed = watch != seen.state.watch.regions.end() && watch->second.probed;
      // A region that is lost keeps everybody waiting who looks at it; its probe says so sooner.
      const bool silent = probed && !watch->second.agent_answers;
      return (probed || !leads_) && (silent || seen.regions.contains(region));
    };
    if (seen.failure || (known(stack.home.name) && known(stack.standby.name))) return;
    std::this_thread::sleep_for(first_look_interval);
  }
}

}  // namespace lifeboat::controller
