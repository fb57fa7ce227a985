#pragma once

#include "aws/failure.h"
#include "aws/operation.h"
#include "aws/request.h"

namespace lifeboat::aws {

/// What came over the wire.
struct HttpAnswer {
  int status = 0;
  Fields headers = {};
  std::string body = {};

  /// By a name in any case; empty when there is none.
  std::string_view header(std::string_view name) const;
};

/// The answer as the row describes it, or the failure that it tells of. Pure. Whatever a server, a proxy or an attacker
/// sends instead is a failure with a message; members that the row does not name are left out, members that did not
/// come are absent.
Answer read_answer(const Call& call, const HttpAnswer& answer);

/// The parts of `read_answer`, by format; the message says what did not fit.
std::expected<Json, std::string> read_xml(const Call& call, std::string_view body);
std::expected<Json, std::string> read_json(const Shape& shape, std::string_view body);
/// A word of a header as its kind.
std::expected<Json, std::string> read_scalar(Kind kind, const std::string& text);

/// What an answer other than a success says of itself.
Failure read_failure(const HttpAnswer& answer);

}  // namespace lifeboat::aws
