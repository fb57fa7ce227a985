#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array autoscaling_operations{
    Operation{.name = "DescribeAutoScalingGroups",
              .input = "AutoScalingGroupNames[] MaxRecords:int NextToken",
              .output = "NextToken AutoScalingGroups[]{AutoScalingGroupName AutoScalingGroupARN MinSize:int "
                        "MaxSize:int DesiredCapacity:int AvailabilityZones[] TargetGroupARNs[] HealthCheckType "
                        "CreatedTime:time Status VPCZoneIdentifier Instances[]{InstanceId AvailabilityZone "
                        "LifecycleState HealthStatus ProtectedFromScaleIn:bool} SuspendedProcesses[]{ProcessName "
                        "SuspensionReason} Tags[]{Key Value}}",
              .pages = "NextToken>NextToken",
              .list = "AutoScalingGroups",
              .is_repeatable = true},
};

}  // namespace

const Service& autoscaling_service() {
  static constexpr Service service{.name = "autoscaling",
                                   .variable = "AUTO_SCALING",
                                   .host = "autoscaling",
                                   .signing_name = "autoscaling",
                                   .protocol = Protocol::query,
                                   .version = "2011-01-01",
                                   .operations = autoscaling_operations};
  return service;
}

}  // namespace lifeboat::aws
