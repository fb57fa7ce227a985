#include "controller/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "api/error_view.h"
#include "api/log_view.h"
#include "controller/page_answers.h"
#include "system/files.h"

namespace lifeboat::controller {
namespace {

using base::ErrorCode;
using base::ErrorKind;
using system::HttpAnswer;
using system::HttpCall;

constexpr const char* session_cookie = "lifeboat_session";

int status_of(const base::Error& error) {
  if (error.code == ErrorCode::unauthorized) return 401;
  if (error.code == ErrorCode::forbidden) return 403;
  if (error.code == ErrorCode::method_not_allowed) return 405;
  switch (error.kind()) {
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::missing:
      return 404;
    case ErrorKind::refused:
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::unavailable:
    case ErrorKind::timeout:
      return 503;
    default:
      return 500;
  }
}

/// The Host header without its port.
std::string_view name_of(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, std::min(host.find(']'), host.size() - 1) + 1);
  return host.substr(0, host.find(':'));
}

bool is_loopback(std::string_view name) {
  if (name == "localhost" || name == "[::1]") return true;
  // Four numbers, of which the first is 127: a name can begin with it too.
  return name.starts_with("127.") && std::ranges::count(name, '.') == 3 &&
         name.find_first_not_of("0123456789.") == std::string_view::npos;
}

/// A page of another site cannot reach us by a name that leads here (DNS rebinding), nor send what a browser says is
/// that site's.
base::Status comes_from_here(const HttpCall& call) {
  const auto host = call.header("host");
  if (!is_loopback(name_of(host))) {
    return base::fail(ErrorCode::forbidden, fmt::format("the Host header is '{}', which is not of this machine", host),
                      "Use the controller's own address, as 'lifeboat console' prints it.");
  }
  const auto origin = call.header("origin");
  if (origin.empty() || origin == "http://" + host || origin == "https://" + host) return {};
  return base::fail(ErrorCode::forbidden, fmt::format("the request comes from a page of '{}', not of ours", origin));
}

/// What stands for the {…} of a route's path in a call's; empty text for a path without one; nothing when they differ.
std::optional<std::string> match(std::string_view pattern, std::string_view path) {
  const auto begin = pattern.find('{');
  if (begin == std::string_view::npos) return pattern == path ? std::optional(std::string()) : std::nullopt;
  const auto before = pattern.substr(0, begin);
  const auto after = pattern.substr(pattern.find('}') + 1);
  if (path.size() <= before.size() + after.size() || !path.starts_with(before) || !path.ends_with(after)) {
    return std::nullopt;
  }
  const auto argument = path.substr(before.size(), path.size() - before.size() - after.size());
  return argument.contains('/') ? std::nullopt : std::optional(std::string(argument));
}

HttpAnswer error_answer(const base::Error& error) {
  return {status_of(error), api::error_document(error)};
}

/// With which methods the path can be asked, as the header Allow says it.
std::string methods_of(std::string_view path) {
  std::string methods;
  for (const auto& route : Routes::all()) {
    if (match(route.path, path)) methods += fmt::format("{}{}", methods.empty() ? "" : ", ", route.method);
  }
  return methods;
}

}  // namespace

std::span<const Routes::Route> Routes::all() {
  using enum Access;
  static constexpr std::array<Route, 22> routes{{
      {"GET", "/", anyone, &Routes::page_file},
      {"GET", "/assets/{name}", anyone, &Routes::page_file},
      {"POST", "/v1/session", anyone, &Routes::sign_in},
      {"GET", "/v1/session", anyone, &Routes::session},
      {"DELETE", "/v1/session", anyone, &Routes::sign_out},
      {"GET", "/v1/status", viewer, &Routes::status},
      {"GET", "/metrics", viewer, &Routes::metrics},
      {"GET", "/v1/plan", viewer, &Routes::plan},
      {"POST", "/v1/verify", viewer, &Routes::verify},
      {"GET", "/v1/log", viewer, &Routes::log},
      {"GET", "/v1/stream", viewer, &Routes::stream},
      {"GET", "/v1/operations", viewer, &Routes::operations},
      {"GET", "/v1/operations/{id}", viewer, &Routes::operation},
      {"GET", "/v1/outlook", viewer, &Routes::outlook},
      {"GET", "/v1/audit", viewer, &Routes::audit},
      {"GET", "/v1/report/{id}.html", viewer, &Routes::report_page},
      {"GET", "/v1/report/{id}", viewer, &Routes::report},
      {"GET", "/v1/openapi.json", viewer, &Routes::openapi},
      {"POST", "/v1/operations", operator_, &Routes::begin},
      {"POST", "/v1/arm", operator_, &Routes::arm},
      {"POST", "/v1/disarm", operator_, &Routes::disarm},
      {"POST", "/v1/abort", operator_, &Routes::abort},
  }};
  return routes;
}

