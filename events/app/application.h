#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

#include "events/app/readiness.h"
#include "events/core/config.h"
#include "events/core/http_types.h"
#include "events/core/metrics.h"
#include "events/core/router.h"
#include "events/core/validation.h"
#include "events/postgres/pool.h"

namespace lifeboat::events {

/// The API: authenticates, routes, asks the database, words the answer. One per thread; what it refers to outlives it.
class Application {
 public:
  struct Parts {
    const Config& config;
    Pool& pool;
    const Readiness& readiness;
    Metrics& metrics;
    std::function<std::size_t()> client_connections;
    std::function<bool()> stopping;
  };

  explicit Application(Parts parts) : parts_(std::move(parts)) {}

  /// Answers, counts and logs one request. Never throws: a defect is a 500. The request must outlive the wait.
  boost::asio::awaitable<Response> handle(const Request& request);

 private:
  using Answer = boost::asio::awaitable<Response>;

  Answer answer(const Request& request, const Match& match);
  Answer dispatch(const Request& request, const Match& match);
  /// Nothing when the request may go on; otherwise the 401 or 503 to answer.
  boost::asio::awaitable<std::optional<Response>> authenticate(const Request& request);

  Answer init(const Request& request);
  Answer register_user(const Request& request);
  Answer insert_user(const Fields& fields, bool tables_may_be_missing);
  Answer explain_conflict(const Fields& fields);
  Answer list_events(const Request& request);
  Answer create_event(const Request& request);
  Answer insert_event(const Fields& fields);
  Answer get_event(const Match& match);
  Answer patch_event(const Request& request, const Match& match);
  Answer delete_event(const Match& match);
  Answer marker(const Request& request);
  Response ready() const;
  Response version() const;
  Response metrics_text() const;

  boost::asio::awaitable<DbResult<Rows>> create_tables();
  /// The 503 (or 500) for a statement that failed; counts outcomes that are unknown.
  Response database_failure(const DbFailure& failure, Access access);

  Parts parts_;
};

}  // namespace lifeboat::events
