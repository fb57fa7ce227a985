#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array ssm_operations{
    Operation{.name = "GetParameter",
              .input = "Name! WithDecryption:bool",
              .output = "Parameter{Name Type Value Version:int LastModifiedDate:time ARN DataType}",
              .is_repeatable = true},
};

}  // namespace

const Service& ssm_service() {
  static constexpr Service service{.name = "ssm",
                                   .variable = "SSM",
                                   .host = "ssm",
                                   .signing_name = "ssm",
                                   .protocol = Protocol::json,
                                   .target_prefix = "AmazonSSM",
                                   .operations = ssm_operations};
  return service;
}

}  // namespace lifeboat::aws
