#include "providers/aws/cost.h"

#include <fmt/format.h>

#include <algorithm>

#include "providers/aws/prices.h"

namespace lifeboat::aws_world {
namespace {

constexpr int hours_a_month = 730;
constexpr int web_disk_gib = 16;
constexpr int node_disk_gib = 20;
constexpr int database_storage_gib = 20;

/// The lines of one region.
class RegionBill {
 public:
  RegionBill(const model::Stack& stack, const model::Region& region, std::vector<CostLine>& lines)
      : stack_(stack), region_(region), prices_(find_prices(region.name)), lines_(lines) {}

  void web() {
    const auto& tier = stack_.web;
    hourly(tier.count == 1 ? "web-1" : fmt::format("web-1 to web-{}", tier.count), tier.count, tier.size,
           instance_price(prices_, tier.size));
    volume("web disks", tier.count * web_disk_gib);
  }
  void load_balancer() { hourly("load balancer", 1, "Application Load Balancer", price(&RegionPrices::load_balancer)); }
  void network() {
    const auto zones = static_cast<int>(region_.zones.size());
    hourly("vpc", zones, "NAT gateway", price(&RegionPrices::nat_gateway));
    // Those of the NAT gateways and the load balancer's, one a zone each.
    hourly("vpc", 2 * zones, "public IPv4 address", price(&RegionPrices::public_address));
  }
  void database() {
    const auto& database = stack_.database;
    if (database.service == model::DatabaseService::aurora_global) {
      // What Aurora stores and does is billed as it is used, and not known beforehand.
      return hourly("database", database.nodes, fmt::format("{}, Aurora", database.size),
                    aurora_price(prices_, database.size));
    }
    // A Multi-AZ instance is billed as two.
    hourly("database", database.nodes, database.size, database_price(prices_, database.size));
    const int gib = database.nodes * database_storage_gib;
    add("database storage", fmt::format("{} GiB gp3", gib), times(gib, price(&RegionPrices::database_gib)));
  }
  void monitoring() {
    const auto& monitoring = stack_.monitoring;
    if (!monitoring.enabled) return;
    hourly("monitoring", 1, "EKS cluster", price(&RegionPrices::eks_cluster));
    hourly("monitoring nodes", monitoring.nodes, monitoring.size, instance_price(prices_, monitoring.size));
    volume("monitoring disks", monitoring.nodes * node_disk_gib);
  }
  void small_things() { add("database key and password", "KMS key, secret", price(&RegionPrices::key_and_secret)); }

 private:
  std::optional<double> price(std::optional<double> RegionPrices::*which) const {
    return prices_ == nullptr ? std::nullopt : prices_->*which;
  }
  static std::optional<double> times(double count, std::optional<double> one) {
    if (!one) return std::nullopt;
    return count * *one;
  }
  void hourly(const std::string& asset, int count, const std::string& what, std::optional<double> an_hour) {
    add(asset, fmt::format("{} × {}, {} h", count, what, hours_a_month), times(count * hours_a_month, an_hour));
  }
  void volume(const std::string& asset, int gib) {
    add(asset, fmt::format("{} GiB gp3", gib), times(gib, price(&RegionPrices::volume_gib)));
  }
  void add(const std::string& asset, const std::string& what, std::optional<double> dollars) {
    lines_.push_back({region_.name, asset, what, dollars.value_or(0), dollars.has_value()});
  }

  const model::Stack& stack_;
  const model::Region& region_;
  const RegionPrices* prices_;
  std::vector<CostLine>& lines_;
};

void add_global(const model::Stack& stack, std::vector<CostLine>& lines) {
  const auto add = [&lines](const std::string& asset, const std::string& what, double dollars) {
    lines.push_back({{}, asset, what, dollars, true});
  };
  if (stack.aws.hosted_zone.empty()) add("dns", "hosted zone", hosted_zone_price);
  add("dns", "2 × health check", 2 * health_check_price);
}

std::string dollars(double value) {
  return value < 10 ? fmt::format("${:.2f}", value) : fmt::format("${:.0f}", value);
}

std::string place(const CostLine& line) {
  return line.region.empty() ? "global" : line.region.value;
}

}  // namespace

std::vector<CostLine> monthly_cost(const model::Stack& stack) {
  std::vector<CostLine> lines;
  if (stack.aws.existing.is_adopted()) return lines;
  for (const auto* region : {&stack.home, &stack.standby}) {
    RegionBill bill(stack, *region, lines);
    bill.web();
    bill.load_balancer();
    bill.network();
    bill.database();
    bill.monitoring();
    bill.small_things();
  }
  add_global(stack, lines);
  return lines;
}

std::vector<std::string> cost_text(const std::vector<CostLine>& lines) {
  std::size_t assets = 0, whats = 0;
  for (const auto& line : lines) {
    assets = std::max(assets, line.asset.size());
    whats = std::max(whats, line.what.size());
  }
  std::vector<std::string> text;
  double sum = 0;
  std::size_t unknown = 0;
  for (const auto& line : lines) {
    sum += line.dollars_a_month;
    unknown += line.is_known ? 0 : 1;
    text.push_back(fmt::format("{:<14} {:<{}}  {:<{}} {:>9}", place(line), line.asset, assets, line.what, whats,
                               line.is_known ? dollars(line.dollars_a_month) : "no price"));
  }
  text.push_back(
      unknown == 0 ? fmt::format("about ${:.0f} a month", sum)
                   : fmt::format("${:.0f} a month and more: {} of {} lines have no price", sum, unknown, lines.size()));
  text.push_back(
      fmt::format("List prices on demand, {}. Not in it: traffic (also between the regions and through NAT "
                  "gateways), requests, backups, snapshots, growth, discounts, taxes.",
                  prices_as_of()));
  return text;
}

}  // namespace lifeboat::aws_world
