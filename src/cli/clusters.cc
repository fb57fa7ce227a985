#include "cli/clusters.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <future>
#include <nlohmann/json.hpp>

#include "cli/cluster_files.h"
#include "cli/kubectl.h"
#include "cli/scratch_folder.h"
#include "monitoring/manifests.h"
#include "providers/local/secrets.h"
#include "system/files.h"

namespace lifeboat::cli {
namespace {

namespace fs = std::filesystem;

constexpr base::Milliseconds answer_limit{10'000};
constexpr base::Milliseconds look_limit{4'000};
constexpr base::Milliseconds apply_limit{90'000};
constexpr base::Milliseconds namespace_removal_limit{180'000};
constexpr const char* field_manager = "--field-manager=lifeboat";
constexpr const char* part_kind = "monitoring_cluster";
constexpr const char* part_name = "kubernetes";

/// One region's cluster, and the namespace there.
struct Cluster {
  base::RegionName region;
  std::string context;
  std::string name_space;
  fs::path kubeconfig = {};  ///< Empty: the operator's own.
};

std::vector<std::string> arguments_for(const Cluster& cluster, std::vector<std::string> arguments) {
  if (!cluster.kubeconfig.empty()) arguments.push_back("--kubeconfig=" + cluster.kubeconfig.string());
  return arguments;
}

std::vector<Cluster> clusters_of(const model::Stack& stack) {
  std::vector<Cluster> clusters;
  if (!stack.monitoring.enabled || stack.monitoring.kubernetes_context.empty()) return clusters;
  for (const auto* region : {&stack.home, &stack.standby}) {
    clusters.push_back(
        {region->name, stack.monitoring.context_of(region->name), monitoring::namespace_of(stack, region->name)});
  }
  return clusters;
}

base::Status nothing_but_errors(const base::Result<std::string>& answer) {
  if (!answer) return std::unexpected(answer.error());
  return {};
}

/// By a file that is gone afterwards: an argument would show what is in it.
base::Status apply_secret(const Kubectl& kubectl, const Cluster& cluster, const fs::path& folder,
                          const std::string& name, const nlohmann::json& content) {
  const nlohmann::json secret{{"apiVersion", "v1"},
                              {"kind", "Secret"},
                              {"metadata", {{"name", name}, {"namespace", cluster.name_space}}},
                              {"stringData", content}};
  const auto file = folder / (name + ".json");
  if (auto written = system::replace_file(file, secret.dump()); !written) return written;
  const auto applied =
      kubectl.run(cluster.context,
                  arguments_for(cluster, {"apply", "--server-side", field_manager, "-f", file.string()}), apply_limit);
  std::error_code none;
  fs::remove(file, none);
  return nothing_but_errors(applied);
}

base::Status apply_secrets(const Kubectl& kubectl, const Cluster& cluster, const model::Stack& stack,
                           const local::StackPaths& paths) {
  const auto folder = paths.secrets();
  const auto secrets = local::load_or_create_secrets(folder);
  if (!secrets) return std::unexpected(secrets.error());
  auto applied = apply_secret(kubectl, cluster, folder, "grafana-admin",
                              {{"admin-password", secrets->dashboard_admin}, {"secret-key", secrets->dashboard_key}});
  if (!applied) return applied;
  auto notifications = nlohmann::json::object();
  for (const auto& secret : model::secrets_of(stack.monitoring.notifications)) {
    const auto text = system::read_file(paths.notification_secrets() / secret.name);
    if (!text) return std::unexpected(text.error());
    notifications[std::string(secret.name)] = *text;
  }
  return apply_secret(kubectl, cluster, folder, "notification-secrets", notifications);
}

std::string region_folder(const fs::path& folder, const Cluster& cluster) {
  return (folder / monitoring::overlay_folder(cluster.region)).string();
}

base::Status apply_one(const Cluster& cluster, const model::Stack& stack, const local::StackPaths& paths) {
  const auto kubectl = Kubectl::find();
  if (!kubectl) return std::unexpected(kubectl.error());
  const auto folder = paths.root / "manifests";
  if (auto written = write_cluster_files(stack, folder); !written) return written;
  const auto applied = kubectl->run(
      cluster.context,
      arguments_for(cluster, {"apply", "--server-side", field_manager, "-k", region_folder(folder, cluster)}),
      apply_limit);
  if (!applied) return std::unexpected(applied.error());
  return apply_secrets(*kubectl, cluster, stack, paths);
}

/// "absent", "the manifests differ", or nothing when an apply would change nothing. The error when nobody can say.
base::Result<std::string> difference(const Kubectl& kubectl, const Cluster& cluster, const fs::path& folder) {
  const auto there = kubectl.run(
      cluster.context, {"get", "namespace", cluster.name_space, "--ignore-not-found", "-o", "name"}, answer_limit);
  if (!there) return there;
  if (there->find(cluster.name_space) == std::string::npos) return "absent";
  const auto diff = kubectl.ask(
      cluster.context, {"diff", "--server-side", field_manager, "-k", region_folder(folder, cluster)}, apply_limit);
  if (!diff) return std::unexpected(diff.error());
  if (diff->exit_code == 0) return "";
  if (diff->exit_code == 1) return "the manifests differ from what is there";  // As diff itself; errors are above 1.
  return std::unexpected(kubectl_error(cluster.context, diff->printed));
}

api::PlanStepView step_of(const Cluster& cluster, const base::Result<std::string>& difference) {
  const auto reason = !difference           ? "not known: " + difference.error().message
                      : difference->empty() ? "as described"
                                            : *difference;
  return {cluster.region.value + "/" + part_name,
          part_kind,
          difference && difference->empty() ? "keep" : "ensure",
          reason,
          {}};
}

api::PartView seen_part(const Cluster& cluster) {
  api::PartView unknown{part_name, part_kind, "", "", "unknown", "", 0};
  const auto kubectl = Kubectl::find();
  if (!kubectl) {
    unknown.detail = kubectl.error().message;
    return unknown;
  }
  const auto document = kubectl->run(
      cluster.context, {"get", "statefulsets", "--namespace=" + cluster.name_space, "-o", "json"}, look_limit);
  if (document) return cluster_part(cluster.context, cluster.name_space, *document);
  unknown.detail = document.error().message;
  return unknown;
}

std::string remove_one(const Kubectl& kubectl, const Cluster& cluster, const std::string& stack, bool keep_data,
                       bool& complete) {
  const auto labels = fmt::format("app.kubernetes.io/managed-by=lifeboat,lifeboat/stack={},lifeboat/region={}", stack,
                                  cluster.region.value);
  // By label, so that a namespace that is not ours is never deleted, whatever its name.
  const auto answer =
      keep_data
          ? kubectl.run(cluster.context,
                        {"delete", "statefulsets", "--namespace=" + cluster.name_space, "--selector=" + labels},
                        namespace_removal_limit)
          : kubectl.run(cluster.context, {"delete", "namespace", "--selector=" + labels}, namespace_removal_limit);
  if (answer && keep_data)
    return fmt::format("{}: the monitoring of {} is stopped", cluster.context, cluster.name_space);
  if (answer) return fmt::format("{}: {} is gone, with its volumes", cluster.context, cluster.name_space);
  complete = false;
  return fmt::format("{}: {} is left, because {}; remove it with: kubectl --context={} delete namespace {}",
                     cluster.context, cluster.name_space, answer.error().message, cluster.context, cluster.name_space);
}

}  // namespace

base::Status write_cluster_files(const model::Stack& stack, const fs::path& folder) {
  constexpr mode_t readable = 0644;
  constexpr mode_t listable = 0755;
  for (const auto& [path, text] : cluster_files(stack)) {
    const auto file = folder / path;
    if (auto made = system::make_folder(file.parent_path(), listable); !made) return made;
    if (auto written = system::replace_file(file, text, readable); !written) return written;
  }
  return {};
}

base::Status reach_clusters(const model::Stack& stack) {
  for (const auto& cluster : clusters_of(stack)) {
    const auto kubectl = Kubectl::find();
    if (!kubectl) return std::unexpected(kubectl.error());
    const auto answer = kubectl->run(cluster.context, {"get", "--raw=/version"}, answer_limit);
    if (!answer) return std::unexpected(answer.error());
  }
  return {};
}

base::Status apply_to_clusters(const StackHome& home, const std::function<void(const std::string&)>& say) {
  for (const auto& cluster : clusters_of(home.stack)) {
    if (auto applied = apply_one(cluster, home.stack, home.paths); !applied) return applied;
    say(fmt::format("{}: the monitoring is applied to {} of the cluster {}", cluster.region.value, cluster.name_space,
                    cluster.context));
  }
  return {};
}

base::Status apply_to_cluster(const model::Stack& stack, const local::StackPaths& paths, const base::RegionName& region,
                              const fs::path& kubeconfig, const std::string& context) {
  return apply_one({region, context, monitoring::namespace_of(stack, region), kubeconfig}, stack, paths);
}

std::vector<std::string> cluster_namespaces(const model::Stack& stack) {
  std::vector<std::string> names;
  for (const auto& cluster : clusters_of(stack)) names.push_back(cluster.context + "/" + cluster.name_space);
  return names;
}

ClusterRemoval remove_from_clusters(const model::Stack& stack, bool keep_data) {
  ClusterRemoval removal;
  for (const auto& cluster : clusters_of(stack)) {
    const auto kubectl = Kubectl::find();
    if (kubectl) {
      removal.sentences.push_back(remove_one(*kubectl, cluster, stack.name, keep_data, removal.complete));
    } else {
      removal.complete = false;
      removal.sentences.push_back(
          fmt::format("{}: {} is left, because {}", cluster.context, cluster.name_space, kubectl.error().message));
    }
  }
  return removal;
}

void add_clusters(const model::Stack& stack, api::PlanView& plan) {
  const ScratchFolder scratch;
  for (const auto& cluster : clusters_of(stack)) {
    const auto kubectl = Kubectl::find();
    base::Result<std::string> found = "";
    if (!kubectl) {
      found = std::unexpected(kubectl.error());
    } else if (auto written = write_cluster_files(stack, scratch.path()); !written) {
      found = std::unexpected(written.error());
    } else {
      found = difference(*kubectl, cluster, scratch.path());
    }
    plan.steps.push_back(step_of(cluster, found));
    plan.changes_nothing = plan.changes_nothing && plan.steps.back().action == "keep";
  }
}

void add_clusters(const model::Stack& stack, api::StatusView& status) {
  std::vector<std::pair<std::string, std::future<api::PartView>>> parts;
  for (const auto& cluster : clusters_of(stack)) {
    parts.emplace_back(cluster.region.value, std::async(std::launch::async, seen_part, cluster));
  }
  for (auto& [region, part] : parts) {
    for (auto& view : status.regions) {
      if (view.name == region) view.monitoring.push_back(part.get());
    }
  }
}

api::PartView cluster_part(const std::string& context, const std::string& name_space, const std::string& document) {
  api::PartView part{part_name, part_kind, "", context + "/" + name_space, "absent", "", 0};
  const auto list = nlohmann::json::parse(document, nullptr, false);
  const auto items = list.is_object() ? list.value("items", nlohmann::json::array()) : nlohmann::json::array();
  std::vector<std::string> missing;
  for (const auto& item : items) {
    const int wanted = item.value(nlohmann::json::json_pointer("/spec/replicas"), 0);
    const int ready = item.value(nlohmann::json::json_pointer("/status/readyReplicas"), 0);
    if (ready >= wanted) continue;
    missing.push_back(
        fmt::format("{} {} of {}", item.value(nlohmann::json::json_pointer("/metadata/name"), ""), ready, wanted));
  }
  if (!items.empty()) part.state = missing.empty() ? "ready" : "starting";
  part.detail = items.empty() ? "nothing of it in " + part.url : fmt::format("{}", fmt::join(missing, ", "));
  return part;
}

}  // namespace lifeboat::cli
