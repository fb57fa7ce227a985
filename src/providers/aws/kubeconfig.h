#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "base/error.h"
#include "base/ids.h"
#include "providers/aws/work.h"

namespace lifeboat::aws_world {

/// The content of a kubeconfig for an EKS cluster, with one context; `token` is a secret. Pure.
struct ClusterAccess {
  std::string name;
  std::string endpoint;   ///< "https://…"
  std::string authority;  ///< The certificate authority, in base64.
  std::string token;
};
std::string kubeconfig_text(const ClusterAccess& access);

/// Runs `use` with a kubeconfig (0600, in a folder of its own that is gone afterwards) whose context is the cluster's
/// name. Its token is a request to STS signed by our credentials and good for a quarter of an hour; it is in no
/// argument. aws_missing when there is no such cluster.
base::Status with_kubeconfig(
    const Work& work, const std::string& cluster, const base::RegionName& region,
    const std::function<base::Status(const std::filesystem::path& file, const std::string& context)>& use);

}  // namespace lifeboat::aws_world
