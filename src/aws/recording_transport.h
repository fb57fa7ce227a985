#pragma once

#include <string>

#include "aws/transport.h"

namespace lifeboat::aws::testing {

/// One request as a line of JSON: method, URL, headers, body, and for whom it was signed ("us-east-2/rds"). Signatures,
/// session tokens, passwords and tokens of a form are not in it.
std::string request_line(const Request& request);

/// Writes the request as a line to a file of its own in the folder that LIFEBOAT_REQUEST_LOG names, for
/// tests/aws/requests_test.py; without that variable it does nothing. For fakes that are a transport themselves.
void record(const Request& request);

/// Passes requests on and records each, so that tests/aws/requests_test.py holds what tests really sent against the
/// services' models. Callable from any thread.
class RecordingTransport : public Transport {
 public:
  /// `inner` outlives it.
  explicit RecordingTransport(Transport& inner) : inner_(inner) {}
  std::expected<HttpAnswer, ExchangeFailure> send(const Request& request, const ExchangeLimits& limits) override;

 private:
  Transport& inner_;
};

}  // namespace lifeboat::aws::testing
