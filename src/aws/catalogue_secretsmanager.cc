#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array secretsmanager_operations{
    Operation{.name = "DescribeSecret",
              .input = "SecretId!",
              .output = "ARN Name Description KmsKeyId CreatedDate:time LastChangedDate:time DeletedDate:time "
                        "PrimaryRegion ReplicationStatus[]{Region KmsKeyId Status StatusMessage} Tags[]{Key Value}",
              .is_repeatable = true},
};

}  // namespace

const Service& secretsmanager_service() {
  static constexpr Service service{.name = "secretsmanager",
                                   .variable = "SECRETS_MANAGER",
                                   .host = "secretsmanager",
                                   .signing_name = "secretsmanager",
                                   .protocol = Protocol::json,
                                   .target_prefix = "secretsmanager",
                                   .operations = secretsmanager_operations};
  return service;
}

}  // namespace lifeboat::aws
