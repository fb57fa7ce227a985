#include "providers/local/exporters.h"

#include <fmt/format.h>

#include <map>
#include <string_view>
#include <utility>

#include "providers/local/scope_parts.h"
#include "system/http_client.h"

namespace lifeboat::local {
namespace {

/// These programs are written in Go.
const std::map<std::string, std::string> one_thread{{"GOMAXPROCS", "1"}};

/// What there is no file system behind. Unlike the exporter's own list it leaves overlays, a container's root, alone.
constexpr const char* no_file_systems =
    "--collector.filesystem.fs-types-exclude=^(autofs|binfmt_misc|bpf|cgroup2?|configfs|debugfs|devpts|devtmpfs|"
    "fusectl|hugetlbfs|mqueue|nsfs|proc|pstore|rpc_pipefs|securityfs|selinuxfs|squashfs|sysfs|tracefs)$";

/// From the label of the exporter's own metric about how it was built.
std::string exporter_version(const Endpoint& endpoint, std::string_view build_info) {
  const auto answer = system::http_request({.address = endpoint.address, .port = endpoint.port, .target = "/metrics"},
                                           base::Milliseconds{700});
  if (!answer) return "";
  static constexpr std::string_view label = "version=\"";
  const auto metric = answer->body.find(build_info);
  // goversion="…" stands before it and ends alike.
  const auto begin = metric == std::string::npos ? metric : answer->body.find(",version=\"", metric);
  if (begin == std::string::npos) return "";
  const auto from = begin + 1 + label.size();
  return answer->body.substr(from, answer->body.find('"', from) - from);
}

}  // namespace

DatabaseExporter::DatabaseExporter(const RegionContext& context, const Placement& placement, Endpoint node)
    : context_(context),
      node_(std::move(node)),
      process_(scope_parts(context), placement, model::AssetKind::exporter, answers_http(placement.endpoint, "/")) {}

base::Status DatabaseExporter::ensure(base::Instant deadline) {
  auto environment = one_thread;
  environment["DATA_SOURCE_URI"] = fmt::format("{}/{}?sslmode=disable", node_.text(), context_.stack.database.name);
  environment["DATA_SOURCE_USER"] = "lifeboat_monitor";
  environment["DATA_SOURCE_PASS_FILE"] = (process_.folder() / "password").string();
  return process_.ensure({.files = {{"password", context_.secrets.database_monitor}},
                          .argv = {context_.programs.postgres_exporter.string(),
                                   "--web.listen-address=" + process_.endpoint().text(), "--log.level=warn"},
                          .environment = std::move(environment),
                          .fingerprint = "",
                          .stop_signal = SIGTERM},
                         deadline);
}

model::ObservedAsset DatabaseExporter::observe() {
  auto seen = process_.observe();
  if (seen.state == model::AssetState::ready)
    seen.version =
        version_.of(seen.pid, [&] { return exporter_version(process_.endpoint(), "postgres_exporter_build_info{"); });
  return seen;
}

NodeExporter::NodeExporter(const RegionContext& context, const Placement& placement)
    : context_(context),
      process_(scope_parts(context), placement, model::AssetKind::exporter, answers_http(placement.endpoint, "/")) {}

base::Status NodeExporter::ensure(base::Instant deadline) {
  return process_.ensure(
      {.argv = {context_.programs.node_exporter.string(), "--web.listen-address=" + process_.endpoint().text(),
                "--log.level=warn", "--web.disable-exporter-metrics", "--collector.disable-defaults", "--collector.cpu",
                "--collector.filesystem", "--collector.loadavg", "--collector.meminfo", no_file_systems},
       .environment = one_thread,
       .stop_signal = SIGTERM},
      deadline);
}

model::ObservedAsset NodeExporter::observe() {
  auto seen = process_.observe();
  if (seen.state == model::AssetState::ready) {
    seen.version =
        version_.of(seen.pid, [&] { return exporter_version(process_.endpoint(), "node_exporter_build_info{"); });
  }
  return seen;
}

}  // namespace lifeboat::local
