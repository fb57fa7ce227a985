#include "providers/aws/stack_driver.h"

#include <fmt/format.h>

#include <array>
#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "providers/aws/change_set.h"
#include "providers/aws/stack_watch.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;

/// Failed at its creation and was rolled back: it holds nothing, and can only be deleted.
constexpr std::string_view empty_shell = "ROLLBACK_COMPLETE";

/// Stands where CloudFormation itself does not go on; a person has to look.
bool is_stuck(std::string_view status) {
  constexpr std::array<std::string_view, 6> stuck{"CREATE_FAILED",   "DELETE_FAILED", "IMPORT_ROLLBACK_FAILED",
                                                  "ROLLBACK_FAILED", "UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"};
  return std::ranges::find(stuck, status) != stuck.end();
}

std::string place(const base::RegionName& region, const std::string& name) {
  return fmt::format("{} in {}", name, region.value);
}

base::Status not_stuck(const base::RegionName& region, const std::string& name, const std::string& status) {
  if (!is_stuck(status)) return {};
  const bool can_go_on = status == "UPDATE_ROLLBACK_FAILED";
  return base::fail(ErrorCode::effect_failed,
                    fmt::format("CloudFormation's {} is in the state {}", place(region, name), status),
                    can_go_on ? fmt::format("Look at its events, then run 'aws cloudformation continue-update-rollback "
                                            "--region {} --stack-name {}'.",
                                            region.value, name)
                              : "Look at its events in CloudFormation, mend or delete what they name, and try again.");
}

/// What a stack that does not exist yet would get; nobody need be asked.
std::vector<ResourceChange> everything_of(const StackRequest& request) {
  std::vector<ResourceChange> changes;
  const auto body = nlohmann::json::parse(request.body, nullptr, false);
  if (!body.is_object()) return changes;
  const auto resources = body.value("Resources", nlohmann::json::object());
  for (const auto& [id, resource] : resources.items()) {
    changes.push_back({.logical_id = id, .type = resource.value("Type", std::string()), .action = "Add"});
  }
  return changes;
}

base::Result<StackState> complete_state(const Work& work, const StackRequest& request) {
  auto state = state_of(work, request.region, request.name);
  if (!state) return std::unexpected(state.error());
  if (*state) return **std::move(state);
  return base::fail(ErrorCode::effect_failed,
                    fmt::format("CloudFormation's {} was deleted meanwhile", place(request.region, request.name)));
}

/// Whether the change set can still be carried out; not when that is unknown.
bool is_waiting(const Work& work, const StackRequest& request, const ChangeSet& set) {
  const auto answer = work.ask("cloudformation", "DescribeChangeSet", request.region,
                               {{"StackName", request.name}, {"ChangeSetName", set.name}});
  return answer && answer->value("ExecutionStatus", "") == "AVAILABLE";
}

/// Begins it. When the answer is lost, the change set tells whether to ask again; the token makes that harmless.
base::Status execute(const Work& work, const StackRequest& request, const ChangeSet& set) {
  constexpr int most_tries = 3;
  for (int tries = 1; tries <= most_tries; ++tries) {
    const auto executed =
        work.ask("cloudformation", "ExecuteChangeSet", request.region,
                 {{"StackName", request.name}, {"ChangeSetName", set.name}, {"ClientRequestToken", set.name}});
    if (executed) return {};
    if (executed.error().was_not_done()) {
      delete_change_set(work, request, set.kind, set.name);
      return std::unexpected(error_of(executed.error()));
    }
    if (!is_waiting(work, request, set)) break;
  }
  return {};  // Whether it runs, the stack itself says from here on.
}

}  // namespace

struct StackDriver::Impl {
  explicit Impl(DriverPorts given) : ports(given) {}

  Work work(base::Instant deadline) const {
    return Work(
        {.client = ports.client, .clock = ports.clock, .pause = ports.pause, .poll_interval = ports.poll_interval},
        deadline);
  }

  /// One at a time for each stack; the locks stay, as the stacks do.
  std::mutex& lock_of(const base::RegionName& region, const std::string& name) {
    const std::lock_guard guard(mutex);
    return locks[{region, name}];
  }

  /// Two controllers that follow each other within a millisecond do not share a name either: the seat takes longer.
  std::string fresh_name() {
    return fmt::format("lifeboat-{}-{}", ports.clock.wall_now().time_since_epoch().count(), ++change_sets);
  }

  base::Result<ChangeSetKind> ready_for_change(const Work& work, const StackRequest& request, const OnEvent& on_event);
  base::Result<StackState> carry_out(const Work& work, const StackRequest& request, const ChangeSet& set,
                                     const OnEvent& on_event) const;
  base::Status remove(const Work& work, const base::RegionName& region, const std::string& name,
                      const OnEvent& on_event) const;

  DriverPorts ports;
  std::mutex mutex;
  std::map<std::pair<base::RegionName, std::string>, std::mutex> locks;
  std::atomic<int> change_sets = 0;
};

StackDriver::StackDriver(DriverPorts ports) : impl_(std::make_unique<Impl>(ports)) {}
StackDriver::~StackDriver() = default;

