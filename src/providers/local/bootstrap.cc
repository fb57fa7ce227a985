#include "providers/local/bootstrap.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "model/diagnostic.h"
#include "model/parse.h"
#include "providers/local/notification_secrets.h"
#include "providers/local/power_switch.h"
#include "providers/local/preflight.h"
#include "providers/local/privileges.h"
#include "providers/local/programs.h"
#include "providers/local/region_init.h"
#include "providers/local/secrets.h"
#include "providers/local/web_command.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;

base::Result<int> read_slot(const fs::path& file) {
  const auto text = system::read_file(file);
  if (!text) return std::unexpected(text.error());
  int slot = -1;
  std::from_chars(text->data(), text->data() + text->size(), slot);
  if (slot < 0 || slot >= slot_count) {
    return base::fail(ErrorCode::io_failed,
                      fmt::format("{} holds '{}', expected a number below {}", file.string(), *text, slot_count));
  }
  return slot;
}

/// The user's programs cannot be reached by the service user (a home folder is private): then the stack gets copies of
/// its own.
base::Status provide_binaries(const StackPaths& paths, const ScopeUser& user) {
  const auto programs = find_programs();
  if (!programs) return std::unexpected(programs.error());
  std::error_code none;
  const auto own = fs::read_symlink("/proc/self/exe", none);
  if (accessible_to(user, own) && accessible_to(user, programs->events) &&
      accessible_to(user, programs->lease_extension)) {
    return {};
  }
  if (auto made = system::make_folder(paths.bin(), 0755); !made) return made;
  std::error_code error;
  for (const auto& [from, to] : {std::pair{own, "lifeboat"}, std::pair{programs->events, "lifeboat-events"},
                                 std::pair{programs->lease_extension, "lifeboat_lease.so"}}) {
    // Replaced by a rename: the old file may be running.
    const auto beside = paths.bin() / (std::string(to) + ".new");
    fs::copy_file(from, beside, fs::copy_options::overwrite_existing, error);
    if (!error) fs::rename(beside, paths.bin() / to, error);
    if (error) return base::fail(ErrorCode::io_failed, fmt::format("copying {}: {}", from.string(), error.message()));
  }
  return {};
}

fs::path binary_of(const StackPaths& paths) {
  const auto copied = paths.bin() / "lifeboat";
  std::error_code none;
  return fs::exists(copied, none) ? copied : fs::read_symlink("/proc/self/exe", none);
}

base::Status make_folders(const StackPaths& paths, const model::Stack& stack) {
  if (auto made = system::make_folder(paths.root, 0755); !made) return made;
  for (const auto& folder : {paths.journal(), paths.reports(), paths.load(), paths.ledger()}) {
    if (auto made = system::make_folder(folder, 0700); !made) return made;
  }
  for (const auto& scope : {paths.global(), paths.region(stack.home.name), paths.region(stack.standby.name)}) {
    if (auto made = system::make_folder(scope.root, 0700); !made) return made;
    if (auto made = system::make_folder(scope.root / "logs", 0700); !made) return made;
  }
  return {};
}

/// What `install` writes.
struct Contents {
  const model::Stack& stack;
  const std::string& stack_text;
  const fs::path& stack_folder;
  int slot;
};

base::Status fill(const StackPaths& paths, const Contents& contents) {
  if (auto made = make_folders(paths, contents.stack); !made) return made;
  const auto secrets = load_or_create_secrets(paths.secrets());
  if (!secrets) return std::unexpected(secrets.error());
  if (auto written = system::replace_file(paths.slot(), std::to_string(contents.slot), 0644); !written) {
    return written;
  }
  const auto& routes = contents.stack.monitoring.notifications;
  if (auto provided = provide_notification_secrets(routes, contents.stack_folder, paths.notification_secrets());
      !provided) {
    return provided;
  }
  if (!contents.stack.web.command.empty() || !model::secrets_of(routes).empty()) {
    auto written = system::replace_file(paths.stack_folder(), contents.stack_folder.string(), 0644);
    if (!written) return written;
  }
  const auto user = service_user();
  if (auto provided = provide_binaries(paths, user); !provided) return provided;
  // Last: a folder with a stack file is a stack.
  if (auto written = system::replace_file(paths.stack_file(), contents.stack_text, 0644); !written) return written;
  if (auto given = give_folder(paths.root, user); !given) return given;
  if (!accessible_to(user, paths.global().root)) {
    return base::fail(ErrorCode::permission_denied,
                      fmt::format("{} cannot be reached by the unprivileged user that the stack's programs run as",
                                  paths.root.string()),
                      "Set LIFEBOAT_HOME to a folder whose parents others may enter, for example /var/lib/lifeboat.");
  }
  return {};
}

