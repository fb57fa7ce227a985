#pragma once

#include "aws/credential_link.h"
#include "aws/profile.h"

namespace lifeboat::aws {

/// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN.
class EnvironmentLink : public CredentialLink {
 public:
  explicit EnvironmentLink(Environment environment) : environment_(std::move(environment)) {}
  std::string name() const override { return "the environment"; }
  Found look() override;

 private:
  Environment environment_;
};

/// AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN, as Kubernetes sets them for a service account with a role.
class WebIdentityLink : public CredentialLink {
 public:
  explicit WebIdentityLink(LinkPorts ports) : environment_(ports.environment), roles_(std::move(ports)) {}
  std::string name() const override { return "web identity"; }
  Found look() override;

 private:
  Environment environment_;
  RoleAssumer roles_;
};

/// The profile of the shared files: keys, a role with its source, a web identity, or a program (credential_process).
class ProfileLink : public CredentialLink {
 public:
  explicit ProfileLink(LinkPorts ports) : ports_(ports), roles_(std::move(ports)) {}
  std::string name() const override;
  Found look() override;

 private:
  /// `depth`: how many roles stand before this profile.
  Found of_profile(const Profiles& profiles, const std::string& name, int depth);
  Found of_role(const Profiles& profiles, const Profile& profile, const std::string& name, int depth);
  Found of_source(const Profiles& profiles, const Profile& profile, const std::string& name, int depth);

  LinkPorts ports_;
  RoleAssumer roles_;
};

/// The endpoint that ECS and EKS give their containers (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, …_FULL_URI).
class ContainerLink : public CredentialLink {
 public:
  explicit ContainerLink(LinkPorts ports) : ports_(std::move(ports)) {}
  std::string name() const override { return "the container's role"; }
  Found look() override;

 private:
  LinkPorts ports_;
};

/// The instance's metadata service, version 2 only: version 1 hands credentials to whoever can make the machine send a
/// GET.
class InstanceLink : public CredentialLink {
 public:
  explicit InstanceLink(LinkPorts ports) : ports_(std::move(ports)) {}
  std::string name() const override { return "the instance's role"; }
  Found look() override;

 private:
  std::expected<std::string, Miss> fetch(const Request& request) const;

  LinkPorts ports_;
};

}  // namespace lifeboat::aws
