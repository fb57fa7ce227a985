#include "providers/local/web_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "providers/local/privileges.h"

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

}  // namespace

std::vector<std::string> fill_in(std::vector<std::string> command, const Endpoint& endpoint) {
  for (auto& argument : command) {
    replace_all(argument, "{address}", endpoint.address);
    replace_all(argument, "{port}", std::to_string(endpoint.port));
  }
  return command;
}

std::string program_path() {
  const char* path = std::getenv("PATH");
  return path != nullptr ? path : "/usr/bin:/bin";
}

bool executable(const fs::path& file) {
  std::error_code none;
  return !fs::is_directory(file, none) && ::access(file.c_str(), X_OK) == 0;
}

base::Result<std::string> find_in_path(const std::string& program, const std::string& path, const fs::path& folder,
                                       const Executable& usable) {
  if (program.find('/') != std::string::npos) {
    const auto file = folder / program;
    if (usable(file)) return file.string();
    return base::fail(ErrorCode::program_missing,
                      fmt::format("web.command names '{}', and there is no {} that the application may execute",
                                  program, file.lexically_normal().string()),
                      "A path in web.command is relative to the stack file's folder; check it, and the file's mode.");
  }
  std::istringstream folders(path);
  for (std::string candidate; std::getline(folders, candidate, ':');) {
    const auto file = fs::path(candidate) / program;
    if (usable(file)) return file.string();
  }
  return base::fail(ErrorCode::program_missing,
                    fmt::format("web.command names '{}', which is in no folder of PATH ({})", program, path),
                    fmt::format("Install it (Debian's package often has the program's name: apt-get install {}), or "
                                "write its path into the stack file.",
                                program));
}

base::Status check_web_command(const model::WebTier& web, const fs::path& folder, const ScopeUser& user) {
  if (web.command.empty()) return {};
  const auto name = user_name(user);
  if (!accessible_to(user, folder)) {
    return base::fail(
        ErrorCode::permission_denied,
        fmt::format("web.command runs in the stack file's folder, and the user '{}' whom the application runs as "
                    "cannot read {}",
                    name, folder.string()),
        "Put the application where that user may read it (below /srv, for example), or run lifeboat as its owner.");
  }
  const auto usable = [&user](const fs::path& file) { return executable(file) && accessible_to(user, file); };
  const auto program = find_in_path(web.command.front(), program_path(), folder, usable);
  if (!program) return base::wrap(program.error(), fmt::format("as user '{}'", name));
  return {};
}

}  // namespace lifeboat::local
