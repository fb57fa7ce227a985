#include "aws/operation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {

std::span<const Service* const> all_services() {
  static const std::array services{&autoscaling_service(),
                                   &cloudformation_service(),
                                   &cloudwatch_service(),
                                   &ec2_service(),
                                   &eks_service(),
                                   &elbv2_service(),
                                   &rds_service(),
                                   &route53_service(),
                                   &s3_service(),
                                   &secretsmanager_service(),
                                   &service_quotas_service(),
                                   &ssm_service(),
                                   &sts_service()};
  return services;
}

base::Result<Call> find_call(std::string_view service, std::string_view operation) {
  for (const auto* candidate : all_services()) {
    if (candidate->name != service) continue;
    const auto row = std::ranges::find(candidate->operations, operation, &Operation::name);
    if (row == candidate->operations.end()) break;
    const auto answers = candidate->protocol == Protocol::ec2 ? Spelling::ec2_answer : Spelling::as_named;
    return Call{.service = candidate,
                .operation = &*row,
                .input = parse_shape(row->input, candidate->shapes, Spelling::as_named),
                .output = parse_shape(row->output, candidate->shapes, answers)};
  }
  return base::fail(base::ErrorCode::aws_refused,
                    fmt::format("the table of operations has no {} {}", service, operation));
}

}  // namespace lifeboat::aws
