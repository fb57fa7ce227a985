#include "cli/context.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "api/error_view.h"

namespace lifeboat::cli {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

void Context::print(std::string_view text) const {
  out << text << std::flush;
}

base::Result<bool> confirm(const Context& context, std::string_view question) {
  if (context.options.yes) return true;
  if (!context.live() || isatty(STDIN_FILENO) != 1) {
    return base::fail(base::ErrorCode::bad_flag, std::string(question) + " There is no terminal to ask at.",
                      "Pass --yes to say so in advance.");
  }
  context.print(paint(context.terminal, Tone::strong, question) + " [y/N] ");
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

std::filesystem::path default_home() {
  if (const std::string home = environment("LIFEBOAT_HOME"); !home.empty()) return std::filesystem::absolute(home);
  if (geteuid() == 0) return "/var/lib/lifeboat";
  if (const std::string state = environment("XDG_STATE_HOME"); !state.empty()) {
    return std::filesystem::path(state) / "lifeboat";
  }
  return std::filesystem::path(environment("HOME")) / ".local" / "state" / "lifeboat";
}

ExitCode report_error(const Context& context, const base::Error& error) {
  if (context.json()) {
    context.print(api::error_document(error) + "\n");
  } else {
    const Terminal plain{.interactive = false, .color = context.terminal.color && isatty(STDERR_FILENO) == 1};
    context.err << "lifeboat: " << paint(plain, Tone::bad, "error:") << " " << error.text() << std::endl;
  }
  return exit_code_of(error);
}

}  // namespace lifeboat::cli
