#include "aws/credential_link.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "aws/time_text.h"
#include "system/files.h"

namespace lifeboat::aws {
namespace {

std::string member_text(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Found credentials_from(const Json& json, const std::string& from) {
  if (!json.is_object()) return broken(fmt::format("{} gave no credentials", from));
  auto token = member_text(json, "SessionToken");
  if (token.empty()) token = member_text(json, "Token");
  Credentials credentials{.access_key_id = member_text(json, "AccessKeyId"),
                          .secret_access_key = Secret(member_text(json, "SecretAccessKey")),
                          .session_token = Secret(std::move(token))};
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return broken(fmt::format("{} gave an answer without AccessKeyId and SecretAccessKey", from));
  }
  if (const auto expiration = member_text(json, "Expiration"); !expiration.empty()) {
    credentials.expires_at = from_rfc3339(expiration);
    if (!credentials.expires_at) return broken(fmt::format("{} gave credentials whose Expiration is no time", from));
  }
  return credentials;
}

std::string sts_region(const RoleAssumer::Role& role, const Environment& environment) {
  for (const auto& region : {environment("AWS_REGION"), environment("AWS_DEFAULT_REGION"), role.region}) {
    if (!region.empty()) return region;
  }
  return "us-east-1";
}

}  // namespace

std::unexpected<Miss> not_set_up(std::string why) {
  return std::unexpected(Miss{.why = std::move(why)});
}
std::unexpected<Miss> broken(std::string why) {
  return std::unexpected(Miss{.why = std::move(why), .is_broken = true});
}

Found credentials_from_json(std::string_view text, const std::string& from) {
  return credentials_from(Json::parse(text, nullptr, false), from);
}

Found RoleAssumer::assume(const Role& role, const Credentials& source) const {
  Json input = Json::object();
  if (!role.external_id.empty()) input["ExternalId"] = role.external_id;
  return ask("AssumeRole", role, std::move(input), source);
}

Found RoleAssumer::assume_with_token_file(const Role& role, const std::string& path) const {
  auto token = system::read_file(path);
  if (!token) return broken(fmt::format("the token file {} cannot be read: {}", path, token.error().message));
  while (token->ends_with('\n') || token->ends_with('\r')) token->pop_back();
  return ask("AssumeRoleWithWebIdentity", role, {{"WebIdentityToken", *token}}, {});
}

Found RoleAssumer::ask(const std::string& operation, const Role& role, Json input, const Credentials& source) const {
  FixedCredentials credentials(source);
  Client client({ports_.transport, credentials, ports_.clock, ports_.pause, ports_.chance, ports_.environment});
  input["RoleArn"] = role.arn;
  input["RoleSessionName"] = role.session_name.empty() ? "lifeboat" : role.session_name;
  const auto answer =
      client.call("sts", operation, sts_region(role, ports_.environment), input, {.whole = base::Milliseconds(30'000)});
  if (!answer)
    return broken(fmt::format("the role {} could not be assumed: {}", role.arn, answer.error().error().message));
  return credentials_from(answer->value("Credentials", Json()), "the token service");
}

}  // namespace lifeboat::aws
