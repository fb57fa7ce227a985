#include "providers/aws/prices.h"

#include <algorithm>
#include <array>
#include <span>

#include "providers/aws/cost.h"

namespace lifeboat::aws_world {
namespace {

struct SizePrice {
  std::string_view size;
  double an_hour;
};

// us-east-1, us-east-2 and us-west-2 have the same prices.
constexpr std::array oregon_instances{
    SizePrice{"t2.nano", 0.0058},    SizePrice{"t2.micro", 0.0116},   SizePrice{"t2.small", 0.023},
    SizePrice{"t2.medium", 0.0464},  SizePrice{"t2.large", 0.0928},   SizePrice{"t2.xlarge", 0.1856},
    SizePrice{"t2.2xlarge", 0.3712}, SizePrice{"t3.nano", 0.0052},    SizePrice{"t3.micro", 0.0104},
    SizePrice{"t3.small", 0.0208},   SizePrice{"t3.medium", 0.0416},  SizePrice{"t3.large", 0.0832},
    SizePrice{"t3.xlarge", 0.1664},  SizePrice{"t3.2xlarge", 0.3328}, SizePrice{"t3a.nano", 0.0047},
    SizePrice{"t3a.micro", 0.0094},  SizePrice{"t3a.small", 0.0188},  SizePrice{"t3a.medium", 0.0376},
    SizePrice{"t3a.large", 0.0752},  SizePrice{"t3a.xlarge", 0.1504}, SizePrice{"t4g.nano", 0.0042},
    SizePrice{"t4g.micro", 0.0084},  SizePrice{"t4g.small", 0.0168},  SizePrice{"t4g.medium", 0.0336},
    SizePrice{"t4g.large", 0.0672},  SizePrice{"t4g.xlarge", 0.1344}, SizePrice{"m5.large", 0.096},
    SizePrice{"m5.xlarge", 0.192},   SizePrice{"m5.2xlarge", 0.384},  SizePrice{"m5.4xlarge", 0.768},
    SizePrice{"m6i.large", 0.096},   SizePrice{"m6i.xlarge", 0.192},  SizePrice{"m6i.2xlarge", 0.384},
    SizePrice{"m6g.large", 0.077},   SizePrice{"m6g.xlarge", 0.154},  SizePrice{"m6g.2xlarge", 0.308},
    SizePrice{"m7g.large", 0.0816},  SizePrice{"m7g.xlarge", 0.1632}, SizePrice{"m7i.large", 0.1008},
    SizePrice{"m7i.xlarge", 0.2016}, SizePrice{"c5.large", 0.085},    SizePrice{"c5.xlarge", 0.17},
    SizePrice{"c5.2xlarge", 0.34},   SizePrice{"c6i.large", 0.085},   SizePrice{"c6i.xlarge", 0.17},
    SizePrice{"c6g.large", 0.068},   SizePrice{"c6g.xlarge", 0.136},  SizePrice{"r5.large", 0.126},
    SizePrice{"r5.xlarge", 0.252},   SizePrice{"r6i.large", 0.126},   SizePrice{"r6i.xlarge", 0.252},
    SizePrice{"r6g.large", 0.1008},  SizePrice{"r6g.xlarge", 0.2016}};
constexpr std::array california_instances{
    SizePrice{"t2.nano", 0.0069},   SizePrice{"t2.micro", 0.0138},  SizePrice{"t2.small", 0.0276},
    SizePrice{"t2.medium", 0.0552}, SizePrice{"t2.large", 0.1104},  SizePrice{"t3.nano", 0.0062},
    SizePrice{"t3.micro", 0.0124},  SizePrice{"t3.small", 0.0248},  SizePrice{"t3.medium", 0.0496},
    SizePrice{"t3.large", 0.0992},  SizePrice{"t3.xlarge", 0.1984}, SizePrice{"t3.2xlarge", 0.3968},
    SizePrice{"m5.large", 0.112},   SizePrice{"m5.xlarge", 0.224},  SizePrice{"m5.2xlarge", 0.448},
    SizePrice{"m5.4xlarge", 0.896}, SizePrice{"c5.large", 0.106},   SizePrice{"c5.xlarge", 0.212},
    SizePrice{"c5.2xlarge", 0.424}, SizePrice{"r5.large", 0.14},    SizePrice{"r5.xlarge", 0.28}};
constexpr std::array ireland_instances{
    SizePrice{"t3.nano", 0.0057},    SizePrice{"t3.micro", 0.0114}, SizePrice{"t3.small", 0.0228},
    SizePrice{"t3.medium", 0.0456},  SizePrice{"t3.large", 0.0912}, SizePrice{"t3.xlarge", 0.1824},
    SizePrice{"t3.2xlarge", 0.3648}, SizePrice{"m5.large", 0.107},  SizePrice{"m5.xlarge", 0.214},
    SizePrice{"m5.2xlarge", 0.428},  SizePrice{"c5.large", 0.096},  SizePrice{"c5.xlarge", 0.192},
    SizePrice{"r5.large", 0.141},    SizePrice{"r5.xlarge", 0.282}};
constexpr std::array frankfurt_instances{
    SizePrice{"t3.nano", 0.006},    SizePrice{"t3.micro", 0.012},  SizePrice{"t3.small", 0.024},
    SizePrice{"t3.medium", 0.048},  SizePrice{"t3.large", 0.096},  SizePrice{"t3.xlarge", 0.192},
    SizePrice{"t3.2xlarge", 0.384}, SizePrice{"m5.large", 0.115},  SizePrice{"m5.xlarge", 0.23},
    SizePrice{"c5.large", 0.097},   SizePrice{"c5.xlarge", 0.194}, SizePrice{"r5.large", 0.152},
    SizePrice{"r5.xlarge", 0.304}};

constexpr std::array oregon_databases{
    SizePrice{"db.t3.micro", 0.018},    SizePrice{"db.t3.small", 0.036},  SizePrice{"db.t3.medium", 0.072},
    SizePrice{"db.t3.large", 0.145},    SizePrice{"db.t3.xlarge", 0.29},  SizePrice{"db.t3.2xlarge", 0.579},
    SizePrice{"db.t4g.micro", 0.016},   SizePrice{"db.t4g.small", 0.032}, SizePrice{"db.t4g.medium", 0.065},
    SizePrice{"db.t4g.large", 0.129},   SizePrice{"db.m5.large", 0.178},  SizePrice{"db.m5.xlarge", 0.356},
    SizePrice{"db.m5.2xlarge", 0.712},  SizePrice{"db.m6g.large", 0.159}, SizePrice{"db.m6g.xlarge", 0.318},
    SizePrice{"db.m6g.2xlarge", 0.636}, SizePrice{"db.r5.large", 0.25},   SizePrice{"db.r5.xlarge", 0.5},
    SizePrice{"db.r5.2xlarge", 1.0},    SizePrice{"db.r6g.large", 0.225}, SizePrice{"db.r6g.xlarge", 0.45}};
constexpr std::array oregon_auroras{SizePrice{"db.t3.medium", 0.082},  SizePrice{"db.t3.large", 0.164},
                                    SizePrice{"db.t4g.medium", 0.073}, SizePrice{"db.r5.large", 0.29},
                                    SizePrice{"db.r5.xlarge", 0.58},   SizePrice{"db.r6g.large", 0.26}};

struct RegionTable {
  RegionPrices prices;
  std::span<const SizePrice> instances;
  std::span<const SizePrice> databases;
  std::span<const SizePrice> auroras;
};

/// These are the same everywhere.
constexpr double address = 0.005, cluster = 0.10, key_and_secret = 1.40;

constexpr RegionPrices oregon(std::string_view name) {
  return {name, 0.0225, 0.045, address, cluster, 0.08, 0.115, key_and_secret};
}

constexpr std::array tables{
    RegionTable{oregon("us-east-1"), oregon_instances, oregon_databases, oregon_auroras},
    RegionTable{oregon("us-east-2"), oregon_instances, oregon_databases, oregon_auroras},
    RegionTable{oregon("us-west-2"), oregon_instances, oregon_databases, oregon_auroras},
    RegionTable{
        {"us-west-1", 0.0252, 0.048, address, cluster, 0.096, 0.138, key_and_secret}, california_instances, {}, {}},
    RegionTable{
        {"eu-west-1", 0.0252, 0.048, address, cluster, 0.088, 0.127, key_and_secret}, ireland_instances, {}, {}},
    RegionTable{
        {"eu-central-1", 0.027, 0.052, address, cluster, 0.0952, 0.137, key_and_secret}, frankfurt_instances, {}, {}},
};

std::optional<double> find(const RegionPrices* region, std::span<const SizePrice> RegionTable::*which,
                           std::string_view size) {
  if (region == nullptr) return std::nullopt;
  const auto table =
      std::ranges::find(tables, region->region, [](const RegionTable& one) { return one.prices.region; });
  if (table == tables.end()) return std::nullopt;
  const auto& sizes = (*table).*which;
  const auto found = std::ranges::find(sizes, size, &SizePrice::size);
  return found == sizes.end() ? std::nullopt : std::optional(found->an_hour);
}

}  // namespace

std::string_view prices_as_of() {
  return "written down on 2026-11-29 from memory of AWS's public price list, so check them there";
}

const RegionPrices* find_prices(const base::RegionName& region) {
  const auto found = std::ranges::find(tables, region.value, [](const RegionTable& one) { return one.prices.region; });
  return found == tables.end() ? nullptr : &found->prices;
}

std::optional<double> instance_price(const RegionPrices* region, std::string_view size) {
  return find(region, &RegionTable::instances, size);
}

std::optional<double> database_price(const RegionPrices* region, std::string_view size) {
  return find(region, &RegionTable::databases, size);
}

std::optional<double> aurora_price(const RegionPrices* region, std::string_view size) {
  return find(region, &RegionTable::auroras, size);
}

}  // namespace lifeboat::aws_world
