#include "journal/open_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace lifeboat::journal {
namespace {

using base::ErrorCode;

std::unexpected<base::Error> failed(std::string_view what, const std::string& name) {
  const auto code = errno == ENOSPC || errno == EDQUOT ? ErrorCode::disk_full : ErrorCode::io_failed;
  return base::fail(code, fmt::format("{} {}: {}", what, name, std::strerror(errno)));
}

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

class RealLogFile : public ports::LogFile {
 public:
  RealLogFile(Descriptor descriptor, std::string name) : descriptor_(std::move(descriptor)), name_(std::move(name)) {}

  base::Result<std::string> read_all() override {
    std::string bytes;
    std::array<char, 65536> buffer{};
    off_t offset = 0;
    while (true) {
      const auto count = ::pread(descriptor_.get(), buffer.data(), buffer.size(), offset);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return failed("cannot read", name_);
      if (count == 0) return bytes;
      bytes.append(buffer.data(), static_cast<std::size_t>(count));
      offset += count;
    }
  }

  base::Status append(std::string_view bytes) override {
    while (!bytes.empty()) {
      const auto count = ::write(descriptor_.get(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return failed("cannot write", name_);
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return {};
  }

  base::Status sync() override {
    if (::fdatasync(descriptor_.get()) != 0) return failed("cannot sync", name_);
    return {};
  }

  base::Status truncate(std::uint64_t size_bytes) override {
    if (::ftruncate(descriptor_.get(), static_cast<off_t>(size_bytes)) != 0) return failed("cannot cut", name_);
    if (::fsync(descriptor_.get()) != 0) return failed("cannot sync", name_);
    return {};
  }

  std::string name() const override { return name_; }

 private:
  Descriptor descriptor_;
  std::string name_;
};

/// A new file is there after a loss of power only when its folder was synced too.
base::Status sync_folder(const std::filesystem::path& folder) {
  const Descriptor descriptor(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (descriptor.get() < 0 || ::fsync(descriptor.get()) != 0) return failed("cannot sync", folder.string());
  return {};
}

}  // namespace

base::Result<std::unique_ptr<ports::LogFile>> open_log_file(const std::filesystem::path& path) {
  const auto name = path.string();
  Descriptor descriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (descriptor.get() < 0) return failed("cannot open", name);
  if (::flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed("cannot lock", name);
    return base::fail(ErrorCode::journal_locked, fmt::format("{} is held by another process", name));
  }
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  if (auto status = sync_folder(folder); !status) return std::unexpected(status.error());
  return std::make_unique<RealLogFile>(std::move(descriptor), name);
}

}  // namespace lifeboat::journal
