#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array ssm_operations{
    Operation{.name = "DescribeInstanceInformation",
              .input = "Filters[]{Key! Values![]} MaxResults:int NextToken",
              .output =
                  "NextToken InstanceInformationList[]{InstanceId PingStatus LastPingDateTime:time AgentVersion "
                  "IsLatestVersion:bool PlatformType PlatformName PlatformVersion ResourceType IPAddress ComputerName}",
              .pages = "NextToken>NextToken",
              .list = "InstanceInformationList",
              .is_repeatable = true},
    Operation{.name = "GetCommandInvocation",
              .input = "CommandId! InstanceId! PluginName",
              .output = "CommandId InstanceId Comment DocumentName PluginName ResponseCode:int ExecutionStartDateTime "
                        "ExecutionElapsedTime ExecutionEndDateTime Status StatusDetails StandardOutputContent "
                        "StandardOutputUrl StandardErrorContent StandardErrorUrl",
              .is_repeatable = true},
    Operation{.name = "GetParameter",
              .input = "Name! WithDecryption:bool",
              .output = "Parameter{Name Type Value Version:int LastModifiedDate:time ARN DataType}",
              .is_repeatable = true},
    Operation{.name = "PutParameter",
              .input = "Name! Description Value! Type KeyId Overwrite:bool Tags[]{Key! Value!} Tier DataType",
              .output = "Version:int Tier"},
    Operation{.name = "SendCommand",
              .input = "InstanceIds[] Targets[]{Key Values[]} DocumentName! DocumentVersion TimeoutSeconds:int Comment "
                       "Parameters<>[] MaxConcurrency MaxErrors",
              .output =
                  "Command{CommandId DocumentName DocumentVersion Comment ExpiresAfter:time InstanceIds[] "
                  "RequestedDateTime:time Status StatusDetails TargetCount:int CompletedCount:int ErrorCount:int}"},
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
