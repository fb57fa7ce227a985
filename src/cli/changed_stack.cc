#include "cli/changed_stack.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <thread>

#include "model/changes.h"
#include "providers/local/region_init.h"

namespace lifeboat::cli {
namespace {

bool runs(const model::Stack& stack, const local::StackPaths& paths) {
  const std::array scopes{paths.global(), paths.region(stack.home.name), paths.region(stack.standby.name)};
  return std::ranges::any_of(scopes, [](const auto& scope) { return local::scope_runs(scope.root); });
}

base::Status refuse(const StackSource& source, const std::vector<model::Change>& changes, std::string_view what,
                    const char* help) {
  return base::fail(base::ErrorCode::stack_exists,
                    fmt::format("{} {} of the stack '{}': {}", source.file.string(), what, source.stack.name,
                                model::to_text(changes)),
                    help);
}

}  // namespace

base::Status may_become(const StackSource& source, const local::StackPaths& paths) {
  const auto before = read_stack_source(paths.stack_file());
  if (!before) return {};
  auto changes = model::changes(before->stack, source.stack);
  if (changes.empty()) return {};
  if (runs(before->stack, paths)) {
    return refuse(source, changes, "changes what runs",
                  "Run 'lifeboat down --keep-data' and then this again: the data stay, and nothing serves meanwhile. "
                  "'lifeboat up' without a file repairs the stack as it is.");
  }
  std::erase_if(changes, [](const model::Change& change) { return !change.lasting; });
  if (changes.empty()) return {};
  return refuse(
      source, changes, "changes what can't be changed",
      "The data and addresses rest on it. Choose another name for a new stack, or 'lifeboat down' first, which "
      "deletes the data.");
}

void outlast_old_leases(Context& context, const StackSource& source, const local::StackPaths& paths) {
  const auto before = read_stack_source(paths.stack_file());
  if (!before || before->stack.recovery.lease == source.stack.recovery.lease) return;
  const auto lease = before->stack.recovery.lease;
  if (!context.json()) {
    context.print(fmt::format("Waiting {} s, until no write lease of before can count.\n",
                              std::chrono::ceil<std::chrono::seconds>(lease).count()));
  }
  std::this_thread::sleep_for(lease + lease / 100);
}

}  // namespace lifeboat::cli
