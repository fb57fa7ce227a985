#include <algorithm>

#include "providers/aws/inventory_parts.h"

namespace lifeboat::aws_world {
namespace {

/// A look at one region: everything is asked at once, so that it takes as long as its slowest service.
class Look {
 public:
  Look(const LookPorts& ports, const model::Stack& stack, const Names& names, const base::RegionName& region,
       base::Milliseconds limit)
      : ports_(ports),
        stack_(stack),
        names_(names),
        region_(region),
        limit_(limit),
        questions_(ports.client, region, ports.clock.now() + limit) {}

  base::Result<Inventory> run() {
    // The futures wait for their threads, so that none outlives this function.
    auto duty = at_once([this] { return ports_.duties.read(region_, limit_); });
    auto instances = at_once([this] { return look_at_instances(questions_, names_.instances(region_), is_adopted()); });
    auto network = at_once([this] {
      return is_adopted() ? base::Result<std::string>(std::string()) : look_at_network(questions_, stack_.name);
    });
    auto door = at_once(
        [this] { return look_at_load_balancer(questions_, names_.load_balancer(region_), stack_.load_balancer.port); });
    auto database = at_once([this] { return look_at_database(); });
    auto lag = at_once([this] { return lag_of_database(); });
    auto groups =
        at_once([this] { return look_at_security_groups(questions_, names_.database_security_group(region_)); });
    auto cluster = at_once([this] { return look_at_cluster(questions_, names_.cluster(region_)); });
    Inventory seen;
    take(duty.get(), seen.duty);
    take(instances.get(), seen.instances);
    take(network.get(), seen.network_id);
    add_door(troubles_.take(door.get()), seen);
    take(database.get(), seen.database);
    take(lag.get(), seen.database.lag_ms);
    add_security_group(troubles_.take(groups.get()), seen);
    take(cluster.get(), seen.cluster);
    if (auto error = troubles_.error()) return std::unexpected(*std::move(error));
    return seen;
  }

 private:
  template <class T>
  void take(base::Result<T> answer, T& into) {
    if (auto value = troubles_.take(std::move(answer))) into = *std::move(value);
  }

  bool is_adopted() const { return stack_.aws.existing.is_adopted(); }

  base::Result<SeenDatabase> look_at_database() const {
    const auto identifier = names_.database(region_);
    const bool is_rds = stack_.database.service == model::DatabaseService::rds;
    return is_rds ? look_at_instance(questions_, identifier) : look_at_aurora(questions_, identifier);
  }

  base::Result<std::optional<std::int64_t>> lag_of_database() const {
    return look_at_lag(questions_, stack_.database, names_.database(region_), stack_.other(region_).name,
                       ports_.clock.wall_now());
  }

  void add_door(std::optional<SeenDoor> door, Inventory& seen) const {
    if (!door) return;
    for (auto& instance : seen.instances) {
      auto target = door->targets.find(instance.id);
      if (target == door->targets.end()) target = door->targets.find(instance.address);
      if (target == door->targets.end()) continue;
      instance.target_state = target->second.state;
      if (instance.target_state != "healthy") instance.target_reason = target->second.reason;
    }
    seen.load_balancer = std::move(door->load_balancer);
    if (is_adopted()) seen.network_id = seen.load_balancer.network_id;
  }

  /// Of several that carry the tag, the one that the database has.
  static void add_security_group(std::optional<std::vector<SeenSecurityGroup>> groups, Inventory& seen) {
    if (!groups || groups->empty()) return;
    const auto& attached = seen.database.security_groups;
    const auto chosen = std::ranges::find_if(
        *groups, [&](const auto& group) { return std::ranges::find(attached, group.id) != attached.end(); });
    seen.database_security_group = chosen == groups->end() ? groups->front() : *chosen;
  }

  const LookPorts& ports_;
  const model::Stack& stack_;
  const Names& names_;
  base::RegionName region_;
  base::Milliseconds limit_;
  Questions questions_;
  Troubles troubles_;
};

}  // namespace

base::Result<Inventory> look(const LookPorts& ports, const model::Stack& stack, const Names& names,
                             const base::RegionName& region, base::Milliseconds limit) {
  return Look(ports, stack, names, region, limit).run();
}

}  // namespace lifeboat::aws_world
