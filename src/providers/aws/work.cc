#include "providers/aws/work.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace lifeboat::aws_world {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr Milliseconds longest_call{30'000};
constexpr Milliseconds longest_attempt{15'000};
constexpr Milliseconds after_silence{15'000};
constexpr Milliseconds longest_connect{5'000};

bool may_pass(const base::Error& error) {
  return error.kind() == base::ErrorKind::unavailable || error.kind() == base::ErrorKind::timeout;
}

}  // namespace

base::Error error_of(const aws::Failure& failure) {
  using enum aws::FailureKind;
  auto error = failure.error();
  const bool silent = failure.kind == unreachable || failure.kind == timeout || failure.kind == cut_off ||
                      failure.kind == server_fault || failure.kind == throttled || failure.kind == unreadable;
  if (silent && failure.service != "route53") error.code = ErrorCode::region_unreachable;
  return error;
}

Milliseconds Work::left() const {
  return std::max(std::chrono::duration_cast<Milliseconds>(deadline_ - ports_.clock.now()), Milliseconds{1});
}

Work Work::within(Milliseconds limit) const {
  return {ports_, std::min(deadline_, ports_.clock.now() + limit)};
}

aws::CallLimits Work::limits() const {
  const auto whole = std::min(longest_call, left());
  return {.whole = whole,
          .attempt = std::min(longest_attempt, whole),
          .connect = std::min(longest_connect, whole),
          .deadline = deadline_,
          .whole_after_silence = after_silence};
}

aws::Answer Work::ask(std::string_view service, std::string_view operation, const base::RegionName& region,
                      const aws::Json& input) const {
  return ports_.client.call(service, operation, region.value, input, limits());
}

base::Result<aws::Json> Work::call(std::string_view service, std::string_view operation, const base::RegionName& region,
                                   const aws::Json& input) const {
  auto answer = ask(service, operation, region, input);
  if (!answer) return std::unexpected(error_of(answer.error()));
  return std::move(*answer);
}

base::Result<aws::Json> Work::call_all(std::string_view service, std::string_view operation,
                                       const base::RegionName& region, const aws::Json& input) const {
  auto answer = ports_.client.call_all(service, operation, region.value, input, limits());
  if (!answer) return std::unexpected(error_of(answer.error()));
  return std::move(*answer);
}

base::Status Work::wait_until(const std::string& condition, const Look& look, int patience) const {
  std::string seen;
  std::string said;
  int missed = 0;
  while (true) {
    const auto found = look(seen);
    if (found && *found) return {};
    if (!found && (!may_pass(found.error()) || ++missed > patience)) return std::unexpected(found.error());
    if (found) missed = 0;
    // The end of the time cuts a look short, which has then seen nothing: what the one before saw counts.
    const bool was_cut = !found && is_over() && !said.empty();
    const auto now_seen = was_cut ? said : found ? seen : found.error().message;
    if (now_seen != said && !now_seen.empty()) say(fmt::format("{}: {}", condition, now_seen));
    said = now_seen;
    if (is_over()) {
      return base::fail(ErrorCode::wait_expired, fmt::format("{}: not within the time limit; last seen: {}", condition,
                                                             now_seen.empty() ? "nothing" : now_seen));
    }
    if (!ports_.pause.wait(std::min(ports_.poll_interval, left()))) {
      return base::fail(ErrorCode::aborted, fmt::format("{}: no longer waited for", condition));
    }
  }
}

void Work::say(const std::string& sentence) const {
  if (ports_.say) ports_.say(sentence);
}

}  // namespace lifeboat::aws_world
