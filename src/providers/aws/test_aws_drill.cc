#include <fmt/format.h>
#include <gtest/gtest.h>

#include "providers/aws/test_aws_call.h"

// What drills make: a snapshot or a cluster, an instance of it, and a record. Each state lasts for one look.

namespace lifeboat::aws_world::testing {
namespace {

std::string tag_list(const std::string& drill) {
  if (drill.empty()) return "";
  return fmt::format("<TagList><Tag><Key>lifeboat:drill</Key><Value>{}</Value></Tag></TagList>", drill);
}

/// Snapshots have no endpoint, and Aurora's instances are not what clients connect to.
std::string endpoint(const TestRegion::Part& part, const std::string& kind, const std::string& region) {
  if (part.status == "creating" || kind == "DBSnapshot") return "";
  const auto address = "shop-db-drill." + region;
  return kind == "DBCluster" ? fmt::format("<Endpoint>{}</Endpoint><Port>5432</Port>", address)
                             : fmt::format("<Endpoint><Address>{}</Address><Port>5432</Port></Endpoint>", address);
}

std::string described(const TestRegion::Part& part, const std::string& kind, const std::string& region) {
  const auto* status = kind == "DBInstance" ? "DBInstanceStatus" : "Status";
  return fmt::format("<{0}s><{0}><{0}Identifier>shop-db-drill</{0}Identifier><{1}>{2}</{1}>{3}{4}</{0}></{0}s>", kind,
                     status, part.status, endpoint(part, kind, region), tag_list(part.drill));
}

/// What is being made is there at the next look, and what is being deleted is gone.
void pass(TestRegion::Part& part) {
  if (part.status == "creating") part.status = "available";
  if (part.status == "deleting") part = {};
}

std::string kind_of(const std::string& operation) {
  if (operation == "RestoreDBInstanceFromDBSnapshot") return "DBInstance";
  if (operation.contains("DBCluster")) return "DBCluster";
  return operation.contains("DBSnapshot") ? "DBSnapshot" : "DBInstance";
}

}  // namespace

std::optional<aws::HttpAnswer> TestAws::drill(const Call& call) {
  auto& region = regions[call.region];
  const auto kind = kind_of(call.operation);
  auto& part = kind == "DBInstance" ? region.clone : region.snapshot;
  if (call.field(kind + "Identifier") != (global && kind == "DBInstance" ? "shop-db-drill-1" : "shop-db-drill"))
    return std::nullopt;
  if (call.operation.starts_with("Describe")) {
    if (!part.exists) return refusal(404, fmt::format("{}NotFound", kind));
    auto text = described(part, kind, call.region);
    pass(part);
    return ok(query(call.operation, text));
  }
  if (call.operation.starts_with("Delete")) {
    if (kind == "DBCluster" && region.clone.exists) return refusal(400, "InvalidDBClusterStateFault");
    part.status = "deleting";
    return ok(query(call.operation, ""));
  }
  if (kind != "DBInstance" && region.database.status != "available")
    return refusal(400, fmt::format("Invalid{}StateFault", global ? "DBCluster" : "DBInstance"));
  EXPECT_TRUE(call.operation != "CreateDBInstance" || call.field("DBInstanceClass") == "db.r6g.large");
  part = {.exists = true, .status = "creating", .drill = call.field("Tags.Tag.1.Value")};
  return ok(query(call.operation, ""));
}

aws::HttpAnswer TestAws::records(const Call& call) {
  if (call.operation == "GET" && call.path.contains("/change/")) {
    return ok(
        "<GetChangeResponse><ChangeInfo><Id>/change/C1</Id><Status>INSYNC</Status></ChangeInfo>"
        "</GetChangeResponse>");
  }
  if (call.operation == "GET") {
    return ok(
        fmt::format("<ListResourceRecordSetsResponse><ResourceRecordSets>{}</ResourceRecordSets>"
                    "<IsTruncated>false</IsTruncated><MaxItems>100</MaxItems></ListResourceRecordSetsResponse>",
                    shadow_record));
  }
  const auto begin = call.body.find("<ResourceRecordSet>");
  const auto end = call.body.find("</ResourceRecordSet>") + std::string("</ResourceRecordSet>").size();
  const auto record = call.body.substr(begin, end - begin);
  if (call.body.contains("<Action>DELETE</Action>")) {
    if (record != shadow_record) return refusal(400, "InvalidChangeBatch");
    shadow_record.clear();
  } else {
    shadow_record = record;
  }
  return ok(
      "<ChangeResourceRecordSetsResponse><ChangeInfo><Id>/change/C1</Id><Status>PENDING</Status></ChangeInfo>"
      "</ChangeResourceRecordSetsResponse>");
}

}  // namespace lifeboat::aws_world::testing
