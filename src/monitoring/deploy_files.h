#pragma once

#include <string_view>
#include <vector>

namespace lifeboat::monitoring {

struct DeployFile {
  std::string_view path;  ///< Below deploy/.
  std::string_view text;
};

/// What kustomize reads of deploy/, as it was when this was built.
const std::vector<DeployFile>& deploy_files();

}  // namespace lifeboat::monitoring
