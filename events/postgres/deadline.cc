#include "events/postgres/deadline.h"

#include <boost/asio/steady_timer.hpp>

namespace lifeboat::events {

struct Deadline::State {
  State(const boost::asio::any_io_executor& executor, TimePoint at, std::function<void()> on_expiry)
      : timer(executor, at), expire(std::move(on_expiry)) {}

  boost::asio::steady_timer timer;
  std::function<void()> expire;
  bool live = true;
  bool expired = false;
};

Deadline::Deadline(const boost::asio::any_io_executor& executor, TimePoint at, std::function<void()> expire)
    : state_(std::make_shared<State>(executor, at, std::move(expire))) {
  // The handler may already be queued when the timer is cancelled, so it asks `live` as well.
  state_->timer.async_wait([state = state_](const boost::system::error_code& error) {
    if (error || !state->live) return;
    state->expired = true;
    state->expire();
  });
}

Deadline::~Deadline() {
  state_->live = false;
  state_->timer.cancel();
}

bool Deadline::expired() const {
  return state_->expired;
}

}  // namespace lifeboat::events
