#include "providers/local/postgres_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

std::unexpected<base::Error> failed(const fs::path& path, std::string_view what, int reason) {
  return base::fail(reason == ENOSPC ? ErrorCode::disk_full : ErrorCode::io_failed,
                    fmt::format("{}: {}: {}", path.string(), what, std::strerror(reason)));
}

/// Writes everything and, if asked, syncs; 0 or the reason.
int fill(int file, const std::string& content, bool durable) {
  std::size_t done = 0;
  while (done < content.size()) {
    const auto count = ::write(file, content.data() + done, content.size() - done);
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) done += static_cast<std::size_t>(count);
  }
  return durable && ::fsync(file) != 0 ? errno : 0;
}

base::Status replace(const fs::path& file, const std::string& content, mode_t mode, bool durable) {
  const fs::path next = fmt::format("{}.{}.new", file.string(), ::gettid());
  const int descriptor = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
  if (descriptor < 0) return failed(next, "cannot be written", errno);
  const int reason = fill(descriptor, content, durable);
  ::close(descriptor);
  if (reason != 0 || ::rename(next.c_str(), file.c_str()) != 0) {
    const int cause = reason != 0 ? reason : errno;
    ::unlink(next.c_str());
    return failed(file, "cannot be written", cause);
  }
  return durable ? sync_folder(file.parent_path()) : base::Status{};
}

base::Status sync_with(const fs::path& folder, int (*sync)(int)) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return failed(folder, "cannot be opened", errno);
  const int reason = sync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  return reason == 0 ? base::Status{} : failed(folder, "cannot be synced", reason);
}

}  // namespace

base::Status write_file_durably(const fs::path& file, const std::string& content, mode_t mode) {
  return replace(file, content, mode, true);
}

base::Status write_file(const fs::path& file, const std::string& content, mode_t mode) {
  return replace(file, content, mode, false);
}

base::Result<std::string> read_text_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return base::fail(ErrorCode::io_failed, fmt::format("{} cannot be read", file.string()));
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

base::Status sync_folder(const fs::path& folder) {
  return sync_with(folder, ::fsync);
}

base::Status sync_file_system(const fs::path& folder) {
  return sync_with(folder, ::syncfs);
}

base::Status make_private_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder.parent_path(), error);
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) return failed(folder, "cannot be made", errno);
  return {};
}

base::Status remove_tree(const fs::path& tree) {
  std::error_code error;
  fs::remove_all(tree, error);
  return error ? failed(tree, "cannot be removed", error.value()) : base::Status{};
}

base::Status rename_durably(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failed(from, "cannot be renamed to " + to.string(), errno);
  return sync_folder(to.parent_path());
}

}  // namespace lifeboat::local
