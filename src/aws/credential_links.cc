#include "aws/credential_links.h"

#include <fmt/format.h>

namespace lifeboat::aws {

Found EnvironmentLink::look() {
  Credentials credentials{.access_key_id = environment_("AWS_ACCESS_KEY_ID"),
                          .secret_access_key = Secret(environment_("AWS_SECRET_ACCESS_KEY")),
                          .session_token = Secret(environment_("AWS_SESSION_TOKEN"))};
  const bool has_id = !credentials.access_key_id.empty();
  const bool has_key = !credentials.secret_access_key.empty();
  if (!has_id && !has_key) return not_set_up("AWS_ACCESS_KEY_ID is not set");
  if (!has_id || !has_key)
    return broken(
        fmt::format("AWS_{} is not set beside its other half", has_id ? "SECRET_ACCESS_KEY" : "ACCESS_KEY_ID"));
  return credentials;
}

Found WebIdentityLink::look() {
  const auto path = environment_("AWS_WEB_IDENTITY_TOKEN_FILE");
  if (path.empty()) return not_set_up("AWS_WEB_IDENTITY_TOKEN_FILE is not set");
  const auto arn = environment_("AWS_ROLE_ARN");
  if (arn.empty()) return broken("AWS_ROLE_ARN is not set beside AWS_WEB_IDENTITY_TOKEN_FILE");
  return roles_.assume_with_token_file({.arn = arn, .session_name = environment_("AWS_ROLE_SESSION_NAME")}, path);
}

}  // namespace lifeboat::aws
