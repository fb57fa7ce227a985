#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>

#include "base/error.h"
#include "cli/exit_code.h"
#include "cli/terminal.h"

namespace lifeboat::cli {

enum class OutputFormat { text, json };

/// The flags that every command takes.
struct GlobalOptions {
  OutputFormat output = OutputFormat::text;
  std::filesystem::path home;  ///< LIFEBOAT_HOME, never empty once the command runs.
  std::string stack;  ///< A name or a stack file; empty: the only one there is, or the one that ./stack.yaml names.
  bool yes = false;
  bool dry_run = false;
};

/// What a handler works with: the flags, and where its words go. One thread.
struct Context {
  GlobalOptions options;
  Terminal terminal;
  std::ostream& out;
  std::ostream& err;

  bool json() const { return options.output == OutputFormat::json; }
  /// Lines may be redrawn in place: someone watches, and it is text.
  bool live() const { return terminal.interactive && !json(); }
  /// Writes the text to standard output at once.
  void print(std::string_view text) const;
};

/// What a handler returns: its exit code, or the error that main prints and turns into one.
using Outcome = base::Result<ExitCode>;

/// Asks a yes-or-no question; --yes answers it. Without --yes and without a terminal to ask at it is
/// ErrorCode::bad_flag.
base::Result<bool> confirm(const Context& context, std::string_view question);

/// $LIFEBOAT_HOME; else /var/lib/lifeboat for root, and $XDG_STATE_HOME/lifeboat or ~/.local/state/lifeboat for others.
std::filesystem::path default_home();

/// Prints the error as the command's format asks for it and gives the exit code that follows from it.
ExitCode report_error(const Context& context, const base::Error& error);

}  // namespace lifeboat::cli
