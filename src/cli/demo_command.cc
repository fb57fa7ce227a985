#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "api/document.h"
#include "base/units.h"
#include "cli/declare.h"
#include "cli/demo_story.h"
#include "cli/interrupt.h"
#include "cli/operation_text.h"

namespace lifeboat::cli {
namespace {

/// A folder for this demonstration, unless the command line or LIFEBOAT_HOME names one.
base::Result<std::filesystem::path> stage_folder(const Context& context, bool& is_own) {
  is_own = std::getenv("LIFEBOAT_HOME") == nullptr && context.options.home == default_home();
  std::error_code problem;
  if (!is_own) {
    std::filesystem::create_directories(context.options.home, problem);
    if (!problem) return context.options.home;
    return base::fail(base::ErrorCode::io_failed, context.options.home.string() + ": " + problem.message());
  }
  std::string folder = (std::filesystem::temp_directory_path(problem) / "lifeboat-demo-XXXXXX").string();
  if (problem || mkdtemp(folder.data()) == nullptr) {
    return base::fail(base::ErrorCode::io_failed, "cannot make a temporary folder like " + folder);
  }
  // Run as root, the stack's programs are another user's: they must be able to enter.
  chmod(folder.c_str(), 0755);
  return std::filesystem::path(folder);
}

void clear_stage(const std::filesystem::path& folder, bool is_own) {
  std::error_code ignored;  // What cannot be removed is reported by down already.
  if (is_own) {
    std::filesystem::remove_all(folder, ignored);
    return;
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename().string();
    const bool ours =
        (name.starts_with("demo-") && name.ends_with(".out")) || name == "demo.yaml" || name == "load.jsonl";
    if (ours) std::filesystem::remove(entry.path(), ignored);
  }
}

Outcome demo(Context& context) {
  bool is_own = false;
  auto folder = stage_folder(context, is_own);
  if (!folder) return std::unexpected(folder.error());
  if (std::filesystem::exists(*folder / "demo" / "stack.yaml")) {
    return base::fail(base::ErrorCode::stack_exists, fmt::format("there is a stack 'demo' in {}", folder->string()));
  }
  const auto begun_at = std::chrono::steady_clock::now();
  InterruptGuard guard;
  base::Status told;
  base::Status down;
  {
    DemoStage stage(context, *folder);
    told = tell_story(stage);
    if (!told) context.err << "lifeboat: the demonstration ends here: " << told.error().text() << std::endl;
    down = take_down(stage);
  }
  clear_stage(*folder, is_own);
  if (!down) return std::unexpected(down.error());
  const auto took = std::chrono::duration_cast<base::Milliseconds>(std::chrono::steady_clock::now() - begun_at);
  if (context.json()) {
    const nlohmann::ordered_json facts = {
        {"version", api::document_version}, {"done", told.has_value()}, {"elapsed_ms", took.count()}};
    context.print(facts.dump() + "\n");
  } else if (told) {
    context.print(fmt::format("\nThat was the whole story, in {}.\n", duration_text(took.count())));
  }
  return told ? ExitCode::done : ExitCode::failed;
}

}  // namespace

Handler declare_demo(CLI::App&) {
  return demo;
}

}  // namespace lifeboat::cli