HttpAnswer Routes::answer(const HttpCall& call) const {
  auto result = answer_guarded(call);
  auto answer = result ? std::move(*result) : error_answer(result.error());
  const auto has_policy =
      std::ranges::any_of(answer.headers, [](const auto& header) { return header.first == "X-Content-Type-Options"; });
  if (!has_policy) add_common_headers(answer);
  return answer;
}

Routes::Answer Routes::answer_guarded(const HttpCall& call) const {
  if (auto ours = comes_from_here(call); !ours) return std::unexpected(ours.error());
  for (const auto& route : all()) {
    auto argument = route.method == call.method ? match(route.path, call.path) : std::nullopt;
    if (!argument) continue;
    const Request request{call, caller_of(call), std::move(*argument)};
    if (auto allowed = guard(route, request); !allowed) return std::unexpected(allowed.error());
    return (this->*route.answer)(request);
  }
  const Route unknown{.method = call.method, .path = call.path};
  if (auto allowed = guard(unknown, {call, caller_of(call)}); !allowed) return std::unexpected(allowed.error());
  if (const auto methods = methods_of(call.path); !methods.empty()) {
    const auto refused =
        base::fail(ErrorCode::method_not_allowed, fmt::format("there is no {} {}", call.method, call.path));
    auto answer = error_answer(refused.error());
    answer.headers.emplace_back("Allow", methods);
    return answer;
  }
  return base::fail(ErrorCode::operation_unknown, fmt::format("there is no {} {}", call.method, call.path),
                    "docs/api.md lists what there is.");
}

std::optional<Caller> Routes::caller_of(const HttpCall& call) const {
  if (!call.bearer_token.empty()) {
    const auto role = parts_.sessions.role_of(call.bearer_token);
    return role ? std::optional(Caller{*role, std::nullopt}) : std::nullopt;
  }
  auto session = parts_.sessions.find(call.cookie(session_cookie), parts_.clock.wall_now());
  if (!session) return std::nullopt;
  return Caller{session->role, std::move(session)};
}

base::Status Routes::guard(const Route& route, const Request& request) const {
  if (route.access == Access::anyone) return {};
  if (!request.caller) {
    return base::fail(ErrorCode::unauthorized, "the request carries no valid token",
                      "Send 'Authorization: Bearer' with the content of secrets/api_token in the stack's folder, or "
                      "sign in to the console.");
  }
  const auto& session = request.caller->session;
  if (session && request.call.method != "GET" &&
      !system::equal_secrets(request.call.header("x-lifeboat-csrf"), session->csrf)) {
    return base::fail(ErrorCode::forbidden, "the header X-Lifeboat-CSRF is not that of the session",
                      "Load the console again.");
  }
  if (route.access == Access::operator_ && request.caller->role != Role::operates) {
    auto entry = entry_of(request, "");
    entry.outcome = "refused";
    entry.error = "forbidden";
    parts_.audit.note(entry);
    return base::fail(ErrorCode::forbidden, "a viewer may look and change nothing",
                      "Sign in with the content of secrets/api_token in the stack's folder.");
  }
  return {};
}

api::AuditEntryView Routes::entry_of(const Request& request, std::string what) const {
  api::AuditEntryView entry;
  // Without a random source the moment tells entries apart well enough.
  entry.id = system::random_token(12).value_or(std::to_string(parts_.clock.now().time_since_epoch().count()));
  entry.at_ms = parts_.clock.wall_now().time_since_epoch().count();
  entry.at = api::moment_text(entry.at_ms);
  if (const auto& caller = request.caller) {
    entry.who = fmt::format("{}/{}", to_string(caller->role), caller->session ? "console" : "bearer");
  }
  entry.from = request.call.client;
  entry.request = request.call.method + " " + request.call.path;
  entry.what = std::move(what);
  return entry;
}

Routes::Answer Routes::audited(const Request& request, std::string what, const std::function<Answer()>& act) const {
  auto entry = entry_of(request, std::move(what));
  parts_.audit.note(entry);
  auto answer = act();
  entry.outcome = answer ? "accepted" : "refused";
  if (!answer) {
    entry.error = answer.error().name();
  } else {
    auto document = nlohmann::ordered_json::parse(answer->body, nullptr, false);
    if (document.contains("operation")) entry.operation = document["operation"].get<std::string>();
    if (const auto problem = parts_.audit.problem()) {
      document["warnings"] = {*problem};
      answer->body = document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    }
  }
  parts_.audit.note(entry);
  return answer;
}

}  // namespace lifeboat::controller
