#pragma once

#include <expected>
#include <string>

#include "aws/answer.h"
#include "aws/request.h"
#include "base/units.h"

namespace lifeboat::aws {

/// How far one exchange may go.
struct ExchangeLimits {
  base::Milliseconds connect{5'000};
  base::Milliseconds whole{20'000};  ///< From the start to the answer's last byte.
  std::size_t answer_bytes = std::size_t{64} << 20;
  /// Whether a connection of an earlier exchange will do. When it turns out to be closed, the request is sent a second
  /// time, so what may not be done twice needs a connection of its own.
  bool may_reuse_connection = true;
};

/// Why there is no answer, and what that says of the request.
struct ExchangeFailure {
  FailureKind kind = FailureKind::unreachable;  ///< unreachable, timeout or cut_off.
  std::string message;
};

/// One exchange over HTTP; no retries, no redirects. Callable from any thread.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual std::expected<HttpAnswer, ExchangeFailure> send(const Request& request, const ExchangeLimits& limits) = 0;
};

}  // namespace lifeboat::aws
