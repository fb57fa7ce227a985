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

base::Result<std::string> find_account(aws::Client& client, const model::Stack& stack) {
  const aws::CallLimits limits{
      .whole = Milliseconds{10'000}, .attempt = Milliseconds{5'000}, .connect = Milliseconds{3'000}};
  base::Error silence;
  for (const auto& region : {stack.home.name, stack.standby.name}) {
    const auto answer = client.call("sts", "GetCallerIdentity", region.value, aws::Json::object(), limits);
    if (!answer) {
      silence = error_of(answer.error());
      if (silence.code == ErrorCode::region_unreachable) continue;
      return std::unexpected(silence);
    }
    auto account = answer->value("Account", "");
    if (stack.aws.account.empty() || account == stack.aws.account) return account;
    return base::fail(ErrorCode::aws_denied,
                      fmt::format("the credentials are those of {} in the account {}, and the stack belongs to {}",
                                  answer->value("Arn", "somebody"), account, stack.aws.account),
                      "Choose other credentials (AWS_PROFILE), or correct 'account:' below 'aws:'.");
  }
  return std::unexpected(silence);
}

}  // namespace lifeboat::aws_world
