#pragma once

#include <map>
#include <string>

#include "aws/endpoint.h"
#include "base/error.h"

namespace lifeboat::aws {

/// The settings of one profile.
using Profile = std::map<std::string, std::string>;

/// The profiles of the two shared files; where both have a setting, the credentials file's is the one.
class Profiles {
 public:
  /// From AWS_CONFIG_FILE or ~/.aws/config, and AWS_SHARED_CREDENTIALS_FILE or ~/.aws/credentials. A file that does not
  /// exist has no profiles. Errors: bad_flag, naming file and line; io_failed.
  static base::Result<Profiles> load(const Environment& environment);
  /// From the two files' contents.
  static base::Result<Profiles> parse(const std::string& config, const std::string& credentials);

  /// Null when there is none of that name.
  const Profile* find(const std::string& name) const;

 private:
  std::map<std::string, Profile> profiles_;
};

/// AWS_PROFILE, or "default".
std::string profile_name(const Environment& environment);

/// The setting's value; empty when it is not there.
std::string setting(const Profile& profile, const std::string& name);

}  // namespace lifeboat::aws
