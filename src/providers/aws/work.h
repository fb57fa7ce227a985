#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "aws/client.h"
#include "aws/json.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "ports/clock.h"
#include "ports/pause.h"

namespace lifeboat::aws_world {

/// What work of any kind is done with; all of it outlives the work. `say` is told what goes on, from any thread.
struct WorkPorts {
  aws::Client& client;
  const ports::Clock& clock;
  ports::Pause& pause;
  base::Milliseconds poll_interval{5'000};
  std::function<void(const std::string&)> say{};
};

/// One piece of work with a deadline: how it asks AWS, and how it waits. One thread each.
class Work {
 public:
  Work(const WorkPorts& ports, base::Instant deadline) : ports_(ports), deadline_(deadline) {}

  base::Instant deadline() const { return deadline_; }
  /// At least 1 ms, so that a limit made of it is one.
  base::Milliseconds left() const;
  bool is_over() const { return ports_.clock.now() >= deadline_; }
  const ports::Clock& clock() const { return ports_.clock; }
  aws::Client& client() const { return ports_.client; }
  /// The same ports with a deadline that is not later than this one's.
  Work within(base::Milliseconds limit) const;

  /// One operation within what is left, at most half a minute. The failure in full, for who must know whether it was
  /// done.
  aws::Answer ask(std::string_view service, std::string_view operation, const base::RegionName& region,
                  const aws::Json& input) const;
  /// The same as an error. An AWS that gives no answer (unreachable, late, 5xx, throttled) is region_unreachable.
  base::Result<aws::Json> call(std::string_view service, std::string_view operation, const base::RegionName& region,
                               const aws::Json& input) const;
  /// All pages.
  base::Result<aws::Json> call_all(std::string_view service, std::string_view operation, const base::RegionName& region,
                                   const aws::Json& input) const;

  /// Asks `look` until it says true, once an interval. `seen` is what it saw, for the message and for people. An error
  /// of kind unavailable or timeout is looked past, `patience` times in a row; every other one ends the wait.
  /// wait_expired, naming the condition and what was seen last, when the deadline passes; aborted when everything
  /// stops.
  using Look = std::function<base::Result<bool>(std::string& seen)>;
  base::Status wait_until(const std::string& condition, const Look& look, int patience = 5) const;

  void say(const std::string& sentence) const;

 private:
  aws::CallLimits limits() const;

  WorkPorts ports_;
  base::Instant deadline_;
};

/// The failure as an error; an AWS that gives no answer is region_unreachable.
base::Error error_of(const aws::Failure& failure);

}  // namespace lifeboat::aws_world
