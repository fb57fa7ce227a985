#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "model/stack.h"

namespace lifeboat::aws_world {

/// The day on which the table's prices were written down, as "2026-11-01", and from where.
std::string_view prices_as_of();

struct CostLine {
  base::RegionName region;  ///< Empty: outside both.
  std::string asset;        ///< "web-1 to web-3", "database", "load balancer" …
  std::string what;         ///< "3 × t3.micro, 730 h".
  double dollars_a_month = 0;
  bool is_known = true;  ///< False where the table has no price for this size; then dollars_a_month is 0.
};

/// What the stack costs a month by list prices, on demand, without traffic. Pure.
std::vector<CostLine> monthly_cost(const model::Stack& stack);

/// The lines as `plan` prints them, with the sum, the date and what is not in it.
std::vector<std::string> cost_text(const std::vector<CostLine>& lines);

}  // namespace lifeboat::aws_world
