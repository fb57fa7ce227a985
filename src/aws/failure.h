#pragma once

#include <expected>
#include <string>

#include "aws/json.h"
#include "base/error.h"

namespace lifeboat::aws {

/// What a caller can do about it.
enum class FailureKind {
  bad_request,     ///< We were asked for what the table or the service does not have; nothing was sent.
  no_credentials,  ///< Nobody to sign as; nothing was sent.
  unreachable,     ///< No connection; nothing was sent.
  timeout,         ///< No answer in time; whether it was done is unknown.
  cut_off,         ///< The connection ended before the answer did; whether it was done is unknown.
  throttled,       ///< Asked too often; it was not done.
  server_fault,    ///< The service is in trouble (5xx); whether it was done is unknown.
  clock_skewed,    ///< The signature's time was too far from the service's; it was not done.
  expired,         ///< The credentials have expired; it was not done.
  denied,          ///< Not allowed, or the credentials are wrong; it was not done.
  missing,         ///< What was named does not exist.
  refused,         ///< Any other refusal by the service; `code` says which.
  unreadable,      ///< A success whose content is not what the service answers.
};

/// What became of a call that gave no answer, in full: the code decides what to do, the request's id is what AWS's
/// support asks for. It holds no secret.
struct Failure {
  FailureKind kind = FailureKind::refused;
  std::string service = {};
  std::string operation = {};
  std::string region = {};
  int http_status = 0;       ///< 0: no answer.
  std::string code = {};     ///< AWS's own: "DBInstanceNotFound"; empty where there is none.
  std::string message = {};  ///< AWS's own words, or ours where AWS said nothing.
  std::string request_id = {};
  int attempts = 1;

  /// True when the service certainly did nothing, so that even what may not be repeated may be asked again.
  bool was_not_done() const;
  /// For those who know nothing of AWS: where, what, why, and what to do next.
  base::Error error() const;
};

/// One of the operation's answers, or why there is none.
using Answer = std::expected<Json, Failure>;

std::string_view to_string(FailureKind kind);

}  // namespace lifeboat::aws
