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

/// How long versions that were replaced can be looked at.
constexpr int kept_days = 30;

base::Status create(const Work& work, const std::string& bucket, const base::RegionName& region) {
  Json input{{"Bucket", bucket}};
  if (region.value != first_region) input["CreateBucketConfiguration"] = {{"LocationConstraint", region.value}};
  // S3 does one thing at a time with a name, and for a while after a deletion nothing at all.
  const auto look = [&](std::string& seen) -> base::Result<bool> {
    const auto made = work.ask("s3", "CreateBucket", region, input);
    if (made || made.error().code == "BucketAlreadyOwnedByYou") return true;
    seen = made.error().message;
    if (made.error().code == "OperationAborted") return false;
    if (made.error().code != "BucketAlreadyExists") return std::unexpected(error_of(made.error()));
    return base::fail(ErrorCode::aws_refused,
                      fmt::format("{}: the bucket {} belongs to another account", region.value, bucket),
                      "The names of buckets are the whole world's: give the stack another name.");
  };
  return work.wait_until(fmt::format("{}: the bucket {}", region.value, bucket), look);
}

/// A bucket that was just made is not known everywhere in S3 yet.
base::Status configure(const Work& work, const char* operation, const base::RegionName& region, const Json& input) {
  const auto look = [&](std::string& seen) -> base::Result<bool> {
    const auto done = work.ask("s3", operation, region, input);
    if (done) return true;
    seen = done.error().message;
    if (done.error().code == "NoSuchBucket" || done.error().code == "OperationAborted") return false;
    return std::unexpected(error_of(done.error()));
  };
  return work.wait_until(fmt::format("{}: {}", region.value, operation), look);
}

/// Deletes what one page lists; false when the bucket is empty.
base::Result<bool> delete_page(const Work& work, const Names& names, const base::RegionName& region) {
  const auto bucket = names.bucket(region);
  const Json place{{"Bucket", bucket}, {"ExpectedBucketOwner", names.account()}};
  const auto page = work.call("s3", "ListObjectVersions", region, place);
  if (!page) return std::unexpected(page.error());
  auto objects = Json::array();
  for (const auto* list : {"Versions", "DeleteMarkers"}) {
    for (const auto& one : page->value(list, Json::array())) {
      objects.push_back({{"Key", one.value("Key", "")}, {"VersionId", one.value("VersionId", "")}});
    }
  }
  if (objects.empty()) return false;
  auto which = place;
  which["Delete"] = {{"Objects", std::move(objects)}, {"Quiet", true}};
  const auto gone = work.call("s3", "DeleteObjects", region, which);
  if (!gone) return std::unexpected(gone.error());
  const auto errors = gone->value("Errors", Json::array());
  if (errors.empty()) return true;
  return base::fail(ErrorCode::aws_denied,
                    fmt::format("{}: {} of {} cannot be deleted: {}", region.value, errors.front().value("Key", ""),
                                bucket, errors.front().value("Message", "")));
}

}  // namespace

base::Status make_bucket(const Work& work, const Names& names, const base::RegionName& region) {
  if (auto made = create(work, names.bucket(region), region); !made) return made;
  const auto set = [&](const char* operation, const char* document, Json value) {
    return configure(
        work, operation, region,
        {{"Bucket", names.bucket(region)}, {"ExpectedBucketOwner", names.account()}, {document, std::move(value)}});
  };
  auto done = set("PutPublicAccessBlock", "PublicAccessBlockConfiguration",
                  {{"BlockPublicAcls", true},
                   {"IgnorePublicAcls", true},
                   {"BlockPublicPolicy", true},
                   {"RestrictPublicBuckets", true}});
  if (done) done = set("PutBucketVersioning", "VersioningConfiguration", {{"Status", "Enabled"}});
  if (done) {
    done = set("PutBucketEncryption", "ServerSideEncryptionConfiguration",
               {{"Rules", {{{"ApplyServerSideEncryptionByDefault", {{"SSEAlgorithm", "AES256"}}}}}}});
  }
  // Every renewal of the seat and every record of the journal leaves a version behind.
  if (done) {
    done = set("PutBucketLifecycleConfiguration", "LifecycleConfiguration",
               {{"Rules",
                 {{{"ID", "lifeboat-replaced-versions"},
                   {"Status", "Enabled"},
                   {"Filter", {{"Prefix", ""}}},
                   {"NoncurrentVersionExpiration", {{"NoncurrentDays", kept_days}}}}}}});
  }
  return done;
}

base::Status delete_bucket(const Work& work, const Names& names, const base::RegionName& region) {
  const auto bucket = names.bucket(region);
  while (!work.is_over()) {
    const auto more = delete_page(work, names, region);
    if (!more && more.error().code == ErrorCode::aws_missing) return {};
    if (!more) return std::unexpected(more.error());
    if (*more) continue;
    const auto gone =
        work.ask("s3", "DeleteBucket", region, {{"Bucket", bucket}, {"ExpectedBucketOwner", names.account()}});
    if (gone || gone.error().kind == aws::FailureKind::missing) return {};
    // Somebody who does not know that it ends has written meanwhile.
    if (gone.error().code == "BucketNotEmpty") continue;
    return std::unexpected(error_of(gone.error()));
  }
  return base::fail(ErrorCode::wait_expired, fmt::format("{}: {} could not be emptied in time", region.value, bucket));
}

base::Result<std::optional<std::string>> read_object(const Work& work, const Names& names,
                                                     const base::RegionName& region, const std::string& key) {
  const auto answer =
      work.ask("s3", "GetObject", region,
               {{"Bucket", names.bucket(region)}, {"Key", key}, {"ExpectedBucketOwner", names.account()}});
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
