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

#include "../pg/lease_file.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using File = lifeboat::LifeboatLeaseFile;

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

bool is_lease_file(const File& file) {
  return std::memcmp(file.magic, LIFEBOAT_LEASE_MAGIC, sizeof file.magic) == 0 && file.format == LIFEBOAT_LEASE_FORMAT;
}

bool is_of_this_boot(const File& file, const std::string& boot_id) {
  return std::memcmp(file.boot_id, boot_id.data(), boot_id.size()) == 0;
}

/// A deadline of another boot is taken away before the boot's name can be read beside it.
void begin(void* page, const std::string& boot_id) {
  auto& file = *static_cast<File*>(page);
  if (is_of_this_boot(file, boot_id)) return;
  deadline_of(page).store(0, std::memory_order_release);
  epoch_of(page).exchange(0, std::memory_order_acq_rel);  // The name's bytes stay behind it, the deadline before.
  std::memcpy(file.boot_id, boot_id.data(), boot_id.size());
}

base::Result<std::string> read_boot_id() {
  auto boot_id = system::read_file("/proc/sys/kernel/random/boot_id");
  if (!boot_id) return boot_id;
  while (boot_id->ends_with('\n')) boot_id->pop_back();
  if (boot_id->size() == LIFEBOAT_LEASE_BOOT_ID_BYTES) return boot_id;
  return base::fail(ErrorCode::io_failed, fmt::format("the kernel's boot id is '{}', which is none", *boot_id));
}

/// The whole page under another name first, so that no database ever maps half of one.
base::Status make_if_missing(const std::filesystem::path& file) {
  std::error_code none;
  if (std::filesystem::exists(file, none)) return {};
  File page{};
  std::memcpy(page.magic, LIFEBOAT_LEASE_MAGIC, sizeof page.magic);
  page.format = LIFEBOAT_LEASE_FORMAT;
  std::string bytes(sizeof page, '\0');
  std::memcpy(bytes.data(), &page, sizeof page);
  return system::replace_file(file, bytes, S_IRUSR | S_IWUSR);
}

base::Result<void*> map_page(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (descriptor < 0) return failed("open", file);
  struct stat status {};
  void* page = MAP_FAILED;
  if (::fstat(descriptor, &status) == 0 && status.st_size == LIFEBOAT_LEASE_FILE_BYTES) {
    page = ::mmap(nullptr, LIFEBOAT_LEASE_FILE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  } else {
    errno = EINVAL;
  }
  ::close(descriptor);
  if (page == MAP_FAILED) return failed("map", file);
  return page;
}

}  // namespace

base::Result<LeasePage> LeasePage::open(const std::filesystem::path& file) {
  const auto boot_id = read_boot_id();
  if (!boot_id) return std::unexpected(boot_id.error());
  if (auto made = make_if_missing(file); !made) return std::unexpected(made.error());
  const auto mapped = map_page(file);
  if (!mapped) return std::unexpected(mapped.error());
  LeasePage page(*mapped);
  if (!is_lease_file(*static_cast<File*>(*mapped))) {
    return base::fail(ErrorCode::record_corrupt, fmt::format("{} is not a lease file", file.string()),
                      "Stop the region's databases, remove the file and start the agent: it makes it again.");
  }
  begin(*mapped, *boot_id);
  return page;
}

LeasePage::~LeasePage() {
  if (page_ != nullptr) ::munmap(page_, LIFEBOAT_LEASE_FILE_BYTES);
}

LeasePage::LeasePage(LeasePage&& other) noexcept : page_(std::exchange(other.page_, nullptr)) {}

LeasePage::Content LeasePage::read() const {
  return {base::Epoch{epoch_of(page_).load()},
          base::Instant(std::chrono::nanoseconds(static_cast<std::int64_t>(deadline_of(page_).load())))};
}

void LeasePage::write(const Content& content) {
  const auto answers_until_ns = static_cast<std::uint64_t>(content.answers_until.time_since_epoch().count());
  std::atomic_ref(static_cast<File*>(page_)->answers_until_ns).store(answers_until_ns, std::memory_order_release);
  // The deadline of one epoch is never read beside the number of another.
  if (epoch_of(page_).load() != content.epoch.value) {
    deadline_of(page_).store(0, std::memory_order_release);
    epoch_of(page_).store(content.epoch.value, std::memory_order_release);
  }
  const auto deadline_ns = static_cast<std::uint64_t>(content.deadline.time_since_epoch().count());
  deadline_of(page_).store(deadline_ns, std::memory_order_release);
}

}  // namespace lifeboat::local
