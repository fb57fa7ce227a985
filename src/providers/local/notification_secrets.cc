#include "providers/local/notification_secrets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "system/descriptor.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

constexpr std::size_t largest_secret_bytes = 4096;

std::unexpected<base::Error> refuse(const model::NotificationSecret& secret, const fs::path& file,
                                    const std::string& seen, std::string help = "") {
  return base::fail(ErrorCode::bad_stack_file, fmt::format("{}: {} {}", secret.field, file.string(), seen),
                    std::move(help));
}

/// Looks at what it has opened, so that nobody can put another file there in between.
base::Result<std::string> read_secret(const model::NotificationSecret& secret, const fs::path& file) {
  const system::Descriptor opened(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!opened) return refuse(secret, file, fmt::format("can't be opened: {}", std::strerror(errno)));
  struct stat seen {};
  if (::fstat(opened.get(), &seen) != 0 || !S_ISREG(seen.st_mode)) return refuse(secret, file, "is no file");
  if ((seen.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return refuse(
        secret, file,
        fmt::format("holds a secret and others may read it (mode {:04o})", static_cast<unsigned>(seen.st_mode & 07777)),
        fmt::format("Run 'chmod 600 {}'.", file.string()));
  }
  std::array<char, largest_secret_bytes + 1> bytes{};
  const auto count = ::read(opened.get(), bytes.data(), bytes.size());
  if (count < 0) return refuse(secret, file, fmt::format("can't be read: {}", std::strerror(errno)));
  std::string text(bytes.data(), static_cast<std::size_t>(count));
  text.erase(std::min(text.find_last_not_of(" \t\r\n") + 1, text.size()));
  if (text.empty()) return refuse(secret, file, "is empty, expected is a secret");
  if (text.size() > largest_secret_bytes || text.contains('\n')) {
    return refuse(secret, file, "has more than one line, or is very long; expected is one secret");
  }
  return text;
}

}  // namespace

base::Status provide_notification_secrets(const model::Notifications& routes, const fs::path& stack_folder,
                                          const fs::path& folder) {
  const auto secrets = model::secrets_of(routes);
  if (auto made = system::make_folder(folder); !made) return made;
  std::error_code none;
  for (const auto& secret : secrets) {
    const auto source = stack_folder / secret.file;
    // A repair must not fail because the original has been put away.
    if (!fs::exists(source, none) && fs::exists(folder / secret.name, none)) continue;
    const auto text = read_secret(secret, source);
    if (!text) return std::unexpected(text.error());
    if (auto written = system::replace_file(folder / secret.name, *text); !written) return written;
  }
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const auto name = entry.path().filename().string();
    if (std::ranges::none_of(secrets, [&](const auto& secret) { return secret.name == name; })) fs::remove(entry, none);
  }
  return {};
}

}  // namespace lifeboat::local
