#include <fmt/format.h>

#include "providers/aws/test_aws_call.h"

// What drills make: a snapshot, an instance of it, and a record. Each state lasts for one look.

namespace lifeboat::aws_world::testing {
namespace {

std::string tag_list(const std::string& drill) {
  if (drill.empty()) return "";
  return fmt::format("<TagList><Tag><Key>lifeboat:drill</Key><Value>{}</Value></Tag></TagList>", drill);
}

std::string described(const TestRegion::Part& part, const std::string& kind, const std::string& region) {
  const auto* status = kind == "DBInstance" ? "DBInstanceStatus" : "Status";
  return fmt::format(
      "<{0}s><{0}><{0}Identifier>shop-db-drill</{0}Identifier><{1}>{2}</{1}><Endpoint><Address>{3}"
      "</Address><Port>5432</Port></Endpoint>{4}</{0}></{0}s>",
      kind, status, part.status, part.status == "creating" ? "" : "shop-db-drill." + region, tag_list(part.drill));
}

/// What is being made is there at the next look, and what is being deleted is gone.
void pass(TestRegion::Part& part) {
  if (part.status == "creating") part.status = "available";
  if (part.status == "deleting") part = {};
}

}  // namespace

std::optional<aws::HttpAnswer> TestAws::drill(const Call& call) {
  auto& region = regions[call.region];
  const bool of_snapshot = call.operation.ends_with("DBSnapshot") || call.operation.ends_with("DBSnapshots");
  auto& part = of_snapshot && call.operation != "RestoreDBInstanceFromDBSnapshot" ? region.snapshot : region.clone;
  const auto name = call.field(&part == &region.snapshot ? "DBSnapshotIdentifier" : "DBInstanceIdentifier");
  if (name != "shop-db-drill") return std::nullopt;
  const auto drill = call.field("Tags.Tag.1.Value");
  if (call.operation.starts_with("Describe")) {
    const auto* kind = &part == &region.snapshot ? "DBSnapshot" : "DBInstance";
    if (!part.exists) return refusal(404, fmt::format("{}NotFound", kind));
    auto text = described(part, kind, call.region);
    pass(part);
    return ok(query(call.operation, text));
  }
  if (call.operation == "CreateDBSnapshot" || call.operation == "RestoreDBInstanceFromDBSnapshot") {
    if (call.operation == "CreateDBSnapshot" && region.database.status != "available")
      return refusal(400, "InvalidDBInstanceState");
    part = {.exists = true, .status = "creating", .drill = drill};
  } else if (call.operation.starts_with("Delete")) {
    part.status = "deleting";
  }
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
