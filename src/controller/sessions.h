#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/units.h"

namespace lifeboat::controller {

enum class Role {
  views,     ///< May see everything and change nothing.
  operates,  ///< May do everything.
};
/// "viewer" or "operator".
std::string_view to_string(Role role);

/// Someone who signed in with a browser.
struct Session {
  Role role = Role::views;
  std::string cookie;  ///< What the browser sends; a secret.
  std::string csrf;    ///< What a page proves with that it may read our answers.
  base::WallTime expires_at{};
};

/// Signs people in by one of the two tokens. Nothing is kept: the cookie says who has it until when, and is signed, so
/// that a controller that starts again signs nobody out. Pure but for the random source; safe to call from any thread.
class Sessions {
 public:
  static constexpr base::Milliseconds lifetime{12 * 60 * 60 * 1000};

  Sessions(std::string api_token, std::string viewer_token)
      : api_token_(std::move(api_token)), viewer_token_(std::move(viewer_token)) {}

  /// Whose token it is; nothing when it is nobody's.
  std::optional<Role> role_of(const std::string& token) const;
  /// Errors: io_failed, when the random source does not answer.
  base::Result<Session> begin(Role role, base::WallTime now) const;
  /// The session of a cookie that begin() made and that is not over.
  std::optional<Session> find(const std::string& cookie, base::WallTime now) const;

 private:
  /// Signed for the token that the session was begun with: a new one ends the sessions of the old one.
  std::string signature(Role role, std::string_view text) const;
  std::string csrf_of(const std::string& cookie) const;

  std::string api_token_;
  std::string viewer_token_;
};

}  // namespace lifeboat::controller
