#include "events/app/application.h"

#include <fmt/format.h>

#include <chrono>
#include <exception>

#include "events/core/envelope.h"
#include "events/core/log.h"

namespace lifeboat::events {
namespace {

Response text(std::string content_type, std::string body) {
  Response response;
  response.content_type = std::move(content_type);
  response.body = std::move(body);
  return response;
}

constexpr const char* home_page =
    "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Events</title></head>\n"
    "<body><h1>Events</h1><p>The API is at <a href=\"/events/\">/events/</a>.</p></body></html>\n";

/// Probes and scrapes are not requests of users: counting them would hide an outage behind thousands of good answers.
bool is_probe(std::optional<Endpoint> endpoint) {
  return endpoint == Endpoint::health || endpoint == Endpoint::ready || endpoint == Endpoint::version ||
         endpoint == Endpoint::metrics;
}

}  // namespace

boost::asio::awaitable<Response> Application::handle(const Request& request) {
  const auto start = std::chrono::steady_clock::now();
  const Match match = match_route(request.method, request.path);
  Response response;
  try {
    response = co_await answer(request, match);
  } catch (const std::exception& error) {
    log_event("defect", {{"path", std::string(match.path_label)}, {"reason", error.what()}});
    response = failure(500, message::internal);
  }
  if (is_probe(match.endpoint)) co_return response;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  parts_.metrics.count(request.method, match.path_label, response.status, took.count());
  if (response.status == 500) parts_.metrics.count_exception(request.method, response.status);
  if (parts_.config.log_requests || response.status >= 500) {
    log_event("request", {{"method", request.method},
                          {"path", std::string(match.path_label)},
                          {"status", std::to_string(response.status)},
                          {"ms", fmt::format("{:.1f}", took.count() * 1000)}});
  }
  co_return response;
}

Application::Answer Application::answer(const Request& request, const Match& match) {
  const bool open = is_public(request.path);
  if (match.endpoint == Endpoint::marker && !parts_.config.marker_token) {
    co_return failure(404, message::invalid_endpoint);
  }
  if (!open) {
    auto refused = co_await authenticate(request);
    if (refused) co_return std::move(*refused);
  }
  if (match.endpoint) {
    auto response = co_await dispatch(request, match);
    co_return response;
  }
  if (match.allow.empty()) co_return failure(404, message::invalid_endpoint);
  Response response = failure(405, message::method_not_allowed);
  response.headers.emplace_back("Allow", match.allow);
  co_return response;
}

Application::Answer Application::dispatch(const Request& request, const Match& match) {
  switch (*match.endpoint) {
    case Endpoint::init:
      return init(request);
    case Endpoint::register_user:
      return register_user(request);
    case Endpoint::list_events:
      return list_events(request);
    case Endpoint::create_event:
      return create_event(request);
    case Endpoint::get_event:
      return get_event(match);
    case Endpoint::patch_event:
      return patch_event(request, match);
    case Endpoint::delete_event:
      return delete_event(match);
    case Endpoint::marker:
      return marker(request);
    default:
      break;
  }
  return [](Response response) -> Answer { co_return response; }([&] {
           switch (*match.endpoint) {
             case Endpoint::auth_check:
               return text("text/html; charset=utf-8", "OK");
             case Endpoint::home:
               return text("text/html; charset=utf-8", home_page);
             case Endpoint::health:
               return text("text/plain; charset=utf-8", "OK\n");
             case Endpoint::ready:
               return ready();
             case Endpoint::metrics:
               return metrics_text();
             default:
               return version();
           }
         }());
}

}  // namespace lifeboat::events
