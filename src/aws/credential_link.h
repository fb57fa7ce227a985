#pragma once

#include <expected>
#include <string>

#include "aws/client.h"

namespace lifeboat::aws {

/// Why one place has no credentials.
struct Miss {
  std::string why;
  /// Somebody has set the place up, and it does not work: looking on would hide that.
  bool is_broken = false;
};

using Found = std::expected<Credentials, Miss>;

std::unexpected<Miss> not_set_up(std::string why);
std::unexpected<Miss> broken(std::string why);

/// One place where credentials may be.
class CredentialLink {
 public:
  virtual ~CredentialLink() = default;
  /// As users know it: "the environment".
  virtual std::string name() const = 0;
  virtual Found look() = 0;
};

/// What the places need of the world; all of it outlives them.
struct LinkPorts {
  Transport& transport;
  const ports::Clock& clock;
  ports::Pause& pause;
  ports::Chance& chance;
  Environment environment;
};

/// {"AccessKeyId", "SecretAccessKey", "Token" or "SessionToken", "Expiration"}, as roles' endpoints and programs say
/// it. Nothing of the text gets into the failure.
Found credentials_from_json(std::string_view text, const std::string& from);

/// Roles, by the security token service of a region; calls it with the credentials given.
class RoleAssumer {
 public:
  explicit RoleAssumer(LinkPorts ports) : ports_(std::move(ports)) {}

  struct Role {
    std::string arn;
    std::string session_name = {};  ///< Empty: "lifeboat".
    std::string external_id = {};
    std::string region = {};  ///< Empty: AWS_REGION, AWS_DEFAULT_REGION, or us-east-1.
  };

  Found assume(const Role& role, const Credentials& source) const;
  /// With the token in a file, which is read anew each time because it is replaced while we run.
  Found assume_with_token_file(const Role& role, const std::string& path) const;

 private:
  Found ask(const std::string& operation, const Role& role, Json input, const Credentials& source) const;

  LinkPorts ports_;
};

}  // namespace lifeboat::aws
