#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "aws/answer.h"

namespace lifeboat::aws {
namespace {

// LimitExceeded is not among them: with CloudFormation, EKS and Route 53 it is a quota, and waiting does not help.
constexpr std::array<std::string_view, 12> throttling{
    "Throttling",       "ThrottlingException",      "ThrottledException",    "RequestThrottledException",
    "RequestThrottled", "TooManyRequestsException", "RequestLimitExceeded",  "BandwidthLimitExceeded",
    "SlowDown",         "PriorRequestNotComplete",  "EC2ThrottledException", "ProvisionedThroughputExceededException"};
constexpr std::array<std::string_view, 6> troubles{"InternalError",         "InternalFailure",
                                                   "ServiceUnavailable",    "RequestTimeout",
                                                   "IDPCommunicationError", "ServiceUnavailableException"};
constexpr std::array<std::string_view, 3> skews{"RequestTimeTooSkewed", "RequestInTheFuture", "RequestExpired"};
constexpr std::array<std::string_view, 4> expiries{"ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired",
                                                   "ExpiredTokenId"};
constexpr std::array<std::string_view, 13> denials{"AccessDenied",
                                                   "AccessDeniedException",
                                                   "UnauthorizedOperation",
                                                   "AuthFailure",
                                                   "Blocked",
                                                   "InvalidClientTokenId",
                                                   "UnrecognizedClientException",
                                                   "SignatureDoesNotMatch",
                                                   "InvalidSignatureException",
                                                   "InvalidAccessKeyId",
                                                   "MissingAuthenticationToken",
                                                   "OptInRequired",
                                                   "InvalidIdentityToken"};

bool is_one_of(std::span<const std::string_view> codes, std::string_view code) {
  return std::ranges::find(codes, code) != codes.end();
}

/// CloudFormation has one code for everything that it does not like.
bool names_what_is_missing(const Failure& failure) {
  return failure.code.contains("NotFound") || failure.code.starts_with("NoSuch") ||
         failure.code == "ResourceNotFoundException" ||
         (failure.code == "ValidationError" && failure.message.ends_with("does not exist"));
}

FailureKind kind_of(const Failure& failure) {
  if (is_one_of(throttling, failure.code) || failure.http_status == 429) return FailureKind::throttled;
  if (is_one_of(skews, failure.code)) return FailureKind::clock_skewed;
  if (is_one_of(expiries, failure.code)) return FailureKind::expired;
  if (is_one_of(denials, failure.code)) return FailureKind::denied;
  if (is_one_of(troubles, failure.code) || failure.http_status >= 500) return FailureKind::server_fault;
  if (names_what_is_missing(failure) || failure.http_status == 404) return FailureKind::missing;
  return failure.http_status == 401 || failure.http_status == 403 ? FailureKind::denied : FailureKind::refused;
}

/// Query: ErrorResponse/Error; ec2: Response/Errors/Error; S3: Error; Route 53: the same as Query, or its own list.
void read_xml_failure(std::string_view body, Failure& failure) {
  pugi::xml_document document;
  if (!document.load_buffer(body.data(), body.size())) return;
  const auto root = document.document_element();
  auto error = root.child("Error");
  if (!error) error = root.child("Errors").child("Error");
  if (std::string_view(root.name()) == "Error") error = root;
  failure.code = error.child_value("Code");
  failure.message = error.child_value("Message");
  for (const auto* name : {"RequestId", "RequestID"}) {
    if (failure.request_id.empty()) failure.request_id = root.child_value(name);
  }
  if (std::string_view(root.name()) != "InvalidChangeBatch") return;
  failure.code = root.name();
  for (const auto& message : root.child("Messages").children("Message")) {
    failure.message += fmt::format("{}{}", failure.message.empty() ? "" : "; ", message.child_value());
  }
}

std::string text_at(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void read_json_failure(const HttpAnswer& answer, Failure& failure) {
  const auto json = Json::parse(answer.body, nullptr, false);
  failure.code = answer.header("x-amzn-errortype");
  if (json.is_object()) {
    for (const auto* name : {"__type", "code"}) {
      if (failure.code.empty()) failure.code = text_at(json, name);
    }
    for (const auto* name : {"message", "Message", "errorMessage"}) {
      if (failure.message.empty()) failure.message = text_at(json, name);
    }
  }
  // "com.amazonaws.ssm#ParameterNotFound:http://…" means the part between.
  failure.code = failure.code.substr(0, failure.code.find(':'));
  failure.code = failure.code.substr(failure.code.rfind('#') + 1);
}

/// A proxy's page, or nothing at all: its beginning says most.
std::string unknown_message(const HttpAnswer& answer) {
  if (answer.body.empty()) return "an empty answer, as to a request for the head of something or from a proxy";
  std::string beginning;
  for (const char c : answer.body.substr(0, 120)) beginning += c >= ' ' && c < 127 ? c : ' ';
  return fmt::format("an answer that no AWS service gives, beginning: {}", beginning);
}

}  // namespace

Failure read_failure(const HttpAnswer& answer) {
  Failure failure{.http_status = answer.status};
  const auto begin = answer.body.find_first_not_of(" \t\r\n");
  if (begin != std::string::npos && answer.body[begin] == '<') read_xml_failure(answer.body, failure);
  if (failure.code.empty()) read_json_failure(answer, failure);
  if (failure.code.empty()) failure.message = unknown_message(answer);
  failure.kind = kind_of(failure);
  return failure;
}

}  // namespace lifeboat::aws
