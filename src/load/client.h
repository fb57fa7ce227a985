#pragma once

#include <boost/asio/io_context.hpp>
#include <deque>
#include <random>

#include "load/connection.h"
#include "load/front_door.h"
#include "load/load.h"
#include "load/record_file.h"

namespace lifeboat::load {

/// One run: a dispatcher that makes requests due at the rate, and `writers` coroutines that carry them out, all on one
/// thread.
class Client {
 public:
  Client(const LoadOptions& options, const std::atomic<bool>& stop, const OnProgress& on_progress);

  base::Result<Summary> run();

 private:
  struct Due {
    RequestRecord record;
    std::chrono::steady_clock::time_point at;
  };
  template <class T>
  using Task = boost::asio::awaitable<T>;

  Task<void> whole_run();
  Task<base::Result<std::string>> register_user();
  Task<void> dispatch();
  Task<void> work();
  Task<void> watch();
  /// Sends one request and fills in its record.
  Task<void> carry_out(Connection& connection, Due& due);
  Task<base::Result<HttpResponse>> send(Connection& connection, HttpRequest request,
                                        std::chrono::steady_clock::time_point deadline);
  HttpRequest request_for(const RequestRecord& record) const;
  RequestRecord next_record(std::chrono::steady_clock::time_point at);
  void finish(RequestRecord& record);
  void fail(base::Error error);
  void publish();
  std::int64_t unix_us(std::chrono::steady_clock::time_point moment) const;
  bool stopping() const { return stop_.load() || error_.has_value(); }

  const LoadOptions& options_;
  const std::atomic<bool>& stop_;
  const OnProgress& on_progress_;
  boost::asio::io_context context_{1};
  FrontDoor front_door_;
  RecordFile file_;
  boost::asio::steady_timer work_ready_;  ///< Never expires; cancelled to wake workers.
  std::deque<Due> due_;
  bool dispatching_ = true;
  std::size_t working_ = 0;
  std::string token_;
  std::deque<RequestRecord> own_;  ///< Acknowledged writes, to read back; at most `own_limit`.
  std::minstd_rand random_;        ///< Only chooses what to read; seeded by the run's id.
  std::uint64_t count_ = 0;
  Summary summary_;
  std::optional<base::Error> error_;
  std::chrono::steady_clock::time_point begun_at_;
  std::int64_t begun_at_us_ =
      0;  ///< The wall time of begun_at_; all moments follow from it, so that they never go back.
};

}  // namespace lifeboat::load
