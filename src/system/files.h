#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/error.h"
#include "system/descriptor.h"

namespace lifeboat::system {

/// The whole file. Errors: file_missing when there is none, io_failed.
base::Result<std::string> read_file(const std::filesystem::path& path);

/// Replaces the file so that a crash leaves the old or the new content, never a mixture: written beside it, synced,
/// renamed, and the folder synced. `mode` is that of the new file whatever the umask. Errors: disk_full, io_failed.
base::Status replace_file(const std::filesystem::path& path, std::string_view content, mode_t mode = 0600);

/// Adds to the end of the file, which it makes with `mode` where there is none, and syncs it: all of the content or, so
/// far as the disk permits, nothing of it. Errors: disk_full, io_failed.
base::Status append_file(const std::filesystem::path& path, std::string_view content, mode_t mode = 0600);

/// What has its name in the folder keeps it over a loss of power. Needed before anything is decided from a file that
/// another process replaced: it may have been ended before it synced the folder. Errors: io_failed.
base::Status sync_folder(const std::filesystem::path& folder);

/// Makes the folder and those above it; `mode` is that of the last one.
base::Status make_folder(const std::filesystem::path& path, mode_t mode = 0700);

/// An exclusive lock for as long as it lives; it goes with the process, however that ends.
class FileLock {
 public:
  /// ErrorCode::lock_held when another process holds it.
  static base::Result<FileLock> take(const std::filesystem::path& path);

 private:
  explicit FileLock(Descriptor file) : file_(std::move(file)) {}
  Descriptor file_;
};

/// Bytes that an unprivileged user may still write on the path's file system.
base::Result<std::uint64_t> free_bytes(const std::filesystem::path& path);

/// `count` characters of [A-Za-z0-9] from the operating system's secure random source.
base::Result<std::string> random_token(std::size_t count);

}  // namespace lifeboat::system
