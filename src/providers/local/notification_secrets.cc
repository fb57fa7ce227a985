#include "providers/local/notification_secrets.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <string>

#include "monitoring/alertmanager_config.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

constexpr std::uintmax_t largest_secret_bytes = 4096;

base::Status is_private(const fs::path& file) {
  struct stat seen {};
  // A missing file is said by who reads it.
  if (::stat(file.c_str(), &seen) != 0) return {};
  if (!S_ISREG(seen.st_mode)) {
    return base::fail(ErrorCode::bad_stack_file,
                      fmt::format("{}, which a notification route names, is no file", file.string()));
  }
  if (static_cast<std::uintmax_t>(seen.st_size) > largest_secret_bytes) {
    return base::fail(ErrorCode::bad_stack_file,
                      fmt::format("{} has {} bytes, expected is one secret", file.string(), seen.st_size));
  }
  if ((seen.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
  return base::fail(ErrorCode::bad_stack_file,
                    fmt::format("{} holds a secret and others may read it (mode {:04o})", file.string(),
                                static_cast<unsigned>(seen.st_mode & 07777)),
                    fmt::format("Run 'chmod 600 {}'.", file.string()));
}

base::Result<std::string> read_secret(const fs::path& file) {
  if (auto closed = is_private(file); !closed) return std::unexpected(closed.error());
  auto text = system::read_file(file);
  if (!text) return base::wrap(text.error(), "a notification route of the stack file names it");
  text->erase(std::min(text->find_last_not_of(" \t\r\n") + 1, text->size()));
  if (text->empty())
    return base::fail(ErrorCode::bad_stack_file, fmt::format("{} is empty, expected is a secret", file.string()));
  return text;
}

}  // namespace

base::Status provide_notification_secrets(const model::Notifications& routes, const fs::path& stack_folder,
                                          const fs::path& folder) {
  const auto secrets = monitoring::notification_secrets(routes);
  if (auto made = system::make_folder(folder); !made) return made;
  for (const auto& secret : secrets) {
    const auto text = read_secret(stack_folder / secret.source);
    if (!text) return std::unexpected(text.error());
    if (auto written = system::replace_file(folder / secret.name, *text); !written) return written;
  }
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder, none)) {
    const auto name = entry.path().filename().string();
    if (std::ranges::none_of(secrets, [&](const auto& secret) { return secret.name == name; })) fs::remove(entry, none);
  }
  return {};
}

}  // namespace lifeboat::local
