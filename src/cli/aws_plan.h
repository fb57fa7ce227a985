#pragma once

#include <string>
#include <vector>

#include "base/error.h"
#include "cli/aws_host.h"
#include "cli/terminal.h"
#include "providers/aws/cost.h"
#include "providers/aws/world.h"

namespace lifeboat::cli {

/// What `up` would change of an aws stack, and what the stack costs.
struct AwsPlan {
  std::string stack;
  std::string account;
  bool is_adopted = false;  ///< Lifeboat did not build it, and changes nothing of it.
  std::vector<aws_world::ConcernPreview> previews;
  std::vector<aws_world::CostLine> cost;
};

/// Asks CloudFormation; nothing is changed.
base::Result<AwsPlan> look_at_plan(const ChosenStack& chosen, AwsHost& host);

/// Why it must not be carried out: a sentence for each thing whose data would be gone.
std::vector<std::string> refusals(const AwsPlan& plan);
/// The same as an error; nothing where there is none.
base::Status may_be_carried_out(const AwsPlan& plan);

std::string aws_plan_text(const Terminal& terminal, const AwsPlan& plan);
/// One line, without a newline.
std::string aws_plan_document(const AwsPlan& plan);

/// The sum of what is known, in dollars a month.
double monthly_sum(const std::vector<aws_world::CostLine>& cost);

}  // namespace lifeboat::cli
