#include "aws/failure.h"

#include <fmt/format.h>

#include <array>

namespace lifeboat::aws {
namespace {

struct Row {
  FailureKind kind;
  std::string_view name;
  bool was_not_done;
  base::ErrorCode code;
  std::string_view help;
};

constexpr std::string_view look_and_repeat =
    "Look at the resource's state before you ask again: it may have been done.";

constexpr std::array rows{
    Row{FailureKind::bad_request, "bad_request", true, base::ErrorCode::aws_refused,
        "Please report this: Lifeboat made a request that cannot be."},
    Row{FailureKind::no_credentials, "no_credentials", true, base::ErrorCode::aws_no_credentials,
        "Set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is provided; docs/aws.md "
        "lists all ways."},
    Row{FailureKind::unreachable, "unreachable", true, base::ErrorCode::aws_failed,
        "Check the network, the proxy and AWS_ENDPOINT_URL."},
    Row{FailureKind::timeout, "timeout", false, base::ErrorCode::aws_timeout, look_and_repeat},
    Row{FailureKind::cut_off, "cut_off", false, base::ErrorCode::aws_failed, look_and_repeat},
    Row{FailureKind::throttled, "throttled", true, base::ErrorCode::aws_throttled,
        "Try again in a minute; AWS limits how often an account may ask."},
    Row{FailureKind::server_fault, "server_fault", false, base::ErrorCode::aws_failed,
        "See https://health.aws.amazon.com for the service in this region, then try again."},
    Row{FailureKind::clock_skewed, "clock_skewed", true, base::ErrorCode::aws_denied, "Set this machine's clock."},
    Row{FailureKind::expired, "expired", true, base::ErrorCode::aws_denied,
        "Log in again, or renew the temporary credentials."},
    Row{FailureKind::denied, "denied", true, base::ErrorCode::aws_denied,
        "Compare 'aws sts get-caller-identity' with the identity that should do this, and its policy with the "
        "operation."},
    Row{FailureKind::missing, "missing", true, base::ErrorCode::aws_missing, "Check the name and the region."},
    Row{FailureKind::refused, "refused", true, base::ErrorCode::aws_refused, "Correct what the message names."},
    Row{FailureKind::unreadable, "unreadable", false, base::ErrorCode::aws_failed,
        "Something other than the service answered: check the proxy and AWS_ENDPOINT_URL."},
};

const Row& row_of(FailureKind kind) {
  return rows.at(static_cast<std::size_t>(kind));
}

}  // namespace

bool Failure::was_not_done() const {
  return row_of(kind).was_not_done;
}

base::Error Failure::error() const {
  std::string facts;
  const auto add = [&facts](const std::string& fact) { facts += (facts.empty() ? "" : ", ") + fact; };
  if (!code.empty()) add(code);
  if (http_status != 0) add(fmt::format("HTTP {}", http_status));
  if (!request_id.empty()) add("request " + request_id);
  if (attempts > 1) add(fmt::format("{} attempts", attempts));
  return {
      .code = row_of(kind).code,
      .message = fmt::format("{}: {} {}: {}{}", region.empty() ? "global" : region, service, operation,
                             message.empty() ? row_of(kind).name : message, facts.empty() ? "" : " [" + facts + "]"),
      .help = std::string(row_of(kind).help)};
}

std::string_view to_string(FailureKind kind) {
  return row_of(kind).name;
}

}  // namespace lifeboat::aws
