#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/aws/test_aws_call.h"

// An Aurora global database. A move is over one look after it was begun.

namespace lifeboat::aws_world::testing {
namespace {

std::string arn_of(const std::string& region) {
  return fmt::format("arn:aws:rds:{}:123456789012:cluster:shop-db", region);
}

std::string region_of(const std::string& arn) {
  for (const auto* region : {"us-east-2", "us-west-1"}) {
    if (arn == arn_of(region)) return region;
  }
  ADD_FAILURE() << arn;
  return "";
}

std::string described(const TestGlobal& global) {
  std::string members;
  for (const auto& region : global.members) {
    members += fmt::format(
        "<GlobalClusterMember><DBClusterArn>{}</DBClusterArn><IsWriter>{}</IsWriter>"
        "<SynchronizationStatus>connected</SynchronizationStatus></GlobalClusterMember>",
        arn_of(region), region == global.writer);
  }
  return fmt::format(
      "<GlobalClusters><GlobalClusterMember><GlobalClusterIdentifier>shop-global</GlobalClusterIdentifier>"
      "<Status>{}</Status><DeletionProtection>{}</DeletionProtection><GlobalClusterMembers>{}</GlobalClusterMembers>"
      "</GlobalClusterMember></GlobalClusters>",
      global.moves_to.empty() ? "available" : "failing-over", global.is_protected, members);
}

}  // namespace

/// The databases' sources are kept, because SQL and a drill look at them.
void TestAws::end_move() {
  if (global->moves_to.empty()) return;
  global->writer = std::exchange(global->moves_to, "");
  for (const auto& name : global->members)
    regions[name].database.source = name == global->writer ? "" : arn_of(global->writer);
}

aws::HttpAnswer TestAws::aurora(const Call& call) {
  auto& region = regions[call.region];
  const auto is_called = [&call](const char* name) { return call.operation == name; };
  if (is_called("DescribeDBClusters")) {
    if (!region.database.exists) return refusal(404, "DBClusterNotFoundFault");
    return ok(query(
        call.operation,
        fmt::format("<DBClusters><DBCluster><DBClusterIdentifier>shop-db</DBClusterIdentifier><Status>{0}</Status>"
                    "<Endpoint>db.{1}</Endpoint><ReaderEndpoint>reader.{1}</ReaderEndpoint><Port>5432</Port>"
                    "<DBSubnetGroup>shop-db</DBSubnetGroup><GlobalClusterIdentifier>shop-global"
                    "</GlobalClusterIdentifier><DeletionProtection>{2}</DeletionProtection></DBCluster></DBClusters>",
                    region.database.status, call.region, region.database.protected_from_deletion)));
  }
  if (is_called("DescribeDBInstances")) {
    EXPECT_EQ(call.field("Filters.Filter.1.Values.Value.1"), "shop-db");
    return ok(query(call.operation,
                    "<DBInstances><DBInstance><DBInstanceIdentifier>shop-db-1</DBInstanceIdentifier>"
                    "<DBInstanceClass>db.r6g.large</DBInstanceClass></DBInstance></DBInstances>"));
  }
  if (is_called("DescribeGlobalClusters")) {
    const auto text = described(*global);
    end_move();
    return ok(query(call.operation, text));
  }
  if (is_called("SwitchoverGlobalCluster") || is_called("FailoverGlobalCluster")) {
    if (!global->moves_to.empty()) return refusal(400, "InvalidGlobalClusterStateFault");
    global->moves_to = region_of(call.field("TargetDbClusterIdentifier"));
    global->allowed_loss = call.field("AllowDataLoss") == "true";
  } else if (is_called("RemoveFromGlobalCluster")) {
    if (global->is_protected) return refusal(400, "InvalidParameterCombination");
    global->members.erase(region_of(call.field("DbClusterIdentifier")));
  } else if (is_called("ModifyGlobalCluster")) {
    global->is_protected = false;
  } else if (is_called("ModifyDBCluster")) {
    region.database.protected_from_deletion = false;
  } else {
    ADD_FAILURE() << call.operation << " of an Aurora global database";
  }
  return ok(query(call.operation, ""));
}

}  // namespace lifeboat::aws_world::testing
