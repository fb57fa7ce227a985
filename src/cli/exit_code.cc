#include "cli/exit_code.h"

namespace lifeboat::cli {

ExitCode exit_code_of(const base::Error& error) {
  switch (error.code) {
    case base::ErrorCode::bad_flag:
      return ExitCode::usage;
    case base::ErrorCode::journal_locked:
    case base::ErrorCode::lock_held:
    case base::ErrorCode::operation_in_progress:
      return ExitCode::refused;
    // The operating system or a server refused these, not Lifeboat's own promises.
    case base::ErrorCode::permission_denied:
    case base::ErrorCode::unauthorized:
      return ExitCode::failed;
    default:
      return error.kind() == base::ErrorKind::refused ? ExitCode::refused : ExitCode::failed;
  }
}

}  // namespace lifeboat::cli
