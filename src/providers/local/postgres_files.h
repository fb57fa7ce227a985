#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "base/error.h"

namespace lifeboat::local {

/// Replaces the file as a whole: after a crash it has either the old or the new content. Synced, together with its
/// folder, before this returns. Errors: io_failed, disk_full.
base::Status write_file_durably(const std::filesystem::path& file, const std::string& content, mode_t mode = 0600);
/// The same without waiting for the disk, for what can be written again.
base::Status write_file(const std::filesystem::path& file, const std::string& content, mode_t mode = 0600);
base::Result<std::string> read_text_file(const std::filesystem::path& file);
/// Makes a rename, a creation or a removal in the folder survive a loss of power.
base::Status sync_folder(const std::filesystem::path& folder);
/// Makes everything that was written to the folder's file system survive a loss of power: for a tree of a thousand
/// files much faster than syncing each.
base::Status sync_file_system(const std::filesystem::path& folder);
/// Makes the folder and its parents, readable by their owner only. No error when it is there.
base::Status make_private_folder(const std::filesystem::path& folder);
/// Removes the tree; no error when there is none.
base::Status remove_tree(const std::filesystem::path& tree);
/// Renames within one file system and syncs the folders.
base::Status rename_durably(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace lifeboat::local
