#include "providers/aws/kubeconfig.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/base64.h"
#include "system/files.h"

namespace lifeboat::aws_world {
namespace {

namespace fs = std::filesystem;
using aws::Json;
using base::ErrorCode;

/// EKS takes no request that is valid for longer.
constexpr std::chrono::seconds request_valid_for{60};

/// What EKS takes as a token: that whoever has it may ask STS, in our name, who we are.
base::Result<std::string> token_of(const Work& work, const std::string& cluster, const base::RegionName& region) {
  const auto url = work.client().presigned_url("sts", "GetCallerIdentity", region.value, Json::object(),
                                               request_valid_for, {}, {{"x-k8s-aws-id", cluster}});
  if (!url) return std::unexpected(url.error());
  return "k8s-aws-v1." + base64_url(*url);
}

base::Result<ClusterAccess> access_of(const Work& work, const std::string& cluster, const base::RegionName& region) {
  const auto answer = work.call("eks", "DescribeCluster", region, {{"name", cluster}});
  if (!answer) return std::unexpected(answer.error());
  const auto found = answer->value("cluster", Json::object());
  auto token = token_of(work, cluster, region);
  if (!token) return std::unexpected(token.error());
  ClusterAccess access{.name = cluster,
                       .endpoint = found.value("endpoint", ""),
                       .authority = found.value("certificateAuthority", Json::object()).value("data", ""),
                       .token = std::move(*token)};
  if (!access.endpoint.empty()) return access;
  return base::fail(ErrorCode::cluster_unreachable,
                    fmt::format("{}: the cluster {} has no endpoint yet", region.value, cluster));
}

/// A folder of our own, gone with all that is in it.
class Scratch {
 public:
  explicit Scratch(const std::string& name) : path_(fs::temp_directory_path() / ("lifeboat-" + name)) {}
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code none;
    fs::remove_all(path_, none);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

}  // namespace

std::string kubeconfig_text(const ClusterAccess& access) {
  const auto& name = access.name;
  const Json config{
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"clusters",
       Json::array({{{"name", name},
                     {"cluster", {{"server", access.endpoint}, {"certificate-authority-data", access.authority}}}}})},
      {"users", Json::array({{{"name", name}, {"user", {{"token", access.token}}}}})},
      {"contexts", Json::array({{{"name", name}, {"context", {{"cluster", name}, {"user", name}}}}})},
      {"current-context", name}};
  return config.dump(2) + "\n";  // JSON is YAML.
}

base::Status with_kubeconfig(
    const Work& work, const std::string& cluster, const base::RegionName& region,
    const std::function<base::Status(const std::filesystem::path& file, const std::string& context)>& use) {
  constexpr std::size_t name_length = 16;
  const auto access = access_of(work, cluster, region);
  if (!access) return std::unexpected(access.error());
  const auto name = system::random_token(name_length);
  if (!name) return std::unexpected(name.error());
  const Scratch scratch(*name);
  if (auto made = system::make_folder(scratch.path()); !made) return made;
  const auto file = scratch.path() / "kubeconfig";
  if (auto written = system::replace_file(file, kubeconfig_text(*access)); !written) return written;
  return use(file, cluster);
}

}  // namespace lifeboat::aws_world
