#include "providers/local/secrets.h"

#include <utility>

#include "system/files.h"

namespace lifeboat::local {
namespace {

constexpr std::size_t token_length = 40;

/// Reads one secret, making it where it is missing.
base::Status load_or_create(const std::filesystem::path& file, std::string& secret) {
  auto content = system::read_file(file);
  if (content && !content->empty()) {
    secret = std::move(*content);
    return {};
  }
  if (!content && content.error().code != base::ErrorCode::file_missing) return std::unexpected(content.error());
  auto token = system::random_token(token_length);
  if (!token) return std::unexpected(token.error());
  secret = std::move(*token);
  return system::replace_file(file, secret);
}

}  // namespace

base::Result<Secrets> load_or_create_secrets(const std::filesystem::path& folder) {
  if (auto made = system::make_folder(folder, 0700); !made) return std::unexpected(made.error());
  Secrets secrets;
  const std::pair<const char*, std::string*> files[] = {
      {"api_token", &secrets.api_token},
      {"viewer_token", &secrets.viewer_token},
      {"agent_token", &secrets.agent_token},
      {"marker_token", &secrets.marker_token},
      {"database_admin", &secrets.database_admin},
      {"database_replication", &secrets.database_replication},
      {"database_application", &secrets.database_application},
      {"database_monitor", &secrets.database_monitor},
      {"dns_api_key", &secrets.dns_api_key},
      {"dashboard_admin", &secrets.dashboard_admin},
      {"dashboard_key", &secrets.dashboard_key},
  };
  for (const auto& [name, secret] : files) {
    if (auto loaded = load_or_create(folder / name, *secret); !loaded) return std::unexpected(loaded.error());
  }
  return secrets;
}

}  // namespace lifeboat::local
