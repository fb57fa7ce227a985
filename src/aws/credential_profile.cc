#include <fmt/format.h>

#include "aws/credential_links.h"
#include "aws/credential_process.h"

namespace lifeboat::aws {
namespace {

constexpr int most_roles = 8;

/// What a profile may say that we do not do; saying so beats asking somewhere else.
std::string unsupported(const Profile& profile) {
  for (const auto* name : {"sso_session", "sso_start_url", "login_session", "mfa_serial"}) {
    if (profile.contains(name)) return name;
  }
  return {};
}

}  // namespace

std::string ProfileLink::name() const {
  return fmt::format("the profile '{}'", profile_name(ports_.environment));
}

Found ProfileLink::look() {
  const auto profiles = Profiles::load(ports_.environment);
  if (!profiles) return broken(profiles.error().message);
  const auto name = profile_name(ports_.environment);
  if (profiles->find(name) == nullptr) {
    const bool was_asked_for = !ports_.environment("AWS_PROFILE").empty();
    return std::unexpected(Miss{.why = "the shared files have no such profile", .is_broken = was_asked_for});
  }
  return of_profile(*profiles, name, 0);
}

Found ProfileLink::of_profile(const Profiles& profiles, const std::string& name, int depth) {
  const auto* profile = profiles.find(name);
  if (profile == nullptr) return broken(fmt::format("the source profile '{}' does not exist", name));
  if (profile->contains("role_arn")) return of_role(profiles, *profile, name, depth);
  const auto id = setting(*profile, "aws_access_key_id");
  const auto key = setting(*profile, "aws_secret_access_key");
  if (!id.empty() && !key.empty()) {
    return Credentials{.access_key_id = id,
                       .secret_access_key = Secret(key),
                       .session_token = Secret(setting(*profile, "aws_session_token"))};
  }
  if (!id.empty() || !key.empty()) return broken(fmt::format("the profile '{}' has one half of its keys", name));
  if (const auto command = setting(*profile, "credential_process"); !command.empty())
    return run_credential_process(command);
  if (const auto what = unsupported(*profile); !what.empty()) {
    return broken(
        fmt::format("the profile '{}' uses {}, which Lifeboat does not do; give it a credential_process such as "
                    "'aws configure export-credentials --profile {}'",
                    name, what, name));
  }
  return std::unexpected(Miss{.why = fmt::format("the profile '{}' has no credentials", name), .is_broken = depth > 0});
}

Found ProfileLink::of_role(const Profiles& profiles, const Profile& profile, const std::string& name, int depth) {
  if (depth == most_roles) return broken(fmt::format("the source profiles of '{}' go in a circle", name));
  const RoleAssumer::Role role{.arn = setting(profile, "role_arn"),
                               .session_name = setting(profile, "role_session_name"),
                               .external_id = setting(profile, "external_id"),
                               .region = setting(profile, "region")};
  if (const auto path = setting(profile, "web_identity_token_file"); !path.empty())
    return roles_.assume_with_token_file(role, path);
  if (profile.contains("mfa_serial"))
    return broken(fmt::format("the profile '{}' wants a code (mfa_serial), which Lifeboat cannot ask for", name));
  const auto source = of_source(profiles, profile, name, depth);
  // A source that is named and has nothing is a mistake, even where the same place would only be passed by.
  return source ? roles_.assume(role, *source) : broken(source.error().why);
}

Found ProfileLink::of_source(const Profiles& profiles, const Profile& profile, const std::string& name, int depth) {
  const auto source = setting(profile, "source_profile");
  if (source == name) {
    // A profile may hold the keys that its own role is assumed with.
    Credentials own{.access_key_id = setting(profile, "aws_access_key_id"),
                    .secret_access_key = Secret(setting(profile, "aws_secret_access_key")),
                    .session_token = Secret(setting(profile, "aws_session_token"))};
    if (own.access_key_id.empty() || own.secret_access_key.empty())
      return broken(fmt::format("the profile '{}' is its own source and has no keys", name));
    return own;
  }
  if (!source.empty()) return of_profile(profiles, source, depth + 1);
  const auto where = setting(profile, "credential_source");
  if (where == "Environment") return EnvironmentLink(ports_.environment).look();
  if (where == "Ec2InstanceMetadata") return InstanceLink(ports_).look();
  if (where == "EcsContainer") return ContainerLink(ports_).look();
  return broken(
      fmt::format("the profile '{}' names a role, but no source_profile and no credential_source that is known", name));
}

}  // namespace lifeboat::aws
