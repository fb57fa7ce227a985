#include "load/front_door.h"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace lifeboat::load {
namespace asio = boost::asio;
namespace {

base::Result<FrontDoor::Endpoint> first_endpoint(const base::Result<NameAnswer>& answer, std::uint16_t port) {
  if (!answer) return std::unexpected(answer.error());
  if (answer->addresses.empty()) return base::fail(base::ErrorCode::dns_failed, "the name has no address");
  boost::system::error_code problem;
  const auto address = asio::ip::make_address(answer->addresses.front(), problem);
  if (problem) return base::fail(base::ErrorCode::dns_failed, "not an address: " + answer->addresses.front());
  return FrontDoor::Endpoint(address, port);
}

}  // namespace

FrontDoor::FrontDoor(asio::any_io_executor executor, const LoadOptions& options)
    : executor_(executor), options_(options), refreshed_(executor) {
  refreshed_.expires_at(asio::steady_timer::time_point::max());
}

asio::awaitable<base::Result<FrontDoor::Endpoint>> FrontDoor::endpoint() {
  if (!refreshing_ && (!answer_ || std::chrono::steady_clock::now() >= valid_until_)) start_look_up();
  if (refreshing_) {
    boost::system::error_code cancelled;
    co_await refreshed_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
  }
  co_return *answer_;
}

void FrontDoor::start_look_up() {
  refreshing_ = true;
  const auto asked_at = std::chrono::steady_clock::now();
  asio::post(look_ups_, [this, asked_at] {
    asio::post(executor_, [this, asked_at, answer = options_.look_up()] { take(answer, asked_at); });
  });
}

void FrontDoor::take(const base::Result<NameAnswer>& answer, std::chrono::steady_clock::time_point asked_at) {
  answer_ = first_endpoint(answer, options_.port);
  // A failure is good for the requests that waited for it, and for nobody after them.
  valid_until_ = *answer_ ? asked_at + std::chrono::seconds(answer->ttl_s) : asked_at;
  refreshing_ = false;
  refreshed_.cancel();
}

}  // namespace lifeboat::load
