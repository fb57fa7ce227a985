#include "cli/stack_home.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "cli/read_file.h"
#include "cli/stack_source.h"
#include "model/suggest.h"

namespace lifeboat::cli {
namespace {

base::Result<std::string> named_stack(const std::string& name, const std::vector<std::string>& stacks,
                                      const std::filesystem::path& home) {
  if (std::find(stacks.begin(), stacks.end(), name) != stacks.end()) return name;
  const auto meant = model::nearest(name, {stacks.begin(), stacks.end()});
  return base::fail(base::ErrorCode::stack_unknown,
                    fmt::format("there is no stack '{}' in {}{}", name, home.string(),
                                meant ? fmt::format("; did you mean '{}'?", *meant) : ""));
}

}  // namespace

base::Result<std::string> choose_stack(const GlobalOptions& options) {
  const auto stacks = local::installed_stacks(options.home);
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

base::Result<StackHome> open_stack(const GlobalOptions& options) {
  auto name = choose_stack(options);
  if (!name) return std::unexpected(name.error());
  return local::load_stack(options.home, *name);
}

base::Result<ControllerClient> connect(const StackHome& home) {
  auto token = read_file(home.paths.secrets() / "api_token");
  if (!token && token.error().code == base::ErrorCode::permission_denied) {
    return base::fail(token.error().code, token.error().message, "Run this as the user who ran 'lifeboat up'.");
  }
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
