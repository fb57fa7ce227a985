#include "providers/aws/markers.h"

#include <fmt/format.h>

#include <algorithm>

namespace lifeboat::aws_world {

using base::ErrorCode;
using base::Milliseconds;

Milliseconds AwsMarkers::left(base::Instant deadline) const {
  return std::max(std::chrono::duration_cast<Milliseconds>(deadline - parts_.work.clock.now()), Milliseconds{1});
}

base::Result<AwsMarkers::Target> AwsMarkers::target(base::Instant deadline) {
  constexpr Milliseconds look_limit{15'000};
  constexpr Milliseconds name_limit{2'000};
  const auto door = parts_.front_door(std::min(look_limit, left(deadline)));
  if (!door) return std::unexpected(door.error());
  const auto answers =
      parts_.door.ask_name_servers(door->name_servers, parts_.stack.dns.host(), std::min(name_limit, left(deadline)));
  if (!answers) return std::unexpected(answers.error());
  const auto found = std::ranges::find_if(*answers, [](const auto& answer) { return !answer.target.empty(); });
  if (found == answers->end()) {
    return base::fail(ErrorCode::dns_failed, parts_.stack.dns.host() + " leads nowhere");
  }
  Target target{found->target, {}};
  for (const auto& [region, record] : door->records) {
    if (record.target == found->target) target.region = region;
  }
  return target;
}

base::Result<Door::Reply> AwsMarkers::ask(const Target& target, const Door::Question& question,
                                          base::Instant deadline) {
  auto reply = parts_.door.ask(target.name, question, left(deadline));
  if (!reply || reply->status == 200 || reply->status == 201) return reply;
  constexpr std::size_t most = 200;
  return base::fail(ErrorCode::http_failed, fmt::format("the front door answered {} {} with {}: {}", question.method,
                                                        question.target, reply->status, reply->body.substr(0, most)));
}

base::Result<ports::Markers::Written> AwsMarkers::write(std::int64_t number, base::Instant deadline) {
  const auto& stack = parts_.stack;
  const auto found = target(deadline);
  if (!found) return std::unexpected(found.error());
  const auto token = parts_.marker_token.get(Work(parts_.work, deadline));
  if (!token) return std::unexpected(token.error());
  const bool has_endpoint = !token->empty();
  Door::Question question{.method = "GET", .target = stack.web.health_path};
  if (has_endpoint) {
    question = {.method = "POST",
                .target = stack.web.marker_path,
                .body = fmt::format(R"({{"number":{}}})", number),
                .token = *token};
  }
  const auto reply = ask(*found, question, deadline);
  if (!reply) return std::unexpected(reply.error());
  // "us-east-2/web-1" says who answered; an application that does not say so is the load balancer's region's.
  auto served_by = reply->served_by.substr(0, reply->served_by.find('/'));
  if (served_by.empty()) served_by = found->region.value;
  const auto url = fmt::format("{}://{}:{}", stack.aws.certificate.empty() ? "http" : "https", stack.dns.host(),
                               stack.load_balancer.port);
  if (has_endpoint) return Written{url, served_by};
  if (served_by.empty()) {
    return base::fail(ErrorCode::http_failed, fmt::format("{} is no load balancer of this stack", found->name));
  }
  if (auto written = sql_.write_marker({served_by}, number, deadline); !written) {
    return std::unexpected(written.error());
  }
  return Written{fmt::format("the database of {}, after the application at {}", served_by, url), served_by};
}

base::Result<std::int64_t> AwsMarkers::read(const base::RegionName& region, base::Instant deadline) {
  return sql_.read_marker(region, deadline);
}

}  // namespace lifeboat::aws_world
