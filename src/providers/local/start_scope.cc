#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "providers/local/region_init.h"
#include "system/files.h"
#include "system/process.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

/// "lifeboat region-init ROOT PREFIX -- CHILD… -- CHILD…".
std::vector<std::string> init_arguments(const std::filesystem::path& binary, const RegionInitOptions& options) {
  std::vector<std::string> argv{binary.string(), "region-init", options.scope_root.string(), options.address_prefix};
  for (const auto& child : options.children) {
    argv.push_back("--");
    argv.insert(argv.end(), child.begin(), child.end());
  }
  return argv;
}

/// In the middle process: gives up root, starts the init and goes, so that the init is nobody's child that could be
/// mistaken for ours.
int start_detached(const system::SpawnRequest& request, const ScopeUser& user) {
  if (user.uid >= 0) {
    if (::setgroups(0, nullptr) != 0 || ::setgid(static_cast<gid_t>(user.gid)) != 0 ||
        ::setuid(static_cast<uid_t>(user.uid)) != 0)
      return 1;
  }
  return system::spawn(request) ? 0 : 1;
}

std::string last_lines(const std::filesystem::path& log, std::uintmax_t from) {
  const auto text = system::read_file(log);
  return text && text->size() > from ? text->substr(from) : "it printed nothing";
}

}  // namespace

base::Status start_scope(const std::filesystem::path& binary, const RegionInitOptions& options, const ScopeUser& user) {
  if (scope_runs(options.scope_root)) return {};
  const auto log = options.scope_root / "logs" / "region-init.log";
  std::error_code none;
  const auto log_size = std::filesystem::exists(log, none) ? std::filesystem::file_size(log, none) : 0;
  auto environment = system::basic_environment();
  environment["LIFEBOAT_SCOPE"] = options.scope_root.string();
  if (user.uid >= 0) environment["HOME"] = options.scope_root.string();
  const system::SpawnRequest request{init_arguments(binary, options), environment, options.scope_root, log};
  const pid_t middle = ::fork();
  if (middle < 0) return base::fail(ErrorCode::process_failed, "fork failed");
  if (middle == 0) ::_exit(start_detached(request, user));
  ::waitpid(middle, nullptr, 0);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (std::chrono::steady_clock::now() < deadline) {
    if (scope_runs(options.scope_root)) return {};
    const auto said = last_lines(log, log_size);
    if (said.find("error:") != std::string::npos) {
      const auto code =
          said.find("port_taken") != std::string::npos ? ErrorCode::port_taken : ErrorCode::process_failed;
      return base::fail(code, fmt::format("{}: {}", options.scope_root.filename().string(), said));
    }
    std::this_thread::sleep_for(Milliseconds{2});
  }
  return base::fail(ErrorCode::process_failed,
                    fmt::format("the init of {} did not start: {}", options.scope_root.filename().string(),
                                last_lines(log, log_size)));
}

}  // namespace lifeboat::local
