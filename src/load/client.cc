#include "load/client.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cmath>
#include <nlohmann/json.hpp>

#include "load/answer.h"

namespace lifeboat::load {
namespace asio = boost::asio;
namespace http = boost::beast::http;
using Clock = std::chrono::steady_clock;
namespace {

constexpr std::size_t own_limit = 1000;
constexpr auto progress_interval = std::chrono::milliseconds(50);

std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

HttpRequest make_request(http::verb verb, const std::string& target, const LoadOptions& options, std::string body) {
  HttpRequest request(verb, target, 11);
  request.set(http::field::host, fmt::format("{}:{}", options.host, options.port));
  request.set(http::field::user_agent, "lifeboat-load");
  if (!body.empty()) request.set(http::field::content_type, "application/json");
  request.body() = std::move(body);
  request.prepare_payload();
  return request;
}

}  // namespace

Client::Client(const LoadOptions& options, const std::atomic<bool>& stop, const OnProgress& on_progress)
    : options_(options),
      stop_(stop),
      on_progress_(on_progress),
      front_door_(context_.get_executor(), options_),
      work_ready_(context_, Clock::time_point::max()),
      token_(options.token),
      random_(static_cast<std::uint32_t>(std::hash<std::string>{}(options.run))),
      begun_at_(Clock::now()),
      begun_at_us_(wall_us()) {
  summary_.run = options.run;
  summary_.record_file = options.record_file.string();
}

base::Result<Summary> Client::run() {
  auto file = RecordFile::open(options_.record_file);
  if (!file) return std::unexpected(file.error());
  file_ = *std::move(file);
  asio::co_spawn(context_, whole_run(), asio::detached);
  context_.run();
  if (error_) return std::unexpected(*error_);
  return summary_;
}

asio::awaitable<void> Client::whole_run() {
  if (token_.empty()) {
    auto token = co_await register_user();
    if (!token) {
      fail(token.error());
      co_return;
    }
    token_ = *std::move(token);
  }
  begun_at_ = Clock::now();
  begun_at_us_ = wall_us();
  const nlohmann::ordered_json header = {{"kind", "run"},
                                         {"version", 1},
                                         {"run", options_.run},
                                         {"started_at", begun_at_us_},
                                         {"front_door", fmt::format("http://{}:{}", options_.host, options_.port)},
                                         {"rate", options_.rate_per_s},
                                         {"write_ratio", options_.write_ratio},
                                         {"writers", options_.writers}};
  file_.add_line(header.dump());
  working_ = static_cast<std::size_t>(options_.writers);  // Before the others start: they begin at once.
  asio::co_spawn(context_, dispatch(), asio::detached);
  asio::co_spawn(context_, watch(), asio::detached);
  for (int i = 0; i < options_.writers; ++i) asio::co_spawn(context_, work(), asio::detached);
}

asio::awaitable<base::Result<std::string>> Client::register_user() {
  const nlohmann::json body = {{"username", "load-" + options_.run},
                               {"email", fmt::format("load-{}@example.com", options_.run)}};
  Connection connection(context_.get_executor());
  auto answer = co_await send(connection, make_request(http::verb::post, "/auth/register", options_, body.dump()),
                              Clock::now() + options_.request_timeout);
  if (!answer) co_return base::wrap(answer.error(), "registering the load client's user at the front door");
  auto token = registered_token(answer->body());
  if (!token) {
    co_return base::fail(base::ErrorCode::http_failed,
                         fmt::format("registering the load client's user: expected 201 with a token, saw {} {}",
                                     answer->result_int(), answer->body().substr(0, 200)),
                         "Run 'lifeboat status' to see whether the active region serves.");
  }
  co_return *std::move(token);
}

asio::awaitable<void> Client::dispatch() {
  asio::steady_timer timer(context_);
  const double total = options_.duration.count() == 0
                           ? std::numeric_limits<double>::infinity()
                           : options_.rate_per_s * static_cast<double>(options_.duration.count()) / 1000;
  while (static_cast<double>(count_) < total && !stopping()) {
    const auto at =
        begun_at_ + std::chrono::microseconds(std::llround(static_cast<double>(count_) * 1e6 / options_.rate_per_s));
    if (at > Clock::now()) {
      // Short waits only, so that a slow rate does not delay the answer to Ctrl-C.
      timer.expires_at(std::min(at, Clock::now() + progress_interval));
      boost::system::error_code ignored;
      co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      continue;
    }
    due_.push_back({next_record(at), at});
    work_ready_.cancel_one();
  }
  dispatching_ = false;
  work_ready_.cancel();
}

RequestRecord Client::next_record(Clock::time_point at) {
  RequestRecord record;
  const double ratio = options_.write_ratio;
  const bool write =
      std::floor(static_cast<double>(count_ + 1) * ratio) > std::floor(static_cast<double>(count_) * ratio);
  record.n = ++count_;
  record.started_at_us = unix_us(at);
  if (write || own_.empty()) {
    record.kind = RequestKind::write;
    record.name = fmt::format("load-{}-{}", options_.run, record.n);
    return record;
  }
  const RequestRecord& chosen = own_[random_() % own_.size()];
  record.kind = RequestKind::read;
  record.id = chosen.id;
  record.name = chosen.name;
  return record;
}

asio::awaitable<void> Client::work() {
  Connection connection(context_.get_executor());
  while (!stopping() && (!due_.empty() || dispatching_)) {
    if (due_.empty()) {
      boost::system::error_code cancelled;
      co_await work_ready_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
      continue;
    }
    Due due = std::move(due_.front());
    due_.pop_front();
    co_await carry_out(connection, due);
    finish(due.record);
  }
  --working_;
}

asio::awaitable<base::Result<HttpResponse>> Client::send(Connection& connection, HttpRequest request,
                                                         Clock::time_point deadline) {
  auto endpoint = co_await front_door_.endpoint();
  if (!endpoint) co_return std::unexpected(endpoint.error());
  if (Clock::now() >= deadline) {
    co_return base::fail(base::ErrorCode::http_timeout, "it waited for a free connection until its time was up");
  }
  co_return co_await connection.exchange(*endpoint, std::move(request), deadline);
}

HttpRequest Client::request_for(const RequestRecord& record) const {
  HttpRequest request;
  if (record.kind == RequestKind::write) {
    const nlohmann::json body = {
        {"name", record.name}, {"location", "load"}, {"description", "written by the load client"}};
    request = make_request(http::verb::post, "/events/", options_, body.dump());
  } else {
    request = make_request(http::verb::get, fmt::format("/events/{}", record.id.value_or(0)), options_, "");
  }
  request.set(http::field::authorization, "Bearer " + token_);
  return request;
}

asio::awaitable<void> Client::carry_out(Connection& connection, Due& due) {
  auto answer = co_await send(connection, request_for(due.record), due.at + options_.request_timeout);
  due.record.ended_at_us = unix_us(Clock::now());
  if (!answer) {
    due.record.error = answer.error().message;
    co_return;
  }
  due.record.served_by = region_of(std::string_view((*answer)["X-Served-By"]));
  judge_answer(answer->result_int(), answer->body(), due.record);
}

void Client::finish(RequestRecord& record) {
  file_.add_line(to_line(record));
  summary_.add(record);
  if (record.acknowledged && record.kind == RequestKind::write && record.id) {
    own_.push_back(record);
    if (own_.size() > own_limit) own_.pop_front();
  }
  // An event that is gone stays gone: one failed read says so, and the next ones read others.
  if (!record.acknowledged && record.kind == RequestKind::read && record.status == 200) {
    std::erase_if(own_, [&record](const RequestRecord& own) { return own.id == record.id; });
  }
}

asio::awaitable<void> Client::watch() {
  asio::steady_timer timer(context_);
  while (working_ > 0) {
    timer.expires_after(progress_interval);
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    publish();
  }
  publish();  // What ended since the last time.
}

void Client::publish() {
  summary_.elapsed_s = std::chrono::duration<double>(Clock::now() - begun_at_).count();
  if (auto flushed = file_.flush(); !flushed && !error_) fail(flushed.error());
  if (on_progress_) on_progress_(summary_);
}

void Client::fail(base::Error error) {
  error_ = std::move(error);
  due_.clear();
}

std::int64_t Client::unix_us(Clock::time_point moment) const {
  return begun_at_us_ + std::chrono::duration_cast<std::chrono::microseconds>(moment - begun_at_).count();
}

std::string make_run_id(base::WallTime now, std::uint32_t salt) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  return fmt::format("{:02}{:02}{:02}-{:02}{:02}{:02}-{:04x}", utc.tm_year % 100, utc.tm_mon + 1, utc.tm_mday,
                     utc.tm_hour, utc.tm_min, utc.tm_sec, salt & 0xFFFFu);
}

base::Result<Summary> run_load(const LoadOptions& options, const std::atomic<bool>& stop,
                               const OnProgress& on_progress) {
  Client client(options, stop, on_progress);
  return client.run();
}

}  // namespace lifeboat::load
