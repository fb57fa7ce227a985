#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array cloudformation_shapes{
    NamedShape{"Parameter", "ParameterKey ParameterValue UsePreviousValue:bool"},
    NamedShape{"RequiredTag", "Key! Value!"},
    NamedShape{"Tag", "Key Value"},
};

constexpr std::array cloudformation_operations{
    Operation{.name = "ContinueUpdateRollback", .input = "StackName! RoleARN ResourcesToSkip[] ClientRequestToken"},
    Operation{.name = "CreateChangeSet",
              .input = "StackName! ChangeSetName! ChangeSetType TemplateBody TemplateURL UsePreviousTemplate:bool "
                       "Parameters[]&Parameter Capabilities[] Tags[]&RequiredTag RoleARN Description ClientToken "
                       "OnStackFailure",
              .output = "Id StackId"},
    Operation{.name = "DeleteChangeSet", .input = "ChangeSetName! StackName", .is_repeatable = true},
    Operation{.name = "DeleteStack",
              .input = "StackName! RetainResources[] RoleARN ClientRequestToken",
              .is_repeatable = true},
    Operation{.name = "DescribeChangeSet",
              .input = "ChangeSetName! StackName NextToken",
              .output = "ChangeSetName ChangeSetId StackId StackName Description Status StatusReason ExecutionStatus "
                        "CreationTime:time Parameters[]&Parameter Capabilities[] Tags[]&Tag NextToken Changes[]{Type "
                        "ResourceChange{Action LogicalResourceId PhysicalResourceId ResourceType Replacement "
                        "PolicyAction Scope[] Details[]{Target{Attribute Name RequiresRecreation Path BeforeValue "
                        "AfterValue} Evaluation ChangeSource CausingEntity}}}",
              .pages = "NextToken>NextToken",
              .list = "Changes",
              .is_repeatable = true},
    Operation{.name = "DescribeStackDriftDetectionStatus",
              .input = "StackDriftDetectionId!",
              .output = "StackId StackDriftDetectionId StackDriftStatus DetectionStatus DetectionStatusReason "
                        "DriftedStackResourceCount:int Timestamp:time",
              .is_repeatable = true},
    Operation{.name = "DescribeStackEvents",
              .input = "StackName! NextToken",
              .output = "NextToken StackEvents[]{StackId EventId StackName LogicalResourceId PhysicalResourceId "
                        "ResourceType Timestamp:time ResourceStatus ResourceStatusReason ClientRequestToken}",
              .pages = "NextToken>NextToken",
              .list = "StackEvents",
              .is_repeatable = true},
    Operation{.name = "DescribeStackResource",
              .input = "StackName! LogicalResourceId!",
              .output = "StackResourceDetail{StackName StackId LogicalResourceId PhysicalResourceId ResourceType "
                        "LastUpdatedTimestamp:time ResourceStatus ResourceStatusReason "
                        "DriftInformation{StackResourceDriftStatus LastCheckTimestamp:time}}",
              .is_repeatable = true},
    Operation{.name = "DescribeStackResources",
              .input = "StackName LogicalResourceId PhysicalResourceId",
              .output =
                  "StackResources[]{StackName StackId LogicalResourceId PhysicalResourceId ResourceType "
                  "Timestamp:time ResourceStatus ResourceStatusReason DriftInformation{StackResourceDriftStatus}}",
              .is_repeatable = true},
    Operation{.name = "DescribeStacks",
              .input = "StackName NextToken",
              .output = "NextToken Stacks[]{StackId StackName ChangeSetId Description CreationTime:time "
                        "DeletionTime:time LastUpdatedTime:time StackStatus StackStatusReason DisableRollback:bool "
                        "EnableTerminationProtection:bool RoleARN Capabilities[] Parameters[]&Parameter "
                        "Outputs[]{OutputKey OutputValue Description ExportName} Tags[]&Tag "
                        "DriftInformation{StackDriftStatus LastCheckTimestamp:time}}",
              .pages = "NextToken>NextToken",
              .list = "Stacks",
              .is_repeatable = true},
    Operation{.name = "DetectStackDrift",
              .input = "StackName! LogicalResourceIds[]",
              .output = "StackDriftDetectionId",
              .is_repeatable = true},
    Operation{.name = "ExecuteChangeSet", .input = "ChangeSetName! StackName ClientRequestToken DisableRollback:bool"},
    Operation{.name = "GetTemplate",
              .input = "StackName ChangeSetName TemplateStage",
              .output = "TemplateBody StagesAvailable[]",
              .is_repeatable = true},
    Operation{.name = "ListStackResources",
              .input = "StackName! NextToken",
              .output = "NextToken StackResourceSummaries[]{LogicalResourceId PhysicalResourceId ResourceType "
                        "LastUpdatedTimestamp:time ResourceStatus ResourceStatusReason}",
              .pages = "NextToken>NextToken",
              .list = "StackResourceSummaries",
              .is_repeatable = true},
    Operation{.name = "ListStacks",
              .input = "NextToken StackStatusFilter[]",
              .output = "NextToken StackSummaries[]{StackId StackName TemplateDescription CreationTime:time "
                        "LastUpdatedTime:time DeletionTime:time StackStatus StackStatusReason "
                        "DriftInformation{StackDriftStatus LastCheckTimestamp:time}}",
              .pages = "NextToken>NextToken",
              .list = "StackSummaries",
              .is_repeatable = true},
    Operation{.name = "ValidateTemplate",
              .input = "TemplateBody TemplateURL",
              .output = "Description Capabilities[] CapabilitiesReason Parameters[]{ParameterKey DefaultValue "
                        "NoEcho:bool Description}",
              .is_repeatable = true},
};

}  // namespace

const Service& cloudformation_service() {
  static constexpr Service service{.name = "cloudformation",
                                   .variable = "CLOUDFORMATION",
                                   .host = "cloudformation",
                                   .signing_name = "cloudformation",
                                   .protocol = Protocol::query,
                                   .version = "2010-05-15",
                                   .shapes = cloudformation_shapes,
                                   .operations = cloudformation_operations};
  return service;
}

}  // namespace lifeboat::aws
