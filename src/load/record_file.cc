#include "load/record_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace lifeboat::load {
namespace {

std::unexpected<base::Error> io_error(std::string_view what, const std::string& path) {
  const base::ErrorCode code = errno == ENOSPC ? base::ErrorCode::disk_full : base::ErrorCode::io_failed;
  return base::fail(code, fmt::format("cannot {} the load record {}: {}", what, path, std::strerror(errno)));
}

}  // namespace

RecordFile::~RecordFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

RecordFile::RecordFile(RecordFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      path_(std::move(other.path_)),
      pending_(std::move(other.pending_)) {}

RecordFile& RecordFile::operator=(RecordFile&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(path_, other.path_);
  std::swap(pending_, other.pending_);
  return *this;
}

base::Result<RecordFile> RecordFile::open(const std::filesystem::path& path) {
  std::error_code ignored;  // What matters is whether the file opens.
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  RecordFile file;
  file.path_ = path.string();
  file.descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (file.descriptor_ < 0) return io_error("open", file.path_);
  return file;
}

void RecordFile::add_line(std::string_view line) {
  pending_.append(line).push_back('\n');
}

base::Status RecordFile::flush() {
  while (!pending_.empty()) {
    const ssize_t written = write(descriptor_, pending_.data(), pending_.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return io_error("write", path_);
    pending_.erase(0, static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace lifeboat::load
