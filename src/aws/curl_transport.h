#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "aws/transport.h"

namespace lifeboat::aws {

/// libcurl: HTTP/1.1 with TLS, whose certificates are always verified. The path goes over the wire as it was signed.
/// Proxies are those of the usual environment variables, but never for an address of this machine or of its link, where
/// roles' credentials come from. Callable from any thread.
class CurlTransport : public Transport {
 public:
  /// `certificates`: a file of certificate authorities in place of the system's (AWS_CA_BUNDLE); empty: the system's.
  explicit CurlTransport(std::string certificates = {});
  ~CurlTransport() override;

  std::expected<HttpAnswer, ExchangeFailure> send(const Request& request, const ExchangeLimits& limits) override;
  /// Ends what is under way within a second or so, and every request that follows at once, until it is called with
  /// false: whoever stops does not wait for a region that does not answer.
  void interrupt(bool ends) { is_interrupted_ = ends; }

 private:
  struct Handle;
  std::unique_ptr<Handle> take_handle();
  void give_back(std::unique_ptr<Handle> handle);

  std::string certificates_;
  std::atomic<bool> is_interrupted_ = false;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Handle>> idle_;  ///< Each keeps its connections.
};

}  // namespace lifeboat::aws
