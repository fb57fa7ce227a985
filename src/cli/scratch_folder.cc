#include "cli/scratch_folder.h"

#include <stdlib.h>

#include <string>

namespace lifeboat::cli {

ScratchFolder::ScratchFolder() {
  std::error_code none;
  std::string name = (std::filesystem::temp_directory_path(none) / "lifeboat-XXXXXX").string();
  if (::mkdtemp(name.data()) != nullptr) path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code none;
  if (!path_.empty()) std::filesystem::remove_all(path_, none);
}

}  // namespace lifeboat::cli
