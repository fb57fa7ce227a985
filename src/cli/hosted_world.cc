#include "cli/hosted_world.h"

#include <map>
#include <memory>
#include <mutex>
#include <nlohmann/json.hpp>
#include <utility>

#include "providers/aws/journal_copy.h"

namespace lifeboat::cli {
namespace {

constexpr base::Milliseconds seat_limit{10'000};
constexpr base::Milliseconds leave_limit{5'000};

/// The load balancers' names, which do not change while a load balancer lives. One that is not known yet is asked for
/// again.
class DoorNames {
 public:
  explicit DoorNames(aws_world::World& world) : world_(world) {}

  std::string of(const base::RegionName& region) {
    const std::lock_guard lock(mutex_);
    auto& name = names_[region];
    if (name.empty()) name = ask(region);
    return name;
  }

 private:
  std::string ask(const base::RegionName& region) const {
    const aws::CallLimits limits{.whole = base::Milliseconds{10'000}, .attempt = base::Milliseconds{5'000}};
    const auto answer = world_.client().call("elbv2", "DescribeLoadBalancers", region.value,
                                             aws::Json{{"Names", {world_.names().load_balancer(region)}}}, limits);
    if (!answer || !answer->contains("LoadBalancers") || (*answer)["LoadBalancers"].empty()) return "";
    return (*answer)["LoadBalancers"][0].value("DNSName", "");
  }

  aws_world::World& world_;
  std::mutex mutex_;
  std::map<base::RegionName, std::string> names_;
};

}  // namespace

controller::HostedWorld hosted_world(aws_world::World& world, const model::Stack& stack,
                                     std::function<void(const std::string&)> on_notice) {
  aws_world::CopyPorts copies{.client = world.client()};
  copies.on_notice = std::move(on_notice);
  auto only_read = copies;
  only_read.fills_copies = false;
  const auto doors = std::make_shared<DoorNames>(world);
  return {.provider = world.provider(),
          .markers = world.markers(),
          .take_seat = [&world](const std::string& name,
                                base::Instant deadline) { return world.take_over(name, deadline); },
          .leave_seat =
              [&world] {
                // A seat that nobody gives up runs out by itself.
                [[maybe_unused]] const auto left = world.seat().leave(leave_limit);
              },
          .interrupt = [&world](bool ends) { world.interrupt(ends); },
          .seat_holder = [&world]() -> base::Result<std::string> {
            const auto holder = world.seat().look(seat_limit);
            if (!holder) return std::unexpected(holder.error());
            return *holder && (*holder)->is_held ? (*holder)->term.controller : std::string();
          },
          .look_at_journal =
              [&world, &stack, only_read](ports::LogFolder& folder) {
                return aws_world::fetch_journal(only_read, stack, world.names(), folder);
              },
          .fetch_journal =
              [&world, &stack, copies](ports::LogFolder& folder) {
                return aws_world::fetch_journal(copies, stack, world.names(), folder);
              },
          .copied =
              [&world, &stack, copies](std::unique_ptr<ports::LogFolder> folder) {
                return aws_world::copied(copies, stack, world.names(), std::move(folder));
              },
          .door_address = [doors](const base::RegionName& region) { return doors->of(region); }};
}

}  // namespace lifeboat::cli
