#include "journal/open_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "journal/log_parts.h"
#include "journal/memory_folder.h"

namespace lifeboat::journal {
namespace {

using base::ErrorCode;

std::unexpected<base::Error> failed(std::string_view what, const std::string& path) {
  const auto code = errno == ENOSPC || errno == EDQUOT  ? ErrorCode::disk_full
                    : errno == ENOENT                   ? ErrorCode::file_missing
                    : errno == EACCES || errno == EPERM ? ErrorCode::permission_denied
                                                        : ErrorCode::io_failed;
  auto message = fmt::format("{} {}: {}", what, path, std::strerror(errno));
  if (code != ErrorCode::permission_denied) return base::fail(code, std::move(message));
  return base::fail(code, std::move(message), "Run this as the user who ran 'lifeboat up'.");
}

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int get() const { return fd_; }

 private:
  int fd_;
};

base::Status lock(const Descriptor& descriptor, const std::string& path) {
  if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return failed("cannot lock", path);
  return base::fail(ErrorCode::journal_locked, fmt::format("{} is held by another process", path));
}

base::Status write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const auto count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failed("cannot write", path);
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

class RealLogFolder : public ports::LogFolder {
 public:
  RealLogFolder(Descriptor folder, std::filesystem::path path) : folder_(std::move(folder)), path_(std::move(path)) {}

  base::Status lock_all() {
    if (auto status = lock(folder_, path_.string()); !status) return status;
    // Programs older than rotation lock the file alone; the two must not write beside each other.
    if (::faccessat(folder_.get(), current_name, F_OK, 0) != 0) return {};
    return open_file(current_name);
  }

  base::Result<std::vector<std::string>> names() override {
    std::vector<std::string> names;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(path_, error), end; !error && entry != end; entry.increment(error)) {
      names.push_back(entry->path().filename().string());
    }
    if (error) {
      return base::fail(ErrorCode::io_failed, fmt::format("cannot read {}: {}", path_.string(), error.message()));
    }
    std::ranges::sort(names);
    return names;
  }

  base::Result<std::string> read(const std::string& name) override {
    const Descriptor file(::openat(folder_.get(), name.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return failed("cannot open", path(name));
    std::string bytes;
    std::array<char, 65536> buffer{};
    while (true) {
      const auto count = ::read(file.get(), buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return failed("cannot read", path(name));
      if (count == 0) return bytes;
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
    }
  }

  base::Status append(const std::string& name, std::string_view bytes) override {
    if (auto status = open_file(name); !status) return status;
    return write_all(file_->second.get(), bytes, path(name));
  }

  base::Status sync(const std::string& name) override {
    if (auto status = open_file(name); !status) return status;
    if (::fdatasync(file_->second.get()) != 0) return failed("cannot sync", path(name));
    return {};
  }

  base::Status truncate(const std::string& name, std::uint64_t size_bytes) override {
    if (auto status = open_file(name); !status) return status;
    if (::ftruncate(file_->second.get(), static_cast<off_t>(size_bytes)) != 0) return failed("cannot cut", path(name));
    if (::fsync(file_->second.get()) != 0) return failed("cannot sync", path(name));
    return {};
  }

  base::Status rename(const std::string& from, const std::string& to) override {
    file_.reset();
    if (::renameat(folder_.get(), from.c_str(), folder_.get(), to.c_str()) == 0) return {};
    return failed("cannot rename", path(from));
  }

  base::Status sync_names() override {
    if (::fsync(folder_.get()) != 0) return failed("cannot sync", path_.string());
    return {};
  }

  std::string path(const std::string& name) const override { return (path_ / name).string(); }

 private:
  /// Keeps the file that is written open, and locked.
  base::Status open_file(const std::string& name) {
    if (file_ && file_->first == name) return {};
    file_.reset();
    Descriptor file(::openat(folder_.get(), name.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (file.get() < 0) return failed("cannot open", path(name));
    // The controller of a stack that root brought up is not root; it has to read what root repairs.
    struct stat folder {};
    const bool given = ::geteuid() != 0 || (::fstat(folder_.get(), &folder) == 0 &&
                                            ::fchown(file.get(), folder.st_uid, folder.st_gid) == 0);
    if (!given) return failed("cannot give to the folder's owner", path(name));
    if (auto status = lock(file, path(name)); !status) return status;
    file_.emplace(name, std::move(file));
    return {};
  }

  Descriptor folder_;
  std::filesystem::path path_;
  std::optional<std::pair<std::string, Descriptor>> file_;
};

base::Result<std::unique_ptr<RealLogFolder>> open_unlocked(const std::filesystem::path& path) {
  Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.get() < 0) return failed("cannot open", path.string());
  return std::make_unique<RealLogFolder>(std::move(folder), path);
}

/// Made before the folder that works with it.
struct OwnDisk {
  MemoryDisk disk;
};

class VolatileFolder : private OwnDisk, public MemoryFolder {
 public:
  VolatileFolder() : MemoryFolder(disk) {}
};

}  // namespace

std::unique_ptr<ports::LogFolder> volatile_log_folder() {
  return std::make_unique<VolatileFolder>();
}

base::Result<std::unique_ptr<ports::LogFolder>> open_log_folder(const std::filesystem::path& path) {
  auto folder = open_unlocked(path);
  if (!folder) return std::unexpected(folder.error());
  if (auto status = (*folder)->lock_all(); !status) return std::unexpected(status.error());
  return std::unique_ptr<ports::LogFolder>(std::move(*folder));
}

base::Result<std::unique_ptr<ports::LogFolder>> look_into_log_folder(const std::filesystem::path& path) {
  auto folder = open_unlocked(path);
  if (!folder) return std::unexpected(folder.error());
  return std::unique_ptr<ports::LogFolder>(std::move(*folder));
}

}  // namespace lifeboat::journal
