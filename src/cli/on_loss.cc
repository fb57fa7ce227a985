#include "cli/on_loss.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "cli/follow.h"
#include "cli/interrupt.h"
#include "cli/log_text.h"
#include "cli/stack_home.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds listen_interval{500};
constexpr std::string_view failover_prefix = "failover-";

/// Why a controller in this process decides nothing any more.
std::optional<base::Error> failure_of(const ControllerClient& client) {
  return client.host() != nullptr ? client.host()->failure() : std::nullopt;
}

/// Waits for the failover's first words in the log; empty when it was interrupted or disarmed.
base::Result<std::string> await_failover(Context& context, const ControllerClient& client, std::uint64_t after) {
  while (!interrupted()) {
    if (auto failed = failure_of(client)) return std::unexpected(*std::move(failed));
    auto log = client.log(after, listen_interval);
    if (!log && log.error().code != base::ErrorCode::controller_unreachable) return std::unexpected(log.error());
    if (!log) {
      // Armed is durable: the controller's successor is armed too.
      std::this_thread::sleep_for(listen_interval);
      continue;
    }
    for (const api::LogEntryView& entry : log->entries) {
      after = std::max(after, entry.seq);
      if (entry.operation && entry.operation->starts_with(failover_prefix)) return *entry.operation;
      if (!context.json()) context.print(log_line(context.terminal, entry) + "\n");
    }
  }
  return std::string();
}

}  // namespace

Outcome fail_over_on_loss(Context& context, const OperationRequest& request) {
  auto client = connect(context.options, Purpose::changes);
  if (!client) return std::unexpected(client.error());
  OperationRequest options = request;
  options.kind.clear();
  std::optional<InterruptGuard> guard(std::in_place);
  auto after = client->arm(options);
  if (!after) return std::unexpected(after.error());
  if (!context.json()) context.print("Armed: waiting for the loss of the active region. Ctrl-C disarms.\n");
  auto id = await_failover(context, *client, *after);
  if (!id) return std::unexpected(id.error());
  if (id->empty()) {
    if (auto disarmed = client->disarm(); !disarmed) return std::unexpected(disarmed.error());
    if (!context.json()) context.print("Disarmed.\n");
    return ExitCode::refused;
  }
  // Who follows an operation of a controller in this process guards by itself.
  if (client->host() != nullptr) guard.reset();
  auto operation = follow_operation(context, *client, *id);
  if (!operation) return std::unexpected(operation.error());
  return conclude(context, *operation);
}

}  // namespace lifeboat::cli
