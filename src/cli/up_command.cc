#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <thread>

#include "cli/aws_commands.h"
#include "cli/changed_stack.h"
#include "cli/clusters.h"
#include "cli/declare.h"
#include "cli/end_stack.h"
#include "cli/follow.h"
#include "cli/plan_command.h"
#include "cli/stack_home.h"
#include "cli/stack_lock.h"
#include "cli/stack_source.h"
#include "cli/status_text.h"
#include "journal/open_folder.h"
#include "journal/survey.h"
#include "providers/local/address_claim.h"
#include "providers/local/preflight.h"

namespace lifeboat::cli {
namespace {

/// Another's choice lasts as long as its preparations.
constexpr base::Milliseconds choice_patience{20'000};
constexpr auto controller_patience = std::chrono::seconds(10);
constexpr auto ask_interval = std::chrono::milliseconds(20);
constexpr std::chrono::seconds status_patience{3};

/// The stack file the command is about: the one named, else that of the stack there is, else ./stack.yaml.
base::Result<StackSource> source_for(const Context& context, const std::string& named) {
  if (!named.empty()) return read_stack_source(named);
  if (names_a_file(context.options.stack)) return read_stack_source(context.options.stack);
  if (const auto name = choose_stack(context.options); name) {
    return read_stack_source(local::StackPaths{context.options.home / *name}.stack_file());
  } else if (name.error().code != base::ErrorCode::stack_unknown || !context.options.stack.empty()) {
    return std::unexpected(name.error());
  }
  return read_stack_source(stack_file_or_default(named));
}

/// The folder that relative paths of the stack file are relative to. A stack that is there keeps its own, unless the
/// file has moved with its folder: two folders with an equal file are two applications.
base::Result<std::filesystem::path> folder_of(const StackSource& source, const local::StackPaths& paths) {
  const auto before = local::recorded_stack_folder(paths);
  if (before && source.file == paths.stack_file()) return before;
  std::error_code error;
  auto folder = std::filesystem::canonical(std::filesystem::absolute(source.file, error).parent_path(), error);
  if (error) {
    return base::fail(base::ErrorCode::io_failed,
                      fmt::format("the folder of {}: {}", source.file.string(), error.message()));
  }
  if (!before || *before == folder || !std::filesystem::exists(*before, error)) return folder;
  return base::fail(base::ErrorCode::stack_exists,
                    fmt::format("the stack '{}' was made from a file in {}, and {} is in another folder",
                                source.stack.name, before->string(), source.file.string()),
                    "Run 'lifeboat up' without a file to repair it as it is, or 'lifeboat down' first.");
}

/// Takes a half-made first start away again, and says so.
void take_back(Context& context, const StackHome& home) {
  if (!context.json()) context.print("It did not come up: taking away what was made.\n");
  base::Status removed;
  if (auto stopped = end_stack(home, Ending::abrupt); !stopped) {
    removed = std::unexpected(stopped.error());
  } else {
    removed = local::remove_stack(home);
  }
  if (!removed) context.err << "lifeboat: while taking it away: " << removed.error().text() << std::endl;
}

/// The controller's first answer; it has just been started.
base::Result<ControllerClient> await_controller(const StackHome& home) {
  auto client = connect(home);
  if (!client) return client;
  const auto give_up_at = std::chrono::steady_clock::now() + controller_patience;
  while (true) {
    auto status = client->status();
    if (status) return client;
    const bool starting = status.error().code == base::ErrorCode::controller_unreachable;
    if (!starting || std::chrono::steady_clock::now() >= give_up_at) {
      return base::wrap(status.error(),
                        fmt::format("its logs are in {}", (home.paths.global().root / "logs").string()));
    }
    std::this_thread::sleep_for(ask_interval);
  }
}

/// The status once every region has been seen as the operation left it; the controller looks about twice a second.
base::Result<api::StatusView> settled_status(const ControllerClient& client) {
  const auto give_up_at = std::chrono::steady_clock::now() + status_patience;
  while (true) {
    auto status = client.status();
    const bool settled =
        status && std::ranges::all_of(status->regions, [](const auto& region) { return region.state == "ready"; });
    if (settled || std::chrono::steady_clock::now() >= give_up_at) return status;
    std::this_thread::sleep_for(ask_interval);
  }
}

/// No controller starts with a damaged journal; that is better said at once than after waiting for it.
base::Status journal_is_sound(const StackHome& home) {
  auto folder = journal::look_into_log_folder(home.paths.journal());
  if (!folder) return std::unexpected(folder.error());
  const auto parts = journal::read_parts(**folder);
  if (!parts) return std::unexpected(parts.error());
  const auto found = journal::survey(*parts);
  if (!found) return std::unexpected(found.error());
  return journal::is_sound(*found);
}

Outcome build(Context& context, const StackHome& home) {
  if (auto sound = journal_is_sound(home); !sound) return std::unexpected(sound.error());
  if (auto started = local::start_global(home); !started) return std::unexpected(started.error());
  auto client = await_controller(home);
  if (!client) return std::unexpected(client.error());
  OperationRequest request;
  request.kind = "up";
  auto outcome = run_operation(context, *client, request);
  if (outcome && *outcome == ExitCode::done && !context.json()) {
    if (auto status = settled_status(*client); status) context.print("\n" + status_text(context.terminal, *status));
  }
  return outcome;
}

base::Result<StackHome> install(const Context& context, const StackSource& source, const local::StackPaths& paths) {
  const auto folder = folder_of(source, paths);
  auto home = folder ? local::install(context.options.home, source.stack, source.text, *folder)
                     : std::unexpected(folder.error());
  std::error_code not_empty;
  if (!home) std::filesystem::remove(paths.root, not_empty);  // Nothing half-made is left: not even the lock's folder.
  return home;
}

Outcome up(Context& context, const std::string& file) {
  auto source = source_for(context, file);
  if (!source) return std::unexpected(source.error());
  const local::StackPaths paths{context.options.home / source->stack.name};
  if (source->stack.world == model::World::aws) return up_on_aws(context, as_chosen(*std::move(source), paths));
  if (context.options.dry_run) {
    if (auto may = may_become(*source, paths); !may) return std::unexpected(may.error());
    return show_plan(context, *source, paths);
  }
  if (auto reached = reach_clusters(source->stack); !reached) return std::unexpected(reached.error());
  const auto lock = StackLock::take(paths);
  if (!lock) return std::unexpected(lock.error());
  if (auto may = may_become(*source, paths); !may) return std::unexpected(may.error());
  outlast_old_leases(context, *source, paths);
  const bool is_new = !std::filesystem::exists(paths.stack_file());
  // Held until the addresses are claimed: another that chooses meanwhile would choose the same.
  auto choice = local::take_address_choice(choice_patience);
  if (!choice) return std::unexpected(choice.error());
  auto home = install(context, *source, paths);
  if (!home) return std::unexpected(home.error());
  const auto started = local::start_global(*home);
  *choice = system::Descriptor();
  if (const auto note = local::missing_dashboard(home->stack); !note.empty() && !context.json()) {
    context.print(note + "\n");
  }
  auto outcome = started ? build(context, *home) : Outcome(std::unexpected(started.error()));
  const bool failed = !outcome || *outcome != ExitCode::done;
  if (failed && is_new) take_back(context, *home);
  if (failed) return outcome;
  // The stack serves by now, whatever becomes of this.
  const auto applied = apply_to_clusters(*home, [&context](const std::string& sentence) {
    if (!context.json()) context.print(sentence + "\n");
  });
  if (applied) return outcome;
  if (!context.json()) return std::unexpected(applied.error());
  context.err << "lifeboat: " << applied.error().text() << std::endl;  // The document has been printed.
  return ExitCode::failed;
}

}  // namespace

Handler declare_up(CLI::App& parser) {
  auto file = std::make_shared<std::string>();
  parser.add_option("FILE", *file, "The stack file (default: that of the stack there is, else ./stack.yaml)");
  return [file](Context& context) { return up(context, *file); };
}

}  // namespace lifeboat::cli
