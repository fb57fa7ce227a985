#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array sts_operations{
    Operation{.name = "AssumeRole",
              .input = "RoleArn! RoleSessionName! DurationSeconds:int ExternalId Policy",
              .output = "Credentials{AccessKeyId SecretAccessKey SessionToken Expiration:time} "
                        "AssumedRoleUser{AssumedRoleId Arn}",
              .is_repeatable = true},
    Operation{.name = "AssumeRoleWithWebIdentity",
              .input = "RoleArn! RoleSessionName! WebIdentityToken! DurationSeconds:int Policy",
              .output = "Credentials{AccessKeyId SecretAccessKey SessionToken Expiration:time} "
                        "AssumedRoleUser{AssumedRoleId Arn}",
              .is_repeatable = true,
              .is_signed = false},
    Operation{.name = "GetCallerIdentity", .output = "UserId Account Arn", .is_repeatable = true},
};

}  // namespace

const Service& sts_service() {
  static constexpr Service service{.name = "sts",
                                   .variable = "STS",
                                   .host = "sts",
                                   .signing_name = "sts",
                                   .protocol = Protocol::query,
                                   .version = "2011-06-15",
                                   .operations = sts_operations};
  return service;
}

}  // namespace lifeboat::aws
