#include <array>
#include <nlohmann/json.hpp>
#include <set>

#include "providers/aws/facts_parts.h"
#include "providers/aws/inventory.h"

namespace lifeboat::aws_world {
namespace {

/// The parts that have security groups, and who they are in the rules of the others.
struct Guarded {
  const char* part;
  const char* meaning;
};
constexpr std::array guarded{Guarded{"database", "the database"}, Guarded{"web", "the web tier"},
                             Guarded{"lb", "the load balancer"}, Guarded{"monitoring", "the monitoring cluster"}};

/// A dear look: every part at once, then the rules between them.
class Inspection {
 public:
  Inspection(const Questions& questions, const model::Stack& stack, const Names& names)
      : questions_(questions), stack_(stack), names_(names) {}

  base::Result<model::RegionFacts> run() {
    ask_parts();
    if (auto error = troubles_.error()) return std::unexpected(*std::move(error));
    explain();
    if (auto error = troubles_.error()) return std::unexpected(*std::move(error));
    model::RegionFacts facts{.region = questions_.region(), .parts = {}};
    for (auto& [name, part] : parts_) facts.parts[name] = std::move(part.facts);
    return facts;
  }

 private:
  void ask_parts() {
    const auto& region = questions_.region();
    const bool is_adopted = stack_.aws.existing.is_adopted();
    auto web = at_once([&] { return web_facts(questions_, names_.instances(region)); });
    auto door = at_once([&] { return load_balancer_facts(questions_, names_.load_balancer(region)); });
    auto database = at_once([&] {
      const auto identifier = names_.database(region);
      return stack_.database.service == model::DatabaseService::rds ? database_facts(questions_, identifier)
                                                                    : aurora_facts(questions_, identifier);
    });
    auto cluster = at_once([&] { return cluster_facts(questions_, names_.cluster(region)); });
    auto network = at_once([&] {
      return is_adopted ? PartAnswer(std::nullopt)
                        : network_facts(questions_, stack_.name, stack_.other(region).address_block);
    });
    auto quotas = at_once([&] { return quota_facts(questions_, stack_); });
    take("web", web.get());
    take("lb", door.get());
    take("database", database.get());
    take("monitoring", cluster.get());
    take("network", network.get());
    take("quotas", quotas.get());
  }

  void take(const std::string& name, PartAnswer answer) {
    auto part = troubles_.take(std::move(answer));
    if (part && *part) parts_[name] = **std::move(part);
  }

  /// Those of an adopted stack's parts may be several.
  std::set<std::string> networks() const {
    std::set<std::string> found;
    for (const auto& [name, part] : parts_) {
      if (!part.network_id.empty()) found.insert(part.network_id);
    }
    return found;
  }

  Meanings meanings(std::map<std::string, std::string> blocks) const {
    Meanings meanings{.groups = {}, .blocks = std::move(blocks)};
    if (!stack_.aws.existing.is_adopted())
      meanings.blocks.try_emplace(stack_.other(questions_.region()).address_block, "the peer region");
    for (const auto& [part, meaning] : guarded) {
      const auto found = parts_.find(part);
      if (found == parts_.end()) continue;
      for (const auto& id : found->second.security_groups) meanings.groups.try_emplace(id, meaning);
    }
    return meanings;
  }

  /// The rules of all parts, in words.
  void explain() {
    aws::Json all = aws::Json::array();
    std::map<std::string, std::string> all_blocks;
    for (const auto& network : networks()) {
      auto asked = at_once([&] { return security_groups_of_network(questions_, network); });
      if (auto blocks = troubles_.take(blocks_around(questions_, network))) all_blocks.merge(*blocks);
      const auto groups = troubles_.take(asked.get());
      if (groups) all.insert(all.end(), groups->begin(), groups->end());
    }
    const auto known = meanings(std::move(all_blocks));
    for (auto& [name, part] : parts_) {
      if (!part.security_groups.empty()) add_rules(all, part.security_groups, known, part.facts);
    }
  }

  const Questions& questions_;
  const model::Stack& stack_;
  const Names& names_;
  std::map<std::string, PartFacts> parts_;
  Troubles troubles_;
};

}  // namespace

base::Result<model::RegionFacts> look_at_facts(const LookPorts& ports, const model::Stack& stack, const Names& names,
                                               const base::RegionName& region, base::Milliseconds limit) {
  const Questions questions(ports.client, region, ports.clock.now() + limit);
  return Inspection(questions, stack, names).run();
}

}  // namespace lifeboat::aws_world
