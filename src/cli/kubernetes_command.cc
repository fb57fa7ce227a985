#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "cli/clusters.h"
#include "cli/declare.h"
#include "cli/kubectl.h"
#include "cli/scratch_folder.h"
#include "cli/stack_source.h"
#include "monitoring/manifests.h"

namespace lifeboat::cli {
namespace {

struct KubernetesFlags {
  std::string file;
  std::string region;
  std::string folder;
};

/// kustomize, which is part of kubectl, puts the files together; no cluster is asked.
base::Result<std::string> manifests(const model::Stack& stack, const base::RegionName& region) {
  constexpr base::Milliseconds limit{30'000};
  const ScratchFolder scratch;
  if (auto written = write_cluster_files(stack, scratch.path()); !written) return std::unexpected(written.error());
  const auto kubectl = Kubectl::find();
  if (!kubectl) return std::unexpected(kubectl.error());
  return kubectl->run("", {"kustomize", (scratch.path() / monitoring::overlay_folder(region)).string()}, limit);
}

Outcome print_region(Context& context, const model::Stack& stack, const std::string& named) {
  const auto* region = stack.region({named});
  if (region == nullptr) {
    return base::fail(base::ErrorCode::bad_flag, fmt::format("'{}' is no region of '{}'", named, stack.name),
                      fmt::format("Its regions are {} and {}.", stack.home.name.value, stack.standby.name.value));
  }
  const auto text = manifests(stack, region->name);
  if (!text) return std::unexpected(text.error());
  const nlohmann::ordered_json document = {{"version", api::document_version},
                                           {"region", region->name.value},
                                           {"namespace", monitoring::namespace_of(stack, region->name)},
                                           {"manifests", *text}};
  context.print(context.json() ? document.dump() + "\n" : *text);
  return ExitCode::done;
}

Outcome write_folder(Context& context, const model::Stack& stack, const std::filesystem::path& folder) {
  if (auto written = write_cluster_files(stack, folder); !written) return std::unexpected(written.error());
  std::vector<std::string> overlays;
  for (const auto* region : {&stack.home, &stack.standby}) {
    overlays.push_back((folder / monitoring::overlay_folder(region->name)).string());
  }
  const nlohmann::ordered_json document = {{"version", api::document_version}, {"overlays", overlays}};
  context.print(context.json() ? document.dump() + "\n"
                               : fmt::format("Written: {} and {}. Apply one with: kubectl apply --server-side "
                                             "--field-manager=lifeboat -k {}\n",
                                             overlays.front(), overlays.back(), overlays.front()));
  return ExitCode::done;
}

Outcome kubernetes(Context& context, const KubernetesFlags& flags) {
  if (flags.region.empty() == flags.folder.empty()) {
    return base::fail(base::ErrorCode::bad_flag, "name a region to print, or a folder to write into",
                      "For example: lifeboat kubernetes stack.yaml --region us-east-2");
  }
  const auto source = read_stack_source(stack_file_or_default(flags.file));
  if (!source) return std::unexpected(source.error());
  return flags.region.empty() ? write_folder(context, source->stack, flags.folder)
                              : print_region(context, source->stack, flags.region);
}

}  // namespace

Handler declare_kubernetes(CLI::App& parser) {
  auto flags = std::make_shared<KubernetesFlags>();
  parser.add_option("FILE", flags->file, "The stack file (default: ./stack.yaml)");
  parser.add_option("--region", flags->region, "Print the manifests of this region")->type_name("NAME");
  parser.add_option("--into", flags->folder, "Write base and overlays of both regions below this folder")
      ->type_name("FOLDER");
  return [flags](Context& context) { return kubernetes(context, *flags); };
}

}  // namespace lifeboat::cli
