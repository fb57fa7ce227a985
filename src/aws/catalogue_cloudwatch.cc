#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array cloudwatch_shapes{
    NamedShape{"Dimension", "Name! Value!"},
};

constexpr std::array cloudwatch_operations{
    Operation{.name = "DescribeAlarms",
              .input = "AlarmNames[] AlarmNamePrefix AlarmTypes[] StateValue MaxRecords:int NextToken",
              .output = "NextToken MetricAlarms[]{AlarmName AlarmArn AlarmDescription ActionsEnabled:bool StateValue "
                        "StateReason StateUpdatedTimestamp:time MetricName Namespace Statistic Dimensions[]&Dimension "
                        "Period:int EvaluationPeriods:int Threshold:number ComparisonOperator TreatMissingData}",
              .pages = "NextToken>NextToken",
              .list = "MetricAlarms",
              .is_repeatable = true},
    Operation{.name = "GetMetricData",
              .input = "MetricDataQueries![]{Id! MetricStat{Metric!{Namespace MetricName Dimensions[]&Dimension} "
                       "Period!:int Stat! Unit} Expression Label ReturnData:bool Period:int} StartTime!:time "
                       "EndTime!:time ScanBy MaxDatapoints:int NextToken",
              .output = "NextToken MetricDataResults[]{Id Label Timestamps[]:time Values[]:number StatusCode "
                        "Messages[]{Code Value}} Messages[]{Code Value}",
              .pages = "NextToken>NextToken",
              .list = "MetricDataResults",
              .is_repeatable = true},
    Operation{.name = "GetMetricStatistics",
              .input = "Namespace! MetricName! Dimensions[]&Dimension StartTime!:time EndTime!:time Period!:int "
                       "Statistics[] Unit",
              .output = "Label Datapoints[]{Timestamp:time SampleCount:number Average:number Sum:number Minimum:number "
                        "Maximum:number Unit}",
              .is_repeatable = true},
};

}  // namespace

const Service& cloudwatch_service() {
  static constexpr Service service{.name = "cloudwatch",
                                   .variable = "CLOUDWATCH",
                                   .host = "monitoring",
                                   .signing_name = "monitoring",
                                   .protocol = Protocol::query,
                                   .version = "2010-08-01",
                                   .shapes = cloudwatch_shapes,
                                   .operations = cloudwatch_operations};
  return service;
}

}  // namespace lifeboat::aws
