#include <fmt/format.h>

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>

#include "api/document.h"
#include "cli/aws_commands.h"
#include "cli/aws_host.h"
#include "cli/host_progress.h"
#include "cli/serving.h"
#include "cli/stack_lock.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds taking_limit{30'000};
constexpr base::Milliseconds renewal_limit{10'000};
constexpr base::Milliseconds stacks_removal_limit{7'200'000};
constexpr auto renewal_interval = std::chrono::seconds(15);
constexpr auto tell_interval = std::chrono::milliseconds(200);

/// Renews the seat for as long as it lives: no controller does while a stack is removed, because what it looks at goes
/// away.
class SeatKeeper {
 public:
  explicit SeatKeeper(aws_world::World& world)
      : world_(world), thread_([this](const std::stop_token& stop) { keep(stop); }) {}

  /// Why the seat was lost; nothing while it is held. The buckets go last, and the seat with them.
  std::optional<base::Error> lost() {
    const std::lock_guard lock(mutex_);
    return lost_;
  }

 private:
  void keep(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!wake_.wait_for(lock, stop, renewal_interval, [&stop] { return stop.stop_requested(); })) {
      lock.unlock();
      const auto renewed = world_.seat().renew(renewal_limit);
      lock.lock();
      if (!renewed && renewed.error().code == base::ErrorCode::stale_term) lost_ = renewed.error();
    }
  }

  aws_world::World& world_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<base::Error> lost_;
  std::jthread thread_;
};

std::string document(const ChosenStack& chosen, bool dry_run, const std::vector<std::string>& evidence) {
  const nlohmann::ordered_json facts = {{"version", api::document_version},
                                        {"stack", chosen.stack().name},
                                        {"dry_run", dry_run},
                                        {"kept_data", false},
                                        {"evidence", evidence}};
  return facts.dump() + "\n";
}

std::string what_goes(const ChosenStack& chosen, const std::string& account) {
  const auto& stack = chosen.stack();
  if (stack.aws.existing.is_adopted()) {
    return fmt::format("the two buckets that Lifeboat works with for '{}' in account {}, and nothing else of it",
                       stack.name, account);
  }
  return fmt::format("everything of '{}' in account {}, in {} and {}; each database leaves a final snapshot",
                     stack.name, account, stack.home.name.value, stack.standby.name.value);
}

Outcome rehearse(Context& context, const ChosenStack& chosen, const std::string& account) {
  context.print(context.json() ? document(chosen, true, {})
                               : fmt::format("Would remove {}.\n", what_goes(chosen, account)));
  return ExitCode::done;
}

base::Result<std::vector<std::string>> remove(const Context& context, AwsHost& host) {
  SeatKeeper keeper(host.world());
  auto removal = std::async(std::launch::async, [&host] {
    return host.world().remove(false, system::SystemClock().now() + stacks_removal_limit);
  });
  while (removal.wait_for(tell_interval) != std::future_status::ready) {
    for (const auto& sentence : host.take_progress()) {
      if (!context.json() && is_worth_a_line(sentence)) context.print(sentence + "\n");
    }
  }
  auto removed = removal.get();
  if (auto lost = keeper.lost(); lost && !removed) return std::unexpected(*std::move(lost));
  return removed;
}

/// What is left of it on this machine.
base::Status remove_folder(const ChosenStack& chosen) {
  std::error_code problem;
  std::filesystem::remove_all(chosen.paths.root, problem);
  if (!problem) return {};
  return base::fail(base::ErrorCode::io_failed,
                    fmt::format("removing {}: {}", chosen.paths.root.string(), problem.message()));
}

base::Status is_possible(const ChosenStack& chosen, bool keep_data) {
  if (keep_data) {
    return base::fail(
        base::ErrorCode::bad_flag,
        "an aws stack cannot be stopped and kept: what is left of its databases are their final snapshots",
        "Leave --keep-data out: each database leaves its final snapshot, from which RDS makes it again.");
  }
  if (const auto serving = find_serving(chosen.paths)) {
    return base::fail(base::ErrorCode::operation_in_progress,
                      fmt::format("process {} works on '{}'", serving->pid, chosen.stack().name),
                      "End 'lifeboat serve', or wait until the other command has ended; then run this again.");
  }
  return {};
}

}  // namespace

Outcome down_on_aws(Context& context, const ChosenStack& chosen, bool keep_data) {
  if (auto possible = is_possible(chosen, keep_data); !possible) return std::unexpected(possible.error());
  const auto host = AwsHost::open(chosen);
  if (!host) return std::unexpected(host.error());
  auto& world = (*host)->world();
  const auto& account = world.names().account();
  if (context.options.dry_run) return rehearse(context, chosen, account);
  const auto go = confirm(context, fmt::format("Remove {}?", what_goes(chosen, account)));
  if (!go) return std::unexpected(go.error());
  if (!*go) return ExitCode::refused;
  const auto lock = StackLock::take(chosen.paths);
  if (!lock) return std::unexpected(lock.error());
  if (auto taken = world.take_over(own_name(), system::SystemClock().now() + taking_limit); !taken) {
    return std::unexpected(taken.error());
  }
  const auto evidence = remove(context, **host);
  if (!evidence) {
    // A seat that is not given up runs out by itself.
    [[maybe_unused]] const auto left = world.seat().leave(renewal_limit);
    return std::unexpected(evidence.error());
  }
  if (auto removed = remove_folder(chosen); !removed) return std::unexpected(removed.error());
  if (context.json()) {
    context.print(document(chosen, false, *evidence));
    return ExitCode::done;
  }
  for (const auto& sentence : *evidence) context.print("  " + sentence + "\n");
  context.print(fmt::format("'{}' is down.\n", chosen.stack().name));
  return ExitCode::done;
}

}  // namespace lifeboat::cli
