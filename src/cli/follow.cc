#include "cli/follow.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <thread>
#include <utility>

#include "cli/host_progress.h"
#include "cli/interrupt.h"
#include "cli/live_lines.h"
#include "cli/operation_text.h"

namespace lifeboat::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto follow_interval = std::chrono::milliseconds(60);
constexpr auto controller_patience = std::chrono::seconds(30);
/// The next look at both regions decides.
constexpr auto removal_begins_within = std::chrono::seconds(5);

/// Asks once more after a controller that did not answer; only when its patience is at an end is that an error.
base::Result<api::OperationView> ask(Context& context, const ControllerClient& client, const std::string& id) {
  const auto give_up_at = Clock::now() + controller_patience;
  bool told = false;
  while (true) {
    auto operation = client.operation(id);
    if (operation || operation.error().code != base::ErrorCode::controller_unreachable) return operation;
    if (Clock::now() >= give_up_at) return operation;
    if (!told && !context.json()) context.print("The controller does not answer; waiting for its successor.\n");
    told = true;
    std::this_thread::sleep_for(follow_interval);
  }
}

/// What only a controller in this process can tell and has to be asked.
class HostWatch {
 public:
  explicit HostWatch(ControllerHost* host) : host_(host) {
    if (host_ != nullptr) guard_.emplace();
  }

  void tell(LiveLines& lines) {
    if (host_ == nullptr) return;
    for (auto& sentence : host_->take_progress()) {
      if (is_worth_a_line(sentence)) lines.print_above(sentence);
      latest_ = std::move(sentence);
    }
  }
  /// With what was said last below them.
  std::vector<std::string> with_latest(const Terminal& terminal, std::vector<std::string> lines) const {
    const auto room = static_cast<std::size_t>(std::max(terminal.width - 4, 0));
    if (!latest_.empty()) lines.push_back("  " + paint(terminal, Tone::faint, clip(latest_, room)));
    return lines;
  }
  /// The operation's controller ends with this process: somebody else, or this command again, goes on with it.
  bool is_interrupted() const { return host_ != nullptr && interrupted(); }
  std::optional<base::Error> failure() const { return host_ != nullptr ? host_->failure() : std::nullopt; }

  [[noreturn]] void leave(const Context& context, LiveLines& lines, const api::OperationView& operation) const {
    lines.show({});
    host_->abandon();
    context.err << fmt::format("lifeboat: interrupted: {} stands unfinished in phase {}. 'lifeboat {}' goes on.",
                               operation.id, operation.phase, operation.kind)
                << std::endl;
    // Its effects may take minutes yet, and nobody waits for them: what matters is in the journal.
    std::_Exit(static_cast<int>(ExitCode::failed));
  }

 private:
  ControllerHost* host_;
  std::optional<InterruptGuard> guard_;
  std::string latest_;
};

bool is_under_way(const base::Result<std::string>& started) {
  return !started && started.error().code == base::ErrorCode::operation_in_progress;
}

/// What another controller left has to come to its end first.
base::Result<api::OperationView> go_on_first(Context& context, const ControllerClient& client,
                                             const LeftOperation& left) {
  if (!context.json()) {
    context.print(fmt::format("Going on with {}, which stopped in phase {}.\n", left.id, left.phase));
  }
  return follow_operation(context, client, left.id);
}

}  // namespace

base::Result<api::OperationView> follow_operation(Context& context, const ControllerClient& client,
                                                  const std::string& id) {
  HostWatch host(client.host());
  LiveLines lines(context);
  std::size_t told = 0;
  while (true) {
    auto operation = ask(context, client, id);
    if (!operation) return operation;
    host.tell(lines);
    for (; told < operation->sentences.size(); ++told) {
      lines.print_above(sentence_line(context.terminal, *operation, operation->sentences[told]));
    }
    if (!operation->running()) return operation;
    if (auto failed = host.failure()) return std::unexpected(*std::move(failed));
    if (host.is_interrupted()) host.leave(context, lines, *operation);
    lines.show(host.with_latest(context.terminal, progress_lines(context.terminal, *operation)));
    std::this_thread::sleep_for(follow_interval);
  }
}

Outcome conclude(Context& context, const api::OperationView& operation) {
  if (context.json()) {
    context.print(api::to_document(operation) + "\n");
  } else {
    context.print(conclusion_text(context.terminal, operation));
  }
  if (operation.state == "done" || operation.state == "done_unprotected") return ExitCode::done;
  return operation.state == "refused" ? ExitCode::refused : ExitCode::failed;
}

namespace {

Outcome run_asked(Context& context, const ControllerClient& client, const OperationRequest& request) {
  const auto left = client.host() != nullptr ? client.host()->take_left() : std::nullopt;
  auto id = left && left->kind == request.kind ? base::Result<std::string>(left->id) : client.start(request);
  if (left && (left->kind == request.kind || is_under_way(id))) {
    const auto ended = go_on_first(context, client, *left);
    if (!ended) return std::unexpected(ended.error());
    if (left->kind == request.kind) return conclude(context, *ended);
    if (!context.json()) context.print(conclusion_text(context.terminal, *ended));
    id = client.start(request);
  }
  if (!id) return std::unexpected(id.error());
  auto operation = follow_operation(context, client, *id);
  if (!operation) return std::unexpected(operation.error());
  return conclude(context, *operation);
}

/// Nobody goes on with the stack after a command whose controller is in this process, so what drills have left is
/// removed before it ends.
base::Status await_removal_of_drills(Context& context, const ControllerClient& client) {
  const auto* host = client.host();
  if (host == nullptr) return {};
  const auto give_up_at = Clock::now() + removal_begins_within;
  while (const auto removal = host->removal_of_drills()) {
    if (!removal->empty()) {
      if (const auto ended = follow_operation(context, client, *removal); !ended) return std::unexpected(ended.error());
    } else if (Clock::now() >= give_up_at) {
      return base::fail(base::ErrorCode::region_unreachable, "its region does not answer");
    } else {
      std::this_thread::sleep_for(follow_interval);
    }
  }
  return {};
}

}  // namespace

Outcome run_operation(Context& context, const ControllerClient& client, const OperationRequest& request) {
  auto outcome = run_asked(context, client, request);
  if (const auto removed = await_removal_of_drills(context, client); !removed) {
    context.err << fmt::format("lifeboat: what a drill has made is still there: {}. 'lifeboat serve' removes it.",
                               removed.error().message)
                << std::endl;
  }
  return outcome;
}

}  // namespace lifeboat::cli