/// A load client of any user of ours writes its record here; the controller reads it.
base::Result<InstalledStack> assemble(const StackPaths& paths, const model::Stack& stack, int slot) {
  InstalledStack installed{paths, stack, make_layout(stack, slot), {}};
  if (stack.web.command.empty()) return installed;
  // A stack that lost the record can still be looked at and ended; its instances say what they miss.
  if (auto folder = recorded_stack_folder(paths); folder) installed.stack_folder = std::move(*folder);
  return installed;
}

}  // namespace

base::Result<fs::path> recorded_stack_folder(const StackPaths& paths) {
  auto text = system::read_file(paths.stack_folder());
  if (!text) return std::unexpected(text.error());
  return fs::path(*text);
}

std::vector<std::string> installed_stacks(const fs::path& home) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(home, error)) {
    std::error_code none;
    if (fs::exists(entry.path() / "stack.yaml", none)) names.push_back(entry.path().filename().string());
  }
  std::ranges::sort(names);
  return names;
}

base::Result<InstalledStack> load_stack(const fs::path& home, const std::string& name) {
  const StackPaths paths{home / name};
  const auto text = system::read_file(paths.stack_file());
  if (!text) {
    if (text.error().code != ErrorCode::file_missing) return std::unexpected(text.error());
    return base::fail(ErrorCode::stack_unknown, fmt::format("there is no stack '{}' in {}", name, home.string()));
  }
  auto parsed = model::parse_stack(*text, paths.stack_file().string());
  if (!parsed.stack) return base::fail(ErrorCode::bad_stack_file, model::render(parsed.diagnostics, *text));
  const auto slot = read_slot(paths.slot());
  if (!slot) return std::unexpected(slot.error());
  return assemble(paths, *parsed.stack, *slot);
}

base::Result<InstalledStack> install(const fs::path& home, const model::Stack& stack, const std::string& stack_text,
                                     const fs::path& stack_folder) {
  const StackPaths paths{home / stack.name};
  if (stack.world != model::World::local) {
    return base::fail(ErrorCode::bad_stack_file, "this build has no aws world yet",
                      "Set world to local, or leave it out.");
  }
  if (const auto programs = find_programs(); !programs) return std::unexpected(programs.error());
  if (auto runs = check_web_command(stack.web, stack_folder, service_user()); !runs) {
    return std::unexpected(runs.error());
  }
  std::error_code none;
  const bool known = fs::exists(paths.stack_file(), none);
  if (auto made = system::make_folder(home, 0755); !made) return std::unexpected(made.error());
  if (auto enough = check_disk(home); !enough) return std::unexpected(enough.error());
  const auto slot = known ? read_slot(paths.slot()) : choose_slot(stack);
  if (!slot) return std::unexpected(slot.error());
  if (auto free = check_addresses(paths, stack, make_layout(stack, *slot)); !free) return std::unexpected(free.error());
  if (auto filled = fill(paths, {stack, stack_text, stack_folder, *slot}); !filled) {
    if (!known) fs::remove_all(paths.root, none);
    return std::unexpected(filled.error());
  }
  return assemble(paths, stack, *slot);
}

base::Status start_global(const InstalledStack& installed) {
  const auto binary = binary_of(installed.paths);
  const auto root = installed.paths.root.string();
  return start_scope(binary,
                     {.scope_root = installed.paths.global().root,
                      .address_prefix = installed.layout.global_prefix,
                      .children = {{binary.string(), "controller", root}, {binary.string(), "agent", root, "global"}}},
                     service_user());
}

base::Status start_region(const InstalledStack& installed, const base::RegionName& region) {
  const auto binary = binary_of(installed.paths);
  return start_scope(binary,
                     {.scope_root = installed.paths.region(region).root,
                      .address_prefix = installed.layout.region(region).address_prefix,
                      .children = {{binary.string(), "agent", installed.paths.root.string(), region.value}}},
                     service_user());
}

base::Result<std::vector<std::string>> stop_everything(const InstalledStack& installed) {
  constexpr base::Milliseconds limit{10'000};
  std::vector<std::string> sentences;
  const auto& paths = installed.paths;
  const auto& layout = installed.layout;
  // The controller first, so that it does not start again what is being ended.
  for (const auto& [root, prefix] : {std::pair{paths.global().root, layout.global_prefix},
                                     std::pair{paths.region(layout.standby.name).root, layout.standby.address_prefix},
                                     std::pair{paths.region(layout.home.name).root, layout.home.address_prefix}}) {
    const auto off = end_scope(root, prefix, limit);
    if (!off) return std::unexpected(off.error());
    sentences.insert(sentences.end(), off->evidence.begin(), off->evidence.end());
  }
  return sentences;
}

base::Status remove_stack(const InstalledStack& installed) {
  std::error_code error;
  std::filesystem::remove_all(installed.paths.root, error);
  if (error)
    return base::fail(ErrorCode::io_failed,
                      fmt::format("removing {}: {}", installed.paths.root.string(), error.message()));
  return {};
}

}  // namespace lifeboat::local
