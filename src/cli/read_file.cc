#include "cli/read_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace lifeboat::cli {

base::Result<std::string> read_file(const std::filesystem::path& path) {
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream || std::filesystem::is_directory(path)) {
    const int problem = errno == 0 ? EIO : errno;
    return base::fail(problem == EACCES ? base::ErrorCode::permission_denied : base::ErrorCode::io_failed,
                      fmt::format("cannot read {}: {}", path.string(), std::strerror(problem)));
  }
  return std::move(text).str();
}

}  // namespace lifeboat::cli
