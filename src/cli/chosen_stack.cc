#include "cli/chosen_stack.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "model/changes.h"
#include "model/suggest.h"
#include "providers/local/bootstrap.h"

namespace lifeboat::cli {
namespace {

constexpr auto file_here = "stack.yaml";

base::Result<std::string> named_stack(const std::string& name, const std::vector<std::string>& stacks,
                                      const std::filesystem::path& home) {
  if (std::find(stacks.begin(), stacks.end(), name) != stacks.end()) return name;
  const auto meant = model::nearest(name, {stacks.begin(), stacks.end()});
  return base::fail(base::ErrorCode::stack_unknown,
                    fmt::format("there is no stack '{}' in {}{}", name, home.string(),
                                meant ? fmt::format("; did you mean '{}'?", *meant) : ""));
}

base::Result<ChosenStack> choose_installed(const GlobalOptions& options, const std::string& name) {
  const local::StackPaths paths{options.home / name};
  auto source = read_stack_source(paths.stack_file());
  if (!source) return std::unexpected(source.error());
  return ChosenStack{paths, *std::move(source), true};
}

base::Result<ChosenStack> choose_file(const GlobalOptions& options, const std::filesystem::path& file) {
  auto source = read_stack_source(file);
  if (!source) return std::unexpected(source.error());
  const local::StackPaths paths{options.home / source->stack.name};
  std::error_code none;
  const bool is_installed = std::filesystem::exists(paths.stack_file(), none);
  if (source->stack.world == model::World::local) {
    if (is_installed) return choose_installed(options, source->stack.name);
    return base::fail(base::ErrorCode::stack_unknown,
                      fmt::format("there is no stack '{}' in {}", source->stack.name, options.home.string()));
  }
  if (auto stands = may_stand_for(*source, paths); !stands) return std::unexpected(stands.error());
  return ChosenStack{paths, *std::move(source), is_installed};
}

}  // namespace

base::Status may_stand_for(const StackSource& source, const local::StackPaths& paths) {
  const auto installed = read_stack_source(paths.stack_file());
  if (!installed) return {};
  auto changes = model::changes(installed->stack, source.stack);
  std::erase_if(changes, [](const model::Change& change) { return !change.lasting; });
  if (changes.empty()) return {};
  return base::fail(base::ErrorCode::stack_exists,
                    fmt::format("{} describes another stack '{}' than {}: {}", source.file.string(), source.stack.name,
                                paths.stack_file().string(), model::to_text(changes)),
                    "Give the new one another name, or set LIFEBOAT_HOME to a folder of its own.");
}

bool names_a_file(const std::string& word) {
  return word.find('/') != word.npos || word.ends_with(".yaml") || word.ends_with(".yml");
}

ChosenStack as_chosen(StackSource source, const local::StackPaths& paths) {
  std::error_code none;
  const bool is_installed = std::filesystem::exists(paths.stack_file(), none);
  return {paths, std::move(source), is_installed};
}

base::Result<std::string> choose_stack(const GlobalOptions& options) {
  if (names_a_file(options.stack)) {
    const auto source = read_stack_source(options.stack);
    if (!source) return std::unexpected(source.error());
    return source->stack.name;
  }
  const auto stacks = local::installed_stacks(options.home);
  if (!options.stack.empty()) return named_stack(options.stack, stacks, options.home);
  if (stacks.size() == 1) return stacks.front();
  if (stacks.empty()) {
    return base::fail(base::ErrorCode::stack_unknown, fmt::format("there is no stack in {}", options.home.string()));
  }
  if (std::filesystem::exists(file_here)) {
    if (const auto here = read_stack_source(file_here); here) {
      return named_stack(here->stack.name, stacks, options.home);
    }
  }
  return base::fail(
      base::ErrorCode::bad_flag,
      fmt::format("there are {} stacks in {}: {}", stacks.size(), options.home.string(), fmt::join(stacks, ", ")),
      "Say which one: --stack NAME.");
}

base::Result<ChosenStack> choose(const GlobalOptions& options) {
  if (names_a_file(options.stack)) return choose_file(options, options.stack);
  auto name = choose_stack(options);
  if (name) return choose_installed(options, *name);
  const bool none_at_all = name.error().code == base::ErrorCode::stack_unknown && options.stack.empty();
  if (none_at_all && std::filesystem::exists(file_here)) {
    const auto here = read_stack_source(file_here);
    if (here && here->stack.world == model::World::aws) return choose_file(options, file_here);
  }
  return std::unexpected(name.error());
}

}  // namespace lifeboat::cli
