#include "cli/demo_stage.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <thread>

#include "cli/interrupt.h"
#include "cli/operation_text.h"

namespace lifeboat::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr auto look_interval = std::chrono::milliseconds(20);
constexpr auto command_limit = std::chrono::seconds(90);

std::int64_t milliseconds_since(Clock::time_point moment) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - moment).count();
}

base::Error was_interrupted() {
  return base::fail(base::ErrorCode::wait_expired, "interrupted").error();
}

}  // namespace

bool DemoStage::cut_short() const {
  return heed_interrupts_ && interrupted();
}

void DemoStage::announce(const std::string& sentence) {
  announced_ = sentence;
  announced_at_ = Clock::now();
  const std::string time = fmt::format("{:5.1f} s", static_cast<double>(milliseconds_since(begun_at_)) / 1000);
  lines_.print_above(paint(context_.terminal, Tone::faint, time) + "  " +
                     paint(context_.terminal, Tone::strong, sentence));
}

void DemoStage::conclude(const std::string& sentence) {
  lines_.show({});
  const std::string took = duration_text(milliseconds_since(announced_at_));
  lines_.print_above(fmt::format("         {} {}  {}", state_mark(context_.terminal, "done"), sentence,
                                 paint(context_.terminal, Tone::faint, took)));
}

void DemoStage::show_time() {
  lines_.show({fmt::format("         {} {}", state_mark(context_.terminal, "running"),
                           duration_text(milliseconds_since(announced_at_)))});
}

base::Result<ChildCommand> DemoStage::start(const std::vector<std::string>& arguments) {
  return ChildCommand::start(arguments, home_, home_ / fmt::format("demo-{}.out", ++outputs_));
}

base::Result<std::string> DemoStage::finish(ChildCommand& child, std::vector<int> allowed) {
  allowed.push_back(0);
  auto ended = wait_until([&child] { return child.exit_code().has_value(); }, "the command to end", command_limit);
  if (!ended) return std::unexpected(ended.error());
  if (std::ranges::find(allowed, *child.exit_code()) != allowed.end()) return child.output();
  return base::fail(base::ErrorCode::process_failed,
                    fmt::format("a command ended with {}: {}", *child.exit_code(), child.output()));
}

base::Result<std::string> DemoStage::run(const std::vector<std::string>& arguments, std::vector<int> allowed) {
  auto child = start(arguments);
  if (!child) return std::unexpected(child.error());
  auto output = finish(*child, std::move(allowed));
  if (!output) return base::wrap(output.error(), fmt::format("lifeboat {}", fmt::join(arguments, " ")));
  return output;
}

base::Status DemoStage::wait_until(const std::function<bool()>& condition, const std::string& what,
                                   std::chrono::seconds limit) {
  const auto give_up_at = Clock::now() + limit;
  while (!condition()) {
    if (cut_short()) return std::unexpected(was_interrupted());
    if (Clock::now() >= give_up_at) {
      return base::fail(base::ErrorCode::wait_expired, fmt::format("waited {} s for {}", limit.count(), what));
    }
    show_time();
    std::this_thread::sleep_for(look_interval);
  }
  lines_.show({});
  return {};
}

}  // namespace lifeboat::cli
