#include "controller/routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "api/document.h"
#include "api/error_view.h"
#include "metrics/families.h"

namespace lifeboat::controller {
namespace {

using base::ErrorCode;
using base::ErrorKind;
using system::HttpAnswer;

constexpr base::Milliseconds log_wait_max{10'000};

int status_of(const base::Error& error) {
  if (error.code == ErrorCode::unauthorized) return 401;
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

std::optional<std::uint64_t> number_of(const std::string& text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

base::Result<HttpAnswer> document(base::Result<std::string> text) {
  if (!text) return std::unexpected(text.error());
  return HttpAnswer{200, std::move(*text)};
}

base::Result<HttpAnswer> unknown_path(const system::HttpCall& call) {
  return base::fail(ErrorCode::operation_unknown, fmt::format("there is no {} {}", call.method, call.path),
                    "docs/api.md lists what there is.");
}

std::optional<std::string> after_prefix(const std::string& path, std::string_view prefix) {
  if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
  return path.substr(prefix.size());
}

}  // namespace

HttpAnswer Routes::answer(const system::HttpCall& call) const {
  auto result = [&]() -> base::Result<HttpAnswer> {
    if (!system::equal_secrets(call.bearer_token, token_)) {
      return base::fail(ErrorCode::unauthorized, "the request carries no valid token",
                        "Send 'Authorization: Bearer' with the content of secrets/api_token in the stack's folder.");
    }
    if (call.method == "GET") return get(call);
    if (call.method == "POST") return post(call);
    return unknown_path(call);
  }();
  if (!result) return {status_of(result.error()), api::error_document(result.error())};
  return std::move(*result);
}

base::Result<HttpAnswer> Routes::get(const system::HttpCall& call) const {
  if (call.path == "/v1/status") return HttpAnswer{200, service_.status()};
  if (call.path == "/metrics") return HttpAnswer{200, service_.metrics(), metrics::text_content_type};
  if (call.path == "/v1/plan") return HttpAnswer{200, service_.plan()};
  if (call.path == "/v1/log") return log(call);
  if (const auto id = after_prefix(call.path, "/v1/operations/")) return document(service_.operation(*id));
  if (const auto id = after_prefix(call.path, "/v1/report/")) return document(service_.report(*id));
  return unknown_path(call);
}

base::Result<HttpAnswer> Routes::log(const system::HttpCall& call) const {
  const auto after = number_of(call.parameter("after", "0"));
  const auto wait = number_of(call.parameter("wait_ms", "0"));
  if (!after || !wait) return base::fail(ErrorCode::bad_request, "after and wait_ms must be whole numbers");
  const auto limit =
      std::min(static_cast<std::int64_t>(std::min<std::uint64_t>(*wait, 1u << 30)), log_wait_max.count());
  return HttpAnswer{200, service_.log(*after, base::Milliseconds{limit})};
}

base::Result<HttpAnswer> Routes::post(const system::HttpCall& call) const {
  if (call.path == "/v1/verify") return HttpAnswer{200, service_.verify()};
  if (call.path == "/v1/disarm") {
    if (auto done = service_.disarm(); !done) return std::unexpected(done.error());
    return HttpAnswer{200, fmt::format(R"({{"version":{}}})", api::document_version)};
  }
  if (call.path == "/v1/abort") {
    const auto id = service_.abort();
    if (!id) return std::unexpected(id.error());
    return HttpAnswer{202, fmt::format(R"({{"version":{},"operation":"{}"}})", api::document_version, id->value)};
  }
  if (call.path != "/v1/operations" && call.path != "/v1/arm") return unknown_path(call);
  auto request = parse_request(call.body);
  if (!request) return std::unexpected(request.error());
  if (call.path == "/v1/arm") {
    const auto after = service_.arm(*request);
    if (!after) return std::unexpected(after.error());
    return HttpAnswer{200, fmt::format(R"({{"version":{},"after":{}}})", api::document_version, *after)};
  }
  const auto id = service_.begin(*request);
  if (!id) return std::unexpected(id.error());
  return HttpAnswer{202, fmt::format(R"({{"version":{},"operation":"{}"}})", api::document_version, id->value)};
}

}  // namespace lifeboat::controller
