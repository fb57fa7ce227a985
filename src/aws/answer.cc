#include "aws/answer.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "aws/time_text.h"

namespace lifeboat::aws {
namespace {

using Read = std::expected<Json, std::string>;

template <class Number>
Read read_number(const std::string& text) {
  Number number{};
  const auto* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return std::unexpected(fmt::format("'{:.40}' is not a number", text));
  return number;
}

Read read_time(const std::string& text) {
  if (from_rfc3339(text)) return text;
  if (const auto time = from_http_date(text)) return to_rfc3339(*time);
  return std::unexpected(fmt::format("'{:.40}' is not a time", text));
}

Read read_body(const Call& call, const HttpAnswer& answer) {
  const auto in_body = [](const Member& member) { return member.place == Place::body; };
  if (std::ranges::none_of(call.output.members, in_body)) return Json::object();
  const auto protocol = call.service->protocol;
  if (protocol == Protocol::json || protocol == Protocol::rest_json) return read_json(call.output, answer.body);
  return read_xml(call, answer.body);
}

Read read_whole(const Call& call, const HttpAnswer& answer) {
  auto whole = read_body(call, answer);
  if (!whole) return whole;
  for (const auto& member : call.output.members) {
    const auto header = answer.header(member.wire);
    if (member.place == Place::payload) (*whole)[member.name] = answer.body;
    if (member.place != Place::header || header.empty()) continue;
    auto value = read_scalar(member.shape.kind, std::string(header));
    if (!value) return value;
    (*whole)[member.name] = *std::move(value);
  }
  return whole;
}

std::string_view request_id(const HttpAnswer& answer) {
  const auto id = answer.header("x-amzn-requestid");
  return id.empty() ? answer.header("x-amz-request-id") : id;
}

}  // namespace

std::string_view HttpAnswer::header(std::string_view name) const {
  const auto wanted = lower_case(name);
  const auto found =
      std::ranges::find_if(headers, [&](const auto& field) { return lower_case(field.first) == wanted; });
  return found == headers.end() ? std::string_view{} : std::string_view{found->second};
}

std::expected<Json, std::string> read_scalar(Kind kind, const std::string& text) {
  switch (kind) {
    case Kind::integer:
      return read_number<std::int64_t>(text);
    case Kind::number:
      return read_number<double>(text);
    case Kind::boolean:
      if (text != "true" && text != "false")
        return std::unexpected(fmt::format("'{:.40}' is neither true nor false", text));
      return text == "true";
    case Kind::time:
      return read_time(text);
    case Kind::text:
    case Kind::bytes:
    case Kind::structure:
    case Kind::list:
    case Kind::map:
      break;
  }
  return text;
}

Answer read_answer(const Call& call, const HttpAnswer& answer) {
  const bool is_success = answer.status >= 200 && answer.status < 300;
  auto failure = is_success ? Failure{.kind = FailureKind::unreadable} : read_failure(answer);
  if (is_success) {
    auto whole = read_whole(call, answer);
    if (whole) return *std::move(whole);
    failure.message = "the answer is none of this service: " + whole.error();
    failure.http_status = answer.status;
  }
  if (failure.request_id.empty()) failure.request_id = request_id(answer);
  failure.service = call.service->name;
  failure.operation = call.operation->name;
  return std::unexpected(std::move(failure));
}

}  // namespace lifeboat::aws
