#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "aws/credential_source.h"
#include "aws/endpoint.h"
#include "aws/json.h"
#include "aws/operation.h"
#include "aws/retry.h"
#include "aws/sign.h"
#include "aws/transport.h"
#include "ports/chance.h"
#include "ports/clock.h"
#include "ports/pause.h"

namespace lifeboat::aws {

/// What a client needs of the world; all of it outlives the client.
struct ClientPorts {
  Transport& transport;
  CredentialSource& credentials;
  const ports::Clock& clock;
  ports::Pause& pause;
  ports::Chance& chance;
  Environment environment;
};

struct CallLimits {
  base::Milliseconds whole{60'000};    ///< All attempts and the waits between them.
  base::Milliseconds attempt{20'000};  ///< One attempt.
  base::Milliseconds connect{5'000};   ///< Its connection.
  /// Nothing goes on beyond it, whatever the limits above say: what bounds a list with all its pages.
  std::optional<base::Instant> deadline{};
  /// In place of `whole`, where the service did not answer in this region when it was asked last, less than a minute
  /// ago: of a region that is lost not every question has to find that out anew. Left out, nothing changes.
  std::optional<base::Milliseconds> whole_after_silence{};
};

/// When services were silent last, region by region. Callable from any thread.
class Silences {
 public:
  void note(const std::string& service, const std::string& region, bool is_silent, base::Instant now);
  bool was_silent(const std::string& service, const std::string& region, base::Instant now) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, base::Instant> since_;
};

/// Carries out operations of the table, in any region. Callable from any thread.
///
/// An attempt that failed is repeated where that can help and does no harm: always when nothing was done, and otherwise
/// only for operations that may be repeated. A clock that is wrong by more than AWS permits is corrected by the
/// service's Date header, for this client. Nothing is logged.
class Client {
 public:
  explicit Client(ClientPorts ports, RetryPolicy policy = {}) : ports_(std::move(ports)), policy_(policy) {}

  Answer call(std::string_view service, std::string_view operation, std::string_view region, const Json& input,
              const CallLimits& limits = {});

  /// The same; `answered_at` is the moment of the answer by the service's own clock, from its Date header: nothing
  /// where it has none or there was no answer.
  Answer call_dated(std::string_view service, std::string_view operation, std::string_view region, const Json& input,
                    const CallLimits& limits, std::optional<base::WallTime>& answered_at);

  /// Every page, joined: the first page's answer with the whole list in it. The limits are each page's, the deadline is
  /// that of all. A list that does not end (a token that comes again, or more than 1000 pages) is unreadable.
  Answer call_all(std::string_view service, std::string_view operation, std::string_view region, const Json& input,
                  const CallLimits& limits = {});

  /// A URL that carries out an operation of a Query service for whoever has it; it is a secret. `extra` are further
  /// fields and `headers` those that its user has to send. Errors: aws_refused, aws_no_credentials, bad_flag.
  base::Result<std::string> presigned_url(std::string_view service, std::string_view operation, std::string_view region,
                                          const Json& input, std::chrono::seconds valid_for, const Fields& extra = {},
                                          const Fields& headers = {});

  /// What is left of a region's budget for retries.
  int retries_left(const std::string& region) { return budgets_.of(region).left(); }

 private:
  class Conversation;

  ClientPorts ports_;
  RetryPolicy policy_;
  RetryBudgets budgets_;
  Silences silences_;
  std::atomic<std::int64_t> skew_ms_ = 0;  ///< The services' clock less ours.
};

}  // namespace lifeboat::aws
