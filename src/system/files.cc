#include "system/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace lifeboat::system {
namespace {

using base::ErrorCode;

std::unexpected<base::Error> failed(std::string_view what, const std::filesystem::path& path) {
  const int error = errno;
  const auto code = error == ENOSPC || error == EDQUOT  ? ErrorCode::disk_full
                    : error == ENOENT                   ? ErrorCode::file_missing
                    : error == EACCES || error == EPERM ? ErrorCode::permission_denied
                                                        : ErrorCode::io_failed;
  return base::fail(code, fmt::format("{} {}: {}", what, path.string(), std::strerror(error)));
}

base::Status write_all(int file, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const auto written = ::write(file, content.data(), content.size());
    if (written < 0 && errno != EINTR) return failed("writing", path);
    if (written > 0) content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

base::Status write_new(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file) return failed("creating", path);
  if (::fchmod(file.get(), mode) != 0) return failed("setting the mode of", path);
  if (auto written = write_all(file.get(), content, path); !written) return written;
  if (::fsync(file.get()) != 0) return failed("syncing", path);
  return {};
}

}  // namespace

base::Status sync_folder(const std::filesystem::path& folder) {
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return failed("syncing", folder);
  return {};
}

base::Result<std::string> read_file(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return failed("opening", path);
  std::string content;
  std::array<char, 16384> part{};
  while (true) {
    const auto count = ::read(file.get(), part.data(), part.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("reading", path);
    if (count == 0) return content;
    content.append(part.data(), static_cast<std::size_t>(count));
  }
}

base::Status replace_file(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  const std::filesystem::path beside = path.string() + fmt::format(".{}.new", ::gettid());
  auto written = write_new(beside, content, mode);
  if (written && ::rename(beside.c_str(), path.c_str()) != 0) written = failed("replacing", path);
  if (!written) {
    ::unlink(beside.c_str());
    return written;
  }
  return sync_folder(path.parent_path());
}

base::Status append_file(const std::filesystem::path& path, std::string_view content, mode_t mode) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, mode));
  if (!file) return failed("opening", path);
  const auto length = ::lseek(file.get(), 0, SEEK_END);
  auto written = write_all(file.get(), content, path);
  if (written && ::fdatasync(file.get()) != 0) written = failed("syncing", path);
  if (!written) {
    [[maybe_unused]] const auto undone = ::ftruncate(file.get(), length);
    return written;
  }
  return length == 0 ? sync_folder(path.parent_path()) : written;
}

base::Status make_folder(const std::filesystem::path& path, mode_t mode) {
  std::error_code error;
  if (!path.parent_path().empty()) std::filesystem::create_directories(path.parent_path(), error);
  if (::mkdir(path.c_str(), mode) != 0 && errno != EEXIST) return failed("making the folder", path);
  return {};
}

base::Result<FileLock> FileLock::take(const std::filesystem::path& path) {
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return failed("opening", path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return base::fail(ErrorCode::lock_held, path.string() + " is locked by another process");
    return failed("locking", path);
  }
  return FileLock(std::move(file));
}

base::Result<std::uint64_t> free_bytes(const std::filesystem::path& path) {
  struct statvfs space {};
  if (::statvfs(path.c_str(), &space) != 0) return failed("looking at", path);
  return static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
}

base::Result<std::string> random_token(std::size_t count) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  constexpr unsigned fair = 256 - 256 % alphabet.size();  // Bytes above would favour the first letters.
  std::string token;
  while (token.size() < count) {
    unsigned char byte = 0;
    if (::getrandom(&byte, 1, 0) != 1)
      return base::fail(ErrorCode::io_failed, "the secure random source does not answer");
    if (byte < fair) token += alphabet[byte % alphabet.size()];
  }
  return token;
}

}  // namespace lifeboat::system
