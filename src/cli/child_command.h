#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace lifeboat::cli {

/// The variables that this process was started with.
std::map<std::string, std::string> own_environment();

/// This program run again with other arguments, its output kept in a file. Ended when it goes, so that none is left
/// behind.
class ChildCommand {
 public:
  /// The environment is this process's own, with LIFEBOAT_HOME set to `home`.
  static base::Result<ChildCommand> start(const std::vector<std::string>& arguments, const std::filesystem::path& home,
                                          const std::filesystem::path& output);
  ~ChildCommand();
  ChildCommand(ChildCommand&& other) noexcept;
  ChildCommand& operator=(ChildCommand&& other) noexcept;

  /// Its exit code once it has ended (128 + the signal when one ended it); nothing while it runs.
  std::optional<int> exit_code();
  /// Asks it to end as Ctrl-C would.
  void interrupt();
  /// What it has printed so far; errors are there too.
  std::string output() const;

 private:
  ChildCommand(pid_t pid, std::filesystem::path output) : pid_(pid), output_(std::move(output)) {}

  pid_t pid_ = -1;
  std::optional<int> exit_code_;
  std::filesystem::path output_;
};

}  // namespace lifeboat::cli
