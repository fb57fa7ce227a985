#include "providers/aws/bucket.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

/// S3 has no such place to go to; its bucket is made without one.
constexpr std::string_view first_region = "us-east-1";

base::Status done(const base::Result<Json>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return {};
}

/// Deletes what one page lists; false when the bucket is empty.
base::Result<bool> delete_page(const Work& work, const std::string& bucket, const base::RegionName& region) {
  const auto page = work.call("s3", "ListObjectVersions", region, {{"Bucket", bucket}});
  if (!page) return std::unexpected(page.error());
  auto objects = Json::array();
  for (const auto* list : {"Versions", "DeleteMarkers"}) {
    for (const auto& one : page->value(list, Json::array())) {
      objects.push_back({{"Key", one.value("Key", "")}, {"VersionId", one.value("VersionId", "")}});
    }
  }
  if (objects.empty()) return false;
  const auto gone = work.call("s3", "DeleteObjects", region,
                              {{"Bucket", bucket}, {"Delete", {{"Objects", std::move(objects)}, {"Quiet", true}}}});
  if (!gone) return std::unexpected(gone.error());
  const auto errors = gone->value("Errors", Json::array());
  if (errors.empty()) return true;
  return base::fail(ErrorCode::aws_denied,
                    fmt::format("{}: {} of {} cannot be deleted: {}", region.value, errors.front().value("Key", ""),
                                bucket, errors.front().value("Message", "")));
}

}  // namespace

base::Status make_bucket(const Work& work, const Names& names, const base::RegionName& region) {
  const auto bucket = names.bucket(region);
  Json input{{"Bucket", bucket}};
  if (region.value != first_region) input["CreateBucketConfiguration"] = {{"LocationConstraint", region.value}};
  const auto made = work.ask("s3", "CreateBucket", region, input);
  if (!made && made.error().code != "BucketAlreadyOwnedByYou") return std::unexpected(error_of(made.error()));
  auto closed = done(work.call("s3", "PutPublicAccessBlock", region,
                               {{"Bucket", bucket},
                                {"ExpectedBucketOwner", names.account()},
                                {"PublicAccessBlockConfiguration",
                                 {{"BlockPublicAcls", true},
                                  {"IgnorePublicAcls", true},
                                  {"BlockPublicPolicy", true},
                                  {"RestrictPublicBuckets", true}}}}));
  if (!closed) return closed;
  return done(work.call("s3", "PutBucketVersioning", region,
                        {{"Bucket", bucket},
                         {"ExpectedBucketOwner", names.account()},
                         {"VersioningConfiguration", {{"Status", "Enabled"}}}}));
}

base::Status delete_bucket(const Work& work, const Names& names, const base::RegionName& region) {
  const auto bucket = names.bucket(region);
  while (!work.is_over()) {
    const auto more = delete_page(work, bucket, region);
    if (!more && more.error().code == ErrorCode::aws_missing) return {};
    if (!more) return std::unexpected(more.error());
    if (*more) continue;
    const auto gone = work.ask("s3", "DeleteBucket", region, {{"Bucket", bucket}});
    if (gone || gone.error().kind == aws::FailureKind::missing) return {};
    return std::unexpected(error_of(gone.error()));
  }
  return base::fail(ErrorCode::wait_expired, fmt::format("{}: {} could not be emptied in time", region.value, bucket));
}

base::Result<std::optional<std::string>> read_object(const Work& work, const Names& names,
                                                     const base::RegionName& region, const std::string& key) {
  const auto answer = work.ask("s3", "GetObject", region, {{"Bucket", names.bucket(region)}, {"Key", key}});
  if (!answer && answer.error().kind == aws::FailureKind::missing) return std::optional<std::string>();
  if (!answer) return std::unexpected(error_of(answer.error()));
  return std::optional(answer->value("Body", ""));
}

base::Status write_object(const Work& work, const Names& names, const base::RegionName& region, const std::string& key,
                          std::string_view content, base::Milliseconds limit) {
  const auto whole = std::min(work.left(), limit * 2);
  const auto answer = work.client().call(
      "s3", "PutObject", region.value,
      {{"Bucket", names.bucket(region)}, {"Key", key}, {"Body", content}, {"ExpectedBucketOwner", names.account()}},
      {.whole = whole, .attempt = std::min(limit, whole)});
  if (!answer) return std::unexpected(error_of(answer.error()));
  return {};
}

}  // namespace lifeboat::aws_world
