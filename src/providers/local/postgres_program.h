#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "providers/local/deadline.h"

namespace lifeboat::local {

/// A program that is run to its end. Its environment is this process's, without PG… variables and with LC_ALL=C, plus
/// `environment`.
struct ProgramCall {
  std::vector<std::string> argv;  ///< The first is the program's path.
  std::filesystem::path working_directory;
  std::map<std::string, std::string> environment;
  bool any_status = false;  ///< An exit status other than 0 is no error.
};

/// Runs the program and returns what it printed on standard output. When the deadline passes or `stop` is asked for,
/// it and its children are ended (wait_expired); it also ends with this process. Errors: program_missing,
/// process_failed with what it printed on standard error.
base::Result<std::string> run_program(const ProgramCall& call, const Deadline& deadline, const std::stop_token& stop);

}  // namespace lifeboat::local
