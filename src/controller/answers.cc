// What each route answers.

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "api/document.h"
#include "controller/page_answers.h"
#include "controller/routes.h"
#include "metrics/families.h"

namespace lifeboat::controller {
namespace {

using base::ErrorCode;
using system::HttpAnswer;

constexpr std::uint64_t log_wait_max_ms = 10'000;

/// As far as every client's JSON and databases count: up to 2^63 - 1.
std::optional<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value <= std::numeric_limits<std::int64_t>::max() ? std::optional(value) : std::nullopt;
}

Routes::Answer document(base::Result<std::string> text) {
  if (!text) return std::unexpected(text.error());
  return HttpAnswer{200, std::move(*text)};
}

/// {"version": 1, NAME: VALUE}.
template <class T>
HttpAnswer short_answer(int status, const char* name, const T& value) {
  return {status, nlohmann::ordered_json{{"version", api::document_version}, {name, value}}.dump()};
}

/// HttpOnly: no script of the page reads it. Without Secure, since the console is served on loopback addresses only,
/// without TLS.
std::pair<std::string, std::string> cookie(const std::string& value, std::int64_t lifetime_s) {
  return {"Set-Cookie",
          fmt::format("lifeboat_session={}; HttpOnly; SameSite=Strict; Path=/; Max-Age={}", value, lifetime_s)};
}

std::string session_document(const Session& session, const std::string& stack) {
  return nlohmann::ordered_json{{"version", api::document_version},
                                {"role", to_string(session.role)},
                                {"csrf", session.csrf},
                                {"stack", stack},
                                {"expires_at_ms", session.expires_at.time_since_epoch().count()}}
      .dump();
}

}  // namespace

std::string words_of(const OperationRequest& request) {
  std::string words = request.kind;
  const auto add = [&](std::string_view word) { words += fmt::format("{}{}", words.empty() ? "" : ", ", word); };
  if (!request.fence.empty()) add("fence " + request.fence);
  if (request.accept_loss) add("accept_loss");
  if (request.accept_split_brain_risk) add("accept_split_brain_risk");
  if (request.even_if_not_ready) add("even_if_not_ready");
  return words;
}

Routes::Answer Routes::page_file(const Request& request) const {
  return page_answer(parts_.page, request.call);
}

Routes::Answer Routes::sign_in(const Request& request) const {
  const auto body = nlohmann::json::parse(request.call.body, nullptr, false);
  if (!body.is_object() || !body.contains("token") || !body["token"].is_string()) {
    return base::fail(ErrorCode::bad_request, "the body is not {\"token\": \"…\"}");
  }
  const auto role = parts_.sessions.role_of(body["token"].get<std::string>());
  if (!role) {
    return base::fail(ErrorCode::unauthorized, "this is no token of the stack",
                      "'lifeboat console' says where the tokens are.");
  }
  const auto session = parts_.sessions.begin(*role, parts_.clock.wall_now());
  if (!session) return std::unexpected(session.error());
  auto entry = entry_of({request.call, Caller{*role, *session}}, "sign in");
  entry.outcome = "accepted";
  parts_.audit.note(entry);
  return HttpAnswer{.body = session_document(*session, parts_.stack),
                    .headers = {cookie(session->cookie, Sessions::lifetime / std::chrono::seconds(1))}};
}

Routes::Answer Routes::session(const Request& request) const {
  if (!request.caller || !request.caller->session) {
    return base::fail(ErrorCode::unauthorized, "nobody is signed in here");
  }
  return HttpAnswer{200, session_document(*request.caller->session, parts_.stack)};
}

Routes::Answer Routes::sign_out(const Request&) const {
  return HttpAnswer{.status = 204, .headers = {cookie("", 0)}};
}

Routes::Answer Routes::status(const Request&) const {
  return HttpAnswer{200, parts_.service.status()};
}

Routes::Answer Routes::metrics(const Request&) const {
  return HttpAnswer{200, parts_.service.metrics(), lifeboat::metrics::text_content_type};
}

