#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "api/plan_view.h"
#include "api/status_view.h"
#include "base/error.h"
#include "cli/stack_home.h"
#include "model/stack.h"

namespace lifeboat::cli {

// The regions' clusters, where monitoring.kubernetes.context names them: the manifests of the monitoring, applied by
// kubectl. No operation waits for them. Without a context nothing here does anything.

/// Writes the kustomize folder; files of other regions or stacks that are there stay.
base::Status write_cluster_files(const model::Stack& stack, const std::filesystem::path& folder);

/// Whether kubectl is there and both clusters answer; to be known before anything is built.
base::Status reach_clusters(const model::Stack& stack);

/// Applies the manifests and Grafana's password in both clusters, by server-side apply: what others have set there is
/// a conflict, and stays. `say` is told a sentence a region.
base::Status apply_to_clusters(const StackHome& home, const std::function<void(const std::string&)>& say);

/// The same in one region's cluster, to which a kubeconfig leads; its context is named. `paths` is where the manifests
/// are written and the secrets are kept.
base::Status apply_to_cluster(const model::Stack& stack, const local::StackPaths& paths, const base::RegionName& region,
                              const std::filesystem::path& kubeconfig, const std::string& context);

/// "CONTEXT/NAMESPACE" of each region.
std::vector<std::string> cluster_namespaces(const model::Stack& stack);

/// What was done, or left and why, a sentence a region.
struct ClusterRemoval {
  std::vector<std::string> sentences;
  bool complete = true;
};

/// Deletes each region's namespace with all that is in it; with `keep_data` only what runs, so that the volumes stay.
ClusterRemoval remove_from_clusters(const model::Stack& stack, bool keep_data);

/// Adds a step for each region's cluster: what an apply would change.
void add_clusters(const model::Stack& stack, api::PlanView& plan);
/// Adds what runs in each region's cluster to the region's monitoring. Takes as long as the slower of the clusters, 4 s
/// at most.
void add_clusters(const model::Stack& stack, api::StatusView& status);

/// What `kubectl get statefulsets -o json` says, as one part of the region.
api::PartView cluster_part(const std::string& context, const std::string& name_space, const std::string& document);

}  // namespace lifeboat::cli
