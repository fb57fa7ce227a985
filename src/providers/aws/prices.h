#pragma once

#include <optional>
#include <string_view>

#include "base/ids.h"

namespace lifeboat::aws_world {

// The prices were written down from memory of AWS's public price list and have to be checked against
// https://aws.amazon.com/pricing/ before anybody decides by them; where memory was not sure there is no price.

/// Dollars, of one region. Nothing: the table has no price.
struct RegionPrices {
  std::string_view region;
  std::optional<double> load_balancer;   ///< An hour, without capacity units.
  std::optional<double> nat_gateway;     ///< An hour.
  std::optional<double> public_address;  ///< An hour.
  std::optional<double> eks_cluster;     ///< An hour, in standard support.
  std::optional<double> volume_gib;      ///< gp3, a month.
  std::optional<double> database_gib;    ///< gp3 of RDS, a month; Multi-AZ has two.
  std::optional<double> key_and_secret;  ///< A month.
};

inline constexpr double hosted_zone_price = 0.5;    ///< A month.
inline constexpr double health_check_price = 0.75;  ///< A month, of an endpoint that is not AWS's.

/// Nothing where the table has no row. The pointer lives as long as the program.
const RegionPrices* find_prices(const base::RegionName& region);
/// An hour on demand, Linux. Nothing where region or size have no price.
std::optional<double> instance_price(const RegionPrices* region, std::string_view size);
/// An hour on demand of RDS PostgreSQL in one zone.
std::optional<double> database_price(const RegionPrices* region, std::string_view size);
/// An hour on demand of one instance of Aurora PostgreSQL (standard).
std::optional<double> aurora_price(const RegionPrices* region, std::string_view size);

}  // namespace lifeboat::aws_world
