#include "providers/aws/world_options.h"

#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>

#include "providers/aws/work.h"

namespace lifeboat::aws_world {

using base::ErrorCode;
using base::Milliseconds;

base::Result<Milliseconds> poll_interval(const aws::Environment& environment) {
  constexpr Milliseconds usual{5'000};
  constexpr std::int64_t most_ms = 60'000;
  constexpr std::int64_t ms_a_second = 1'000;
  const auto text = environment("LIFEBOAT_AWS_POLL");
  if (text.empty()) return usual;
  std::int64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string unit(read.ptr, text.data() + text.size());
  const auto ms = unit == "s" && number <= most_ms ? number * ms_a_second : number;
  if (read.ec == std::errc{} && (unit == "ms" || unit == "s") && ms > 0 && ms <= most_ms) return Milliseconds{ms};
  return base::fail(ErrorCode::bad_flag, fmt::format("LIFEBOAT_AWS_POLL is '{}'", text),
                    "Write a time up to a minute, such as 5s or 100ms, or unset it.");
}

namespace {

base::Result<std::string> account_by(aws::Client& client, const model::Stack& stack, const base::RegionName& region) {
  const aws::CallLimits limits{
      .whole = Milliseconds{6'000}, .attempt = Milliseconds{3'000}, .connect = Milliseconds{2'000}};
  const auto answer = client.call("sts", "GetCallerIdentity", region.value, aws::Json::object(), limits);
  if (!answer) return std::unexpected(error_of(answer.error()));
  auto account = answer->value("Account", "");
  if (stack.aws.account.empty() || account == stack.aws.account) return account;
  return base::fail(ErrorCode::aws_denied,
                    fmt::format("the credentials are those of {} in the account {}, and the stack belongs to {}",
                                answer->value("Arn", "somebody"), account, stack.aws.account),
                    "Choose other credentials (AWS_PROFILE), or correct 'account:' below 'aws:'.");
}

}  // namespace

base::Result<std::string> find_account(aws::Client& client, const model::Stack& stack) {
  // The standby region first: who is in a hurry has lost the other one.
  auto account = account_by(client, stack, stack.standby.name);
  const bool is_silent = !account && account.error().code == ErrorCode::region_unreachable;
  return is_silent ? account_by(client, stack, stack.home.name) : account;
}

}  // namespace lifeboat::aws_world
