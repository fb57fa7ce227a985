#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/units.h"

namespace lifeboat::cli {

struct KubectlAnswer {
  int exit_code = 0;
  std::string printed;  ///< Errors too.
};

/// Runs kubectl, which has the operator's credentials; nobody else needs them. One thread each.
class Kubectl {
 public:
  /// program_missing, with what to install, where there is none.
  static base::Result<Kubectl> find();

  /// `context`: see `kubectl config get-contexts`; empty for what asks no cluster. cluster_unreachable after `limit`,
  /// when it is ended.
  base::Result<KubectlAnswer> ask(const std::string& context, const std::vector<std::string>& arguments,
                                  base::Milliseconds limit) const;
  /// What it printed when its exit code is 0, else kubectl_error().
  base::Result<std::string> run(const std::string& context, const std::vector<std::string>& arguments,
                                base::Milliseconds limit) const;

 private:
  explicit Kubectl(std::filesystem::path program) : program_(std::move(program)) {}
  std::filesystem::path program_;
};

/// What went wrong, from what kubectl printed: cluster_unreachable, cluster_conflict, permission_denied,
/// cluster_failed.
base::Error kubectl_error(const std::string& context, const std::string& printed);

}  // namespace lifeboat::cli
