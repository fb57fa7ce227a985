#include "providers/aws/state_bucket.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "aws/time_text.h"

namespace lifeboat::aws_world {
namespace {

using aws::Failure;
using aws::FailureKind;
using aws::Json;

constexpr base::Milliseconds longest_connect{2'000};
constexpr base::Milliseconds after_silence{2'000};

std::optional<base::WallTime> time_at(const Json& answer, const char* name) {
  const auto found = answer.find(name);
  return found == answer.end() ? std::nullopt : aws::from_rfc3339(found->get_ref<const std::string&>());
}

/// Somebody else's bytes are there, or are being written at this moment; or what should be there is not.
bool condition_failed(const Failure& failure) {
  return failure.code == "PreconditionFailed" || failure.code == "ConditionalRequestConflict" ||
         failure.code == "NoSuchKey" || failure.http_status == 412;
}

}  // namespace

aws::CallLimits bucket_limits(base::Milliseconds limit) {
  const auto positive = std::max(limit, base::Milliseconds(1));
  return {.whole = positive,
          .attempt = positive,
          .connect = std::min(positive, longest_connect),
          .whole_after_silence = after_silence};
}

bool is_silence(const Failure& failure) {
  switch (failure.kind) {
    case FailureKind::unreachable:
    case FailureKind::timeout:
    case FailureKind::cut_off:
    case FailureKind::throttled:
    case FailureKind::server_fault:
    case FailureKind::unreadable:
      return true;
    case FailureKind::bad_request:
    case FailureKind::no_credentials:
    case FailureKind::clock_skewed:
    case FailureKind::expired:
    case FailureKind::denied:
    case FailureKind::missing:
    case FailureKind::refused:
      break;
  }
  return false;
}

base::Error bucket_error(const base::RegionName& region, const Failure& failure) {
  auto error = failure.error();
  if (is_silence(failure)) {
    return base::fail(base::ErrorCode::region_unreachable,
                      fmt::format("the bucket of {} does not answer: {}", region.value, error.message))
        .error();
  }
  if (failure.code == "NoSuchBucket") error.help = "Run 'lifeboat up' to make what the region's state is kept in.";
  return error;
}

StateBucket::StateBucket(aws::Client& client, const Names& names, base::RegionName region)
    : client_(client), region_(std::move(region)), bucket_(names.bucket(region_)), account_(names.account()) {}

std::string StateBucket::place(std::string_view key) const {
  return fmt::format("s3://{}/{}", bucket_, key);
}

std::expected<std::optional<StoredObject>, Failure> StateBucket::get(const std::string& key, base::Milliseconds limit) {
  std::optional<StoredObject> object(std::in_place);
  const auto answer = client_.call_dated("s3", "GetObject", region_.value,
                                         {{"Bucket", bucket_}, {"Key", key}, {"ExpectedBucketOwner", account_}},
                                         bucket_limits(limit), object->answered_at);
  if (!answer && answer.error().kind == FailureKind::missing) return std::optional<StoredObject>();
  if (!answer) return std::unexpected(answer.error());
  object->body = answer->at("Body").get<std::string>();
  object->etag = answer->value("ETag", "");
  object->modified_at = time_at(*answer, "LastModified");
  if (!object->etag.empty()) return object;
  return std::unexpected(Failure{.kind = FailureKind::unreadable,
                                 .service = "s3",
                                 .operation = "GetObject",
                                 .region = region_.value,
                                 .message = fmt::format("{} came without an ETag", place(key))});
}

std::expected<std::optional<std::string>, Failure> StateBucket::put(const std::string& key, const std::string& body,
                                                                    const std::string& etag, base::Milliseconds limit) {
  Json input{{"Bucket", bucket_}, {"Key", key}, {"Body", body}, {"ExpectedBucketOwner", account_}};
  input[etag.empty() ? "IfNoneMatch" : "IfMatch"] = etag.empty() ? "*" : etag;
  const auto answer = client_.call("s3", "PutObject", region_.value, input, bucket_limits(limit));
  if (!answer && condition_failed(answer.error())) return std::optional<std::string>();
  if (!answer) return std::unexpected(answer.error());
  // An answer without the new ETag leaves us where a lost answer does: whoever reads again finds out.
  auto written = answer->value("ETag", "");
  return written.empty() ? std::optional<std::string>() : std::optional(std::move(written));
}

}  // namespace lifeboat::aws_world