Routes::Answer Routes::plan(const Request&) const {
  return HttpAnswer{200, parts_.service.plan()};
}

Routes::Answer Routes::verify(const Request&) const {
  return HttpAnswer{200, parts_.service.verify()};
}

Routes::Answer Routes::log(const Request& request) const {
  const auto after = number_of(request.call.parameter("after", "0"));
  const auto wait = number_of(request.call.parameter("wait_ms", "0"));
  if (!after || !wait || *wait > log_wait_max_ms) {
    return base::fail(ErrorCode::bad_request,
                      fmt::format("after and wait_ms must be whole numbers, wait_ms at most {}", log_wait_max_ms));
  }
  return HttpAnswer{200, parts_.service.log(*after, base::Milliseconds{*wait})};
}

Routes::Answer Routes::stream(const Request& request) const {
  const auto& call = request.call;
  const auto last = call.header("last-event-id");
  const auto asked = last.empty() ? call.parameter("after", "") : last;
  const auto after = number_of(asked);
  if (!asked.empty() && !after) return base::fail(ErrorCode::bad_request, "after must be a whole number");
  HttpAnswer answer{.content_type = "text/event-stream"};
  const auto expires_at = request.caller->session ? request.caller->session->expires_at : base::WallTime::max();
  answer.stream = [this, after, expires_at](system::HttpStream& stream) {
    parts_.service.follow(stream, after, expires_at);
  };
  return answer;
}

Routes::Answer Routes::operations(const Request&) const {
  return HttpAnswer{200, parts_.service.operations()};
}

Routes::Answer Routes::operation(const Request& request) const {
  return document(parts_.service.operation(request.argument));
}

Routes::Answer Routes::outlook(const Request&) const {
  return HttpAnswer{200, parts_.service.outlook()};
}

Routes::Answer Routes::audit(const Request&) const {
  return HttpAnswer{200, parts_.service.audit()};
}

Routes::Answer Routes::report(const Request& request) const {
  return document(parts_.service.report(request.argument));
}

Routes::Answer Routes::report_page(const Request& request) const {
  const auto download = request.call.parameter("download", "0");
  if (download != "0" && download != "1") return base::fail(ErrorCode::bad_request, "download must be 0 or 1");
  auto html = parts_.service.report_page(request.argument);
  if (!html) return std::unexpected(html.error());
  return report_answer(std::move(*html),
                       download == "1" ? fmt::format("{}-{}.html", parts_.stack, request.argument) : "");
}

Routes::Answer Routes::openapi(const Request&) const {
  return HttpAnswer{200, std::string(page::openapi())};
}

Routes::Answer Routes::begin(const Request& request) const {
  auto asked = parse_request(request.call.body);
  if (!asked) return std::unexpected(asked.error());
  return audited(request, words_of(*asked), [&]() -> Answer {
    const auto id = parts_.service.begin(*asked);
    if (!id) return std::unexpected(id.error());
    return short_answer(202, "operation", id->value);
  });
}

Routes::Answer Routes::arm(const Request& request) const {
  auto asked = parse_request(request.call.body);
  if (!asked) return std::unexpected(asked.error());
  return audited(request, words_of(*asked), [&]() -> Answer {
    const auto after = parts_.service.arm(*asked);
    if (!after) return std::unexpected(after.error());
    return short_answer(200, "after", *after);
  });
}

Routes::Answer Routes::disarm(const Request& request) const {
  return audited(request, "", [&]() -> Answer {
    if (auto done = parts_.service.disarm(); !done) return std::unexpected(done.error());
    return HttpAnswer{200, fmt::format(R"({{"version":{}}})", api::document_version)};
  });
}

Routes::Answer Routes::abort(const Request& request) const {
  return audited(request, "", [&]() -> Answer {
    const auto id = parts_.service.abort();
    if (!id) return std::unexpected(id.error());
    return short_answer(202, "operation", id->value);
  });
}

}  // namespace lifeboat::controller
