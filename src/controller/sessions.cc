#include "controller/sessions.h"

#include <fmt/format.h>

#include <charconv>

#include "system/files.h"
#include "system/hmac.h"
#include "system/http_server.h"

namespace lifeboat::controller {

std::string_view to_string(Role role) {
  return role == Role::operates ? "operator" : "viewer";
}

std::optional<Role> Sessions::role_of(const std::string& token) const {
  if (token.empty()) return std::nullopt;
  if (system::equal_secrets(token, api_token_)) return Role::operates;
  if (system::equal_secrets(token, viewer_token_)) return Role::views;
  return std::nullopt;
}

base::Result<Session> Sessions::begin(Role role, base::WallTime now) const {
  const auto nonce = system::random_token(16);
  if (!nonce) return std::unexpected(nonce.error());
  const auto expires_at = std::chrono::floor<std::chrono::seconds>(now + lifetime);
  const auto said = fmt::format("{}.{}.{}", to_string(role), expires_at.time_since_epoch().count(), *nonce);
  const auto cookie = fmt::format("{}.{}", said, signature(role, said));
  return Session{role, cookie, csrf_of(cookie), expires_at};
}

std::optional<Session> Sessions::find(const std::string& cookie, base::WallTime now) const {
  const auto last_dot = cookie.rfind('.');
  const auto first_dot = cookie.find('.');
  if (last_dot == first_dot) return std::nullopt;
  const auto role = cookie.starts_with("operator.") ? Role::operates : Role::views;
  const auto said = cookie.substr(0, last_dot);
  if (!system::equal_secrets(cookie.substr(last_dot + 1), signature(role, said))) return std::nullopt;
  std::int64_t expires_s = 0;
  std::from_chars(said.data() + first_dot + 1, said.data() + said.size(), expires_s);
  const base::WallTime expires_at{std::chrono::seconds(expires_s)};
  if (now >= expires_at) return std::nullopt;
  return Session{role, cookie, csrf_of(cookie), expires_at};
}

std::string Sessions::signature(Role role, std::string_view text) const {
  const auto& token = role == Role::operates ? api_token_ : viewer_token_;
  return system::hmac_sha256(api_token_, fmt::format("session\n{}\n{}", text, token));
}

std::string Sessions::csrf_of(const std::string& cookie) const {
  return system::hmac_sha256(api_token_, "csrf\n" + cookie);
}

}  // namespace lifeboat::controller