base::Result<std::optional<StackState>> StackDriver::look(const base::RegionName& region, const std::string& name,
                                                          base::Instant deadline) {
  return state_of(impl_->work(deadline), region, name);
}

base::Result<std::vector<ResourceChange>> StackDriver::preview(const StackRequest& request, base::Instant deadline) {
  const auto work = impl_->work(deadline);
  const std::lock_guard lock(impl_->lock_of(request.region, request.name));
  const auto status = status_of(work, request.region, request.name);
  if (!status) return std::unexpected(status.error());
  const bool is_there = *status && **status != "REVIEW_IN_PROGRESS" && **status != empty_shell;
  if (!is_there) return everything_of(request);
  if (is_in_progress(**status)) {
    return base::fail(ErrorCode::operation_in_progress, fmt::format("CloudFormation's {} is being changed ({})",
                                                                    place(request.region, request.name), **status));
  }
  if (auto usable = not_stuck(request.region, request.name, **status); !usable) return std::unexpected(usable.error());
  const auto made = make_change_set(work, request, ChangeSetKind::update, impl_->fresh_name());
  if (!made) return std::unexpected(made.error());
  const auto* set = std::get_if<ChangeSet>(&*made);
  if (set == nullptr) return std::vector<ResourceChange>();
  delete_change_set(work, request, ChangeSetKind::update, set->name);
  return set->changes;
}

/// Waits for whoever works on the stack, and takes away what can only be deleted.
base::Result<ChangeSetKind> StackDriver::Impl::ready_for_change(const Work& work, const StackRequest& request,
                                                                const OnEvent& on_event) {
  StackWatch watch(work, request.region, request.name);
  const auto status = watch.settle(on_event);
  if (!status) return std::unexpected(status.error());
  if (*status == empty_shell) {
    if (auto removed = remove(work, request.region, request.name, on_event); !removed) {
      return std::unexpected(removed.error());
    }
    return ChangeSetKind::create;
  }
  if (auto usable = not_stuck(request.region, request.name, *status); !usable) return std::unexpected(usable.error());
  return status->empty() || *status == "REVIEW_IN_PROGRESS" ? ChangeSetKind::create : ChangeSetKind::update;
}

base::Result<StackState> StackDriver::Impl::carry_out(const Work& work, const StackRequest& request,
                                                      const ChangeSet& set, const OnEvent& on_event) const {
  StackWatch watch(work, request.region, request.name);
  if (auto begun = watch.begin(); !begun) return std::unexpected(begun.error());
  if (auto begun = execute(work, request, set); !begun) return std::unexpected(begun.error());
  const auto status = watch.settle(on_event, StackWatch::Until::begun_and_quiet);
  if (!status) return std::unexpected(status.error());
  if (*status == "CREATE_COMPLETE" || *status == "UPDATE_COMPLETE") return complete_state(work, request);
  const auto& cause = watch.first_failure();
  return base::fail(
      ErrorCode::effect_failed,
      fmt::format("CloudFormation rolled {} back ({}): {}", place(request.region, request.name),
                  status->empty() ? "it is gone" : *status, cause.empty() ? "it names no resource" : cause),
      "Mend what it names; the same command tries again.");
}

base::Result<StackState> StackDriver::apply(const StackRequest& request, base::Instant deadline,
                                            const OnEvent& on_event) {
  const auto work = impl_->work(deadline);
  const std::lock_guard lock(impl_->lock_of(request.region, request.name));
  const auto kind = impl_->ready_for_change(work, request, on_event);
  if (!kind) return std::unexpected(kind.error());
  const auto made = make_change_set(work, request, *kind, impl_->fresh_name());
  if (!made) return std::unexpected(made.error());
  const auto* set = std::get_if<ChangeSet>(&*made);
  if (set == nullptr) return complete_state(work, request);
  if (auto may = may_be_made(request, set->changes); !may) {
    delete_change_set(work, request, *kind, set->name);
    return std::unexpected(may.error());
  }
  return impl_->carry_out(work, request, *set, on_event);
}

base::Status StackDriver::Impl::remove(const Work& work, const base::RegionName& region, const std::string& name,
                                       const OnEvent& on_event) const {
  StackWatch watch(work, region, name);
  auto status = watch.settle(on_event);
  if (!status) return std::unexpected(status.error());
  if (status->empty()) return {};
  if (auto begun = watch.begin(); !begun) return begun;
  if (const auto asked = work.call("cloudformation", "DeleteStack", region, {{"StackName", name}}); !asked) {
    return std::unexpected(asked.error());
  }
  status = watch.settle(on_event, StackWatch::Until::begun_and_quiet);
  if (!status) return std::unexpected(status.error());
  if (status->empty()) return {};
  return base::fail(ErrorCode::effect_failed,
                    fmt::format("CloudFormation could not delete {} ({}): {}", place(region, name), *status,
                                watch.first_failure().empty() ? "it names no resource" : watch.first_failure()),
                    "Delete what it names by hand; the same command goes on from there.");
}

base::Status StackDriver::remove(const base::RegionName& region, const std::string& name, base::Instant deadline,
                                 const OnEvent& on_event) {
  const std::lock_guard lock(impl_->lock_of(region, name));
  return impl_->remove(impl_->work(deadline), region, name, on_event);
}

}  // namespace lifeboat::aws_world
