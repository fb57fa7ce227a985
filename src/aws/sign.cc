#include "aws/sign.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <ranges>

#include "aws/digest.h"

namespace lifeboat::aws {
namespace {

// What proxies and clients may change on the way.
constexpr std::array<std::string_view, 14> unsigned_headers{"authorization",
                                                            "baggage",
                                                            "connection",
                                                            "expect",
                                                            "keep-alive",
                                                            "proxy-authenticate",
                                                            "proxy-authorization",
                                                            "te",
                                                            "traceparent",
                                                            "tracestate",
                                                            "trailer",
                                                            "transfer-encoding",
                                                            "upgrade",
                                                            "user-agent"};

std::string trimmed(std::string_view value) {
  std::string text;
  for (const auto word : value | std::views::split(' ')) {
    if (word.empty()) continue;
    if (!text.empty()) text += ' ';
    text.append(word.begin(), word.end());
  }
  return text;
}

std::string spaces_only(std::string_view value) {
  std::string text(value);
  std::ranges::replace_if(
      text, [](char c) { return c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }, ' ');
  return text;
}

/// By lower-case name; values of one name are joined by commas in their order.
std::map<std::string, std::string> headers_to_sign(const Request& request) {
  std::map<std::string, std::string> headers{{"host", lower_case(request.host)}};
  for (const auto& [name, value] : request.headers) {
    const auto key = lower_case(name);
    if (std::ranges::find(unsigned_headers, key) != unsigned_headers.end() || key == "x-amzn-trace-id") continue;
    const auto [entry, is_new] = headers.try_emplace(key, trimmed(spaces_only(value)));
    if (!is_new) entry->second += "," + trimmed(spaces_only(value));
  }
  return headers;
}

std::string signed_names(const Request& request) {
  std::string names;
  for (const auto& [name, value] : headers_to_sign(request)) names += (names.empty() ? "" : ";") + name;
  return names;
}

/// Without ".", ".." and empty segments.
std::string tidied_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const auto part : path | std::views::split('/')) {
    const std::string_view segment(part.begin(), part.end());
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      kept.push_back(segment);
    } else if (!kept.empty()) {
      kept.pop_back();
    }
  }
  return fmt::format("/{}{}", fmt::join(kept, "/"), path.ends_with('/') && !kept.empty() ? "/" : "");
}

std::string canonical_query(const Request& request) {
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto& [name, value] : request.query) pairs.emplace_back(percent_encode(name), percent_encode(value));
  std::ranges::sort(pairs);
  std::string text;
  for (const auto& [name, value] : pairs) text += fmt::format("{}{}={}", text.empty() ? "" : "&", name, value);
  return text;
}

std::string stamp(base::WallTime now) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}",
                     fmt::gmtime(std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count()));
}

std::string credential_scope(const SigningScope& scope, std::string_view time) {
  return fmt::format("{}/{}/{}/aws4_request", time.substr(0, 8), scope.region, scope.service);
}

std::string signature(const Credentials& credentials, const SigningScope& scope, std::string_view time,
                      std::string_view canonical) {
  auto key = hmac_sha256_bytes(fmt::format("AWS4{}", credentials.secret_access_key.reveal()), time.substr(0, 8));
  key = hmac_sha256_bytes(key, scope.region);
  key = hmac_sha256_bytes(key, scope.service);
  key = hmac_sha256_bytes(key, "aws4_request");
  const auto text =
      fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", time, credential_scope(scope, time), sha256_hex(canonical));
  return hex(hmac_sha256_bytes(key, text));
}

}  // namespace

std::string canonical_request(const Request& request, const SigningScope& scope, std::string_view payload_hash) {
  std::string headers;
  for (const auto& [name, value] : headers_to_sign(request)) headers += fmt::format("{}:{}\n", name, value);
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", request.method,
                     scope.is_s3() ? request.path : percent_encode(tidied_path(request.path), true),
                     canonical_query(request), headers, signed_names(request), payload_hash);
}

void sign(Request& request, const Credentials& credentials, const SigningScope& scope, base::WallTime now) {
  const auto time = stamp(now);
  const auto payload_hash = sha256_hex(request.body);
  request.set_header("X-Amz-Date", time);
  if (!credentials.session_token.empty()) {
    request.set_header("X-Amz-Security-Token", std::string(credentials.session_token.reveal()));
  }
  if (scope.is_s3()) request.set_header("X-Amz-Content-Sha256", payload_hash);
  const auto canonical = canonical_request(request, scope, payload_hash);
  request.set_header("Authorization",
                     fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                                 credentials.access_key_id, credential_scope(scope, time), signed_names(request),
                                 signature(credentials, scope, time, canonical)));
}

std::string presign(Request request, const Credentials& credentials, const SigningScope& scope, base::WallTime now,
                    std::chrono::seconds valid_for) {
  const auto time = stamp(now);
  request.query.emplace_back("X-Amz-Algorithm", "AWS4-HMAC-SHA256");
  request.query.emplace_back("X-Amz-Credential",
                             fmt::format("{}/{}", credentials.access_key_id, credential_scope(scope, time)));
  request.query.emplace_back("X-Amz-Date", time);
  request.query.emplace_back("X-Amz-Expires", std::to_string(valid_for.count()));
  request.query.emplace_back("X-Amz-SignedHeaders", signed_names(request));
  if (!credentials.session_token.empty()) {
    request.query.emplace_back("X-Amz-Security-Token", credentials.session_token.reveal());
  }
  const auto canonical =
      canonical_request(request, scope, scope.is_s3() ? "UNSIGNED-PAYLOAD" : sha256_hex(request.body));
  request.query.emplace_back("X-Amz-Signature", signature(credentials, scope, time, canonical));
  return request.url();
}

}  // namespace lifeboat::aws
