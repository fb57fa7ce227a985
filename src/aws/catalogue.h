#pragma once

#include "aws/operation.h"

namespace lifeboat::aws {

/// The rows, service by service; constant data of the program.
const Service& autoscaling_service();
const Service& cloudformation_service();
const Service& cloudwatch_service();
const Service& ec2_service();
const Service& eks_service();
const Service& elbv2_service();
const Service& rds_service();
const Service& route53_service();
const Service& s3_service();
const Service& secretsmanager_service();
const Service& service_quotas_service();
const Service& ssm_service();
const Service& sts_service();

}  // namespace lifeboat::aws
