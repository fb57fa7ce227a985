#pragma once

#include <chrono>
#include <string>

#include "aws/request.h"
#include "aws/secret.h"
#include "base/units.h"

namespace lifeboat::aws {

/// What a signature is good for: one service in one region.
struct SigningScope {
  std::string region;
  std::string service;  ///< The signing name: "rds", "elasticloadbalancing", "s3", …

  /// S3 signs the path as it is sent, also its dots and double slashes, wants the body's hash in a header and takes
  /// presigned requests without one. Everyone else signs the tidied path, encoded once more.
  bool is_s3() const { return service == "s3"; }
};

/// AWS Signature Version 4 in headers: adds X-Amz-Date, Authorization, with a session token X-Amz-Security-Token, and
/// for S3 X-Amz-Content-Sha256. Signing again replaces what an earlier signing added. Pure: the same inputs give the
/// same bytes.
void sign(Request& request, const Credentials& credentials, const SigningScope& scope, base::WallTime now);

/// The same in the query, as a URL that anyone who has it can use until `now + valid_for`. The request's headers are
/// signed too: whoever uses the URL sends them.
std::string presign(Request request, const Credentials& credentials, const SigningScope& scope, base::WallTime now,
                    std::chrono::seconds valid_for);

/// The text whose hash is signed; public so that a refused signature can be compared line by line with the one that AWS
/// names in its answer. It holds no secret but, in a presigned query, the session token.
std::string canonical_request(const Request& request, const SigningScope& scope, std::string_view payload_hash);

}  // namespace lifeboat::aws
