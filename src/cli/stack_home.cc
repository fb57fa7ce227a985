#include "cli/stack_home.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>

#include "cli/read_file.h"
#include "cli/stack_source.h"
#include "model/suggest.h"

namespace lifeboat::cli {
namespace {

base::Result<int> read_slot(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return std::unexpected(text.error());
  int slot = -1;
  std::from_chars(text->data(), text->data() + text->size(), slot);
  if (slot >= 0 && slot < local::slot_count) return slot;
  return base::fail(
      base::ErrorCode::io_failed,
      fmt::format("{}: expected a number below {}, saw '{}'", file.string(), local::slot_count, text->substr(0, 20)),
      "Run 'lifeboat down' and 'lifeboat up' to make the stack anew.");
}

base::Result<std::string> named_stack(const std::string& name, const std::vector<std::string>& stacks,
                                      const std::filesystem::path& home) {
  if (std::find(stacks.begin(), stacks.end(), name) != stacks.end()) return name;
  const auto meant = model::nearest(name, {stacks.begin(), stacks.end()});
  return base::fail(base::ErrorCode::stack_unknown,
                    fmt::format("there is no stack '{}' in {}{}", name, home.string(),
                                meant ? fmt::format("; did you mean '{}'?", *meant) : ""));
}

}  // namespace

std::vector<std::string> stacks_below(const std::filesystem::path& home) {
  std::vector<std::string> names;
  std::error_code unreadable;  // A home that is not there has no stacks.
  for (const auto& entry : std::filesystem::directory_iterator(home, unreadable)) {
    const local::StackPaths paths{entry.path()};
    std::error_code ignored;
    if (std::filesystem::exists(paths.stack_file(), ignored)) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

base::Result<std::string> choose_stack(const GlobalOptions& options) {
  const auto stacks = stacks_below(options.home);
  if (!options.stack.empty()) return named_stack(options.stack, stacks, options.home);
  if (stacks.size() == 1) return stacks.front();
  if (stacks.empty()) {
    return base::fail(base::ErrorCode::stack_unknown, fmt::format("there is no stack in {}", options.home.string()));
  }
  if (std::filesystem::exists("stack.yaml")) {
    if (const auto here = read_stack_source("stack.yaml"); here) {
      return named_stack(here->stack.name, stacks, options.home);
    }
  }
  return base::fail(
      base::ErrorCode::bad_flag,
      fmt::format("there are {} stacks in {}: {}", stacks.size(), options.home.string(), fmt::join(stacks, ", ")),
      "Say which one: --stack NAME.");
}

base::Result<StackHome> open_stack_at(const local::StackPaths& paths, const std::string& name) {
  auto source = read_stack_source(paths.stack_file());
  if (!source) return std::unexpected(source.error());
  auto slot = read_slot(paths.slot());
  if (!slot) return std::unexpected(slot.error());
  auto layout = local::make_layout(source->stack, *slot);
  return StackHome{name, paths, std::move(source->stack), std::move(layout)};
}

base::Result<StackHome> open_stack(const GlobalOptions& options) {
  auto name = choose_stack(options);
  if (!name) return std::unexpected(name.error());
  return open_stack_at({options.home / *name}, *name);
}

base::Result<ControllerClient> connect(const StackHome& home) {
  auto token = read_file(home.paths.secrets() / "api_token");
  if (!token) return std::unexpected(token.error());
  while (!token->empty() && std::isspace(static_cast<unsigned char>(token->back()))) token->pop_back();
  return ControllerClient(home.layout.controller.address, home.layout.controller.port, *std::move(token));
}

base::Result<ControllerClient> connect(const GlobalOptions& options) {
  auto home = open_stack(options);
  if (!home) return std::unexpected(home.error());
  return connect(*home);
}

}  // namespace lifeboat::cli
