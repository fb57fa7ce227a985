#include "cli/aws_folder.h"

#include <fmt/format.h>

#include "providers/local/bootstrap.h"
#include "providers/local/notification_secrets.h"
#include "system/files.h"

namespace lifeboat::cli {
namespace {

namespace fs = std::filesystem;

}  // namespace

fs::path folder_of_file(const ChosenStack& chosen) {
  if (chosen.source.file == chosen.paths.stack_file()) {
    if (auto recorded = local::recorded_stack_folder(chosen.paths); recorded) return *std::move(recorded);
  }
  std::error_code none;
  return fs::absolute(chosen.source.file, none).parent_path();
}

base::Status install_aws_folder(const ChosenStack& chosen) {
  const auto& paths = chosen.paths;
  if (auto made = system::make_folder(paths.root, 0755); !made) return made;
  for (const auto& folder : {paths.journal(), paths.load(), paths.secrets()}) {
    if (auto made = system::make_folder(folder, 0700); !made) return made;
  }
  const auto folder = folder_of_file(chosen);
  const auto& routes = chosen.stack().monitoring.notifications;
  if (auto provided = local::provide_notification_secrets(routes, folder, paths.notification_secrets()); !provided) {
    return provided;
  }
  if (auto written = system::replace_file(paths.stack_folder(), folder.string(), 0644); !written) return written;
  // Last: a folder with a stack file is a stack.
  return system::replace_file(paths.stack_file(), chosen.source.text, 0644);
}

}  // namespace lifeboat::cli
