#include "providers/local/lease_page.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include "pg/lease_file.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using File = lifeboat_lease_file;

std::unexpected<base::Error> failed(std::string_view what, const std::filesystem::path& file) {
  const auto code = errno == ENOSPC || errno == EDQUOT ? ErrorCode::disk_full : ErrorCode::io_failed;
  return base::fail(code, fmt::format("cannot {} {}: {}", what, file.string(), std::strerror(errno)));
}

std::atomic_ref<std::uint64_t> deadline_of(void* page) {
  return std::atomic_ref(static_cast<File*>(page)->deadline_ns);
}

std::atomic_ref<std::uint64_t> epoch_of(void* page) {
  return std::atomic_ref(static_cast<File*>(page)->epoch);
}

bool is_of_this_boot(const File& file, const std::string& boot_id) {
  return file.magic == LIFEBOAT_LEASE_MAGIC && file.version == LIFEBOAT_LEASE_VERSION &&
         std::strncmp(file.boot_id, boot_id.c_str(), sizeof file.boot_id) == 0;
}

/// The deadline goes first and comes last, so that whoever reads meanwhile finds no lease.
void begin(void* page, const std::string& boot_id) {
  auto& file = *static_cast<File*>(page);
  if (is_of_this_boot(file, boot_id)) return;
  deadline_of(page).store(0);
  epoch_of(page).store(0);
  std::memset(file.boot_id, 0, sizeof file.boot_id);
  std::memcpy(file.boot_id, boot_id.data(), std::min(boot_id.size(), sizeof file.boot_id - 1));
  file.version = LIFEBOAT_LEASE_VERSION;
  std::atomic_ref(file.magic).store(LIFEBOAT_LEASE_MAGIC);
}

}  // namespace

base::Result<LeasePage> LeasePage::open(const std::filesystem::path& file) {
  auto boot_id = system::read_file("/proc/sys/kernel/random/boot_id");
  if (!boot_id) return std::unexpected(boot_id.error());
  while (!boot_id->empty() && boot_id->back() == '\n') boot_id->pop_back();
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (descriptor < 0) return failed("open", file);
  void* page = MAP_FAILED;
  // A page that the disk has no room for would end the agent with SIGBUS at its first write.
  const int full = ::posix_fallocate(descriptor, 0, LIFEBOAT_LEASE_BYTES);
  if (full == 0) {
    page = ::mmap(nullptr, LIFEBOAT_LEASE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  } else {
    errno = full;
  }
  // The databases read it as another user when the agent is root; there is nothing secret in it.
  (void)::fchmod(descriptor, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
  ::close(descriptor);
  if (page == MAP_FAILED) return failed("map", file);
  begin(page, *boot_id);
  return LeasePage(page);
}

LeasePage::~LeasePage() {
  if (page_ != nullptr) ::munmap(page_, LIFEBOAT_LEASE_BYTES);
}

LeasePage::LeasePage(LeasePage&& other) noexcept : page_(std::exchange(other.page_, nullptr)) {}

LeasePage::Content LeasePage::read() const {
  return {base::Epoch{epoch_of(page_).load()},
          base::Instant(std::chrono::nanoseconds(static_cast<std::int64_t>(deadline_of(page_).load())))};
}

void LeasePage::write(const Content& content) {
  // A lease of another epoch is taken away before the new one's number can be read beside it.
  if (epoch_of(page_).load() != content.epoch.value) deadline_of(page_).store(0);
  epoch_of(page_).store(content.epoch.value);
  deadline_of(page_).store(static_cast<std::uint64_t>(content.deadline.time_since_epoch().count()));
}

}  // namespace lifeboat::local
