#include "providers/aws/fake_s3.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <pugixml.hpp>
#include <sstream>
#include <utility>

#include "aws/digest.h"
#include "aws/recording_transport.h"

namespace lifeboat::aws_world::testing {
namespace {

std::string http_date(base::WallTime time) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", std::chrono::floor<std::chrono::seconds>(time));
}

std::string decoded(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '%' && at + 2 < text.size()) {
      plain += static_cast<char>(std::stoi(std::string(text.substr(at + 1, 2)), nullptr, 16));
      at += 2;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

/// "bucket.s3.us-east-2.amazonaws.com" and "/key".
S3Request parsed(const aws::Request& request) {
  const auto first = request.host.find('.');
  const auto rest = request.host.substr(first + 4);
  return {.method = request.method,
          .bucket = request.host.substr(0, first),
          .region = rest.substr(0, rest.find('.')),
          .key = decoded(request.path.substr(1)),
          .whole = request};
}

bool asks(const S3Request& request, std::string_view what) {
  return std::ranges::any_of(request.whole.query, [&](const auto& pair) { return pair.first == what; });
}

std::string query(const S3Request& request, std::string_view what) {
  const auto found = std::ranges::find(request.whole.query, what, [](const auto& pair) { return pair.first; });
  return found == request.whole.query.end() ? "" : found->second;
}

std::unexpected<aws::ExchangeFailure> no_answer(aws::FailureKind kind, const char* message) {
  return std::unexpected(aws::ExchangeFailure{kind, message});
}

}  // namespace

FakeS3::Answer FakeS3::reply(int status, std::string body, aws::Fields headers) const {
  headers.emplace_back("Date", http_date(base::WallTime(std::chrono::seconds(now_s.load()))));
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

FakeS3::Answer FakeS3::refuse(int status, const std::string& code) const {
  return reply(status, fmt::format("<Error><Code>{}</Code><Message>simulated</Message></Error>", code));
}

std::expected<aws::HttpAnswer, aws::ExchangeFailure> FakeS3::send(const aws::Request& request,
                                                                  const aws::ExchangeLimits& /*limits*/) {
  aws::testing::record(request);
  const std::lock_guard lock(mutex_);
  ++requests;
  const auto asked = parsed(request);
  const auto what = fault ? fault(asked) : Fault::none;
  if (what == Fault::unreachable) return no_answer(aws::FailureKind::unreachable, "simulated: no connection");
  const auto waiting = std::exchange(late_[asked.bucket], {});
  std::optional<Answer> answer;
  if (what == Fault::none || what == Fault::lost_answer) answer = carry_out(asked);
  for (const auto& late : waiting) std::ignore = carry_out(parsed(late));
  switch (what) {
    case Fault::throttled:
      return refuse(503, "SlowDown");
    case Fault::server_fault:
      return refuse(500, "InternalError");
    case Fault::conflict:
      return refuse(409, "ConditionalRequestConflict");
    case Fault::denied:
      return refuse(403, "AccessDenied");
    case Fault::no_bucket:
      return refuse(404, "NoSuchBucket");
    case Fault::late:
      late_[asked.bucket].push_back(request);
      break;
    case Fault::none:
      return *std::move(answer);
    case Fault::unreachable:
    case Fault::lost_request:
    case Fault::lost_answer:
      break;
  }
  return no_answer(aws::FailureKind::timeout, "simulated: no answer");
}

FakeS3::Answer FakeS3::carry_out(const S3Request& request) {
  if (request.key.empty() && request.method == "PUT" && request.whole.query.empty()) return create_bucket(request);
  const auto found = buckets_.find(request.bucket);
  if (found == buckets_.end()) return request.method == "HEAD" ? reply(404) : refuse(404, "NoSuchBucket");
  auto& bucket = found->second;
  if (bucket.region != request.region) return refuse(301, "PermanentRedirect");
  const auto owner = request.whole.header("x-amz-expected-bucket-owner");
  if (!owner.empty() && owner != bucket.owner) return refuse(403, "AccessDenied");
  return request.key.empty() ? of_bucket(request) : of_object(request, bucket);
}

FakeS3::Answer FakeS3::create_bucket(const S3Request& request) {
  const bool names_region = request.whole.body.contains("<LocationConstraint>" + request.region);
  if (names_region == (request.region == "us-east-1")) return refuse(400, "IllegalLocationConstraintException");
  const auto found = buckets_.find(request.bucket);
  if (found == buckets_.end()) {
    buckets_[request.bucket] = {.region = request.region, .owner = "123456789012"};
    return reply(200);
  }
  return refuse(409, found->second.owner == "123456789012" ? "BucketAlreadyOwnedByYou" : "BucketAlreadyExists");
}

FakeS3::Answer FakeS3::of_bucket(const S3Request& request) {
  auto& bucket = buckets_.at(request.bucket);
  if (request.method == "HEAD") return reply(200, "", {{"x-amz-bucket-region", bucket.region}});
  if (request.method == "GET") return asks(request, "versions") ? list_versions(bucket) : list(request, bucket);
  if (request.method == "POST") return delete_versions(request, bucket);
  if (request.method == "PUT") {
    bucket.settings[request.whole.query.front().first] = request.whole.body;
    return reply(200);
  }
  if (!bucket.objects.empty() || !bucket.versions.empty()) return refuse(409, "BucketNotEmpty");
  buckets_.erase(request.bucket);
  return reply(204);
}

FakeS3::Answer FakeS3::of_object(const S3Request& request, Bucket& bucket) {
  if (request.method == "PUT") return put_object(request, bucket);
  const auto found = bucket.objects.find(request.key);
  if (found == bucket.objects.end()) return refuse(404, "NoSuchKey");
  const auto& object = found->second;
  return reply(200, object.body, {{"ETag", object.etag}, {"Last-Modified", http_date(object.modified_at)}});
}

FakeS3::Answer FakeS3::put_object(const S3Request& request, Bucket& bucket) {
  const auto found = bucket.objects.find(request.key);
  const auto if_match = request.whole.header("If-Match");
  const bool exists = found != bucket.objects.end();
  if (!if_match.empty() && !exists) return refuse(404, "NoSuchKey");
  if (!if_match.empty() && found->second.etag != if_match) return refuse(412, "PreconditionFailed");
  if (request.whole.header("If-None-Match") == "*" && exists) return refuse(412, "PreconditionFailed");
  bytes_put += request.whole.body.size();
  store(bucket, request.key, request.whole.body);
  return reply(200, "", {{"ETag", bucket.objects.at(request.key).etag}});
}

void FakeS3::store(Bucket& bucket, const std::string& key, const std::string& body) {
  bucket.objects[key] = {.body = body,
                         .etag = fmt::format("\"{}\"", aws::sha256_hex(body).substr(0, 32)),
                         .modified_at = base::WallTime(std::chrono::seconds(now_s.load()))};
  bucket.versions.push_back({key, fmt::format("v{}", ++versions_)});
}

FakeS3::Answer FakeS3::list(const S3Request& request, const Bucket& bucket) const {
  std::string text = "<ListBucketResult>";
  std::size_t count = 0;
  std::string last;
  for (const auto& [key, object] : bucket.objects) {
    if (!key.starts_with(query(request, "prefix")) || key <= query(request, "continuation-token")) continue;
    if (count++ == page_size) {
      text += fmt::format("<NextContinuationToken>{}</NextContinuationToken>", last);
      break;
    }
    text += fmt::format("<Contents><Key>{}</Key></Contents>", last = key);
  }
  return reply(200, text + "</ListBucketResult>");
}

FakeS3::Answer FakeS3::list_versions(const Bucket& bucket) const {
  std::string text = "<ListVersionsResult>";
  for (const auto& version : std::span(bucket.versions).first(std::min(page_size, bucket.versions.size()))) {
    const auto* element = version.is_marker ? "DeleteMarker" : "Version";
    text += fmt::format("<{0}><Key>{1}</Key><VersionId>{2}</VersionId></{0}>", element, version.key, version.id);
  }
  return reply(200, text + "</ListVersionsResult>");
}

FakeS3::Answer FakeS3::delete_versions(const S3Request& request, Bucket& bucket) {
  if (request.whole.header("x-amz-checksum-sha256") != aws::sha256_base64(request.whole.body))
    return refuse(400, "InvalidRequest");
  pugi::xml_document document;
  document.load_string(request.whole.body.c_str());
  for (const auto& object : document.child("Delete").children("Object")) {
    std::erase_if(bucket.versions, [&](const Version& version) {
      return version.key == object.child_value("Key") && version.id == object.child_value("VersionId");
    });
  }
  std::erase_if(bucket.objects, [&](const auto& object) {
    return std::ranges::find(bucket.versions, object.first, &Version::key) == bucket.versions.end();
  });
  return reply(200, "<DeleteResult/>");
}

void FakeS3::add_bucket(const std::string& name, const std::string& region, const std::string& owner) {
  const std::lock_guard lock(mutex_);
  buckets_[name] = {.region = region, .owner = owner};
}

std::optional<FakeS3::Bucket> FakeS3::bucket(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  const auto found = buckets_.find(name);
  return found == buckets_.end() ? std::nullopt : std::optional(found->second);
}

std::optional<std::string> FakeS3::body(const std::string& bucket, const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto& objects = buckets_.at(bucket).objects;
  const auto found = objects.find(key);
  return found == objects.end() ? std::nullopt : std::optional(found->second.body);
}

void FakeS3::put(const std::string& bucket, const std::string& key, const std::string& body) {
  const std::lock_guard lock(mutex_);
  store(buckets_.at(bucket), key, body);
}

void FakeS3::erase(const std::string& bucket, const std::string& key) {
  const std::lock_guard lock(mutex_);
  buckets_.at(bucket).objects.erase(key);
}

FakeAccount::FakeAccount(aws::Transport& transport)
    : credentials({.access_key_id = "KEY", .secret_access_key = aws::Secret("secret"), .session_token = {}}),
      client({transport, credentials, time, time, time, [](const std::string&) { return std::string(); }}) {}

model::Stack test_stack() {
  model::Stack stack;
  stack.name = "shop";
  stack.world = model::World::aws;
  stack.home.name = {"us-east-2"};
  stack.standby.name = {"us-west-1"};
  return stack;
}

Names test_names() {
  return {test_stack(), "123456789012"};
}

std::string bucket_in(const std::string& region) {
  return test_names().bucket({region});
}

void add_buckets(FakeS3& s3) {
  for (const auto& region : {home, standby}) s3.add_bucket(bucket_in(region), region, "123456789012");
}

}  // namespace lifeboat::aws_world::testing
