#include "providers/aws/ssm_sql.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "providers/aws/base64.h"
#include "providers/aws/sql_script.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

/// SSM keeps the first 24,000 characters of what a command prints.
constexpr std::size_t most_printed = 24'000;
/// The least that SSM takes: how long it tries to reach the instance.
constexpr int delivery_s = 30;

/// What SSM says when the instance certainly ran nothing.
bool ran_nothing(const std::string& details) {
  static const std::set<std::string> words{"DeliveryTimedOut", "Delivery Timed Out", "Undeliverable", "Terminated",
                                           "InvalidPlatform",  "Invalid Platform",   "AccessDenied",  "Access Denied"};
  return words.contains(details);
}

bool goes_on(const std::string& status) {
  return status == "Pending" || status == "InProgress" || status == "Delayed" || status == "Cancelling";
}

/// SSM does not know the instance (its agent has not come up), or nothing left this machine.
bool was_not_sent(const aws::Failure& failure) {
  return failure.code == "InvalidInstanceId" || failure.was_not_done();
}

}  // namespace

struct SsmSql::Sent {
  std::string instance;
  std::string command_id;  ///< Empty: it was not sent.
  std::string problem;
};

struct SsmSql::Outcome {
  bool ran = false;
  std::string problem;  ///< When it did not run.
  Rows rows;
};

std::size_t SsmSql::next_turn(const base::RegionName& region) {
  const std::lock_guard lock(mutex_);
  return turns_[region]++;
}

base::Result<std::vector<std::string>> SsmSql::running_instances(const Work& work, const base::RegionName& region) {
  const auto filter = parts_.names.instances(region);
  const auto found = work.call_all("ec2", "DescribeInstances", region,
                                   {{"Filters",
                                     {{{"Name", filter.name}, {"Values", {filter.value}}},
                                      {{"Name", "instance-state-name"}, {"Values", {"running"}}}}}});
  if (!found) return std::unexpected(found.error());
  std::vector<std::string> ids;
  for (const auto& reservation : found->value("Reservations", Json::array())) {
    for (const auto& instance : reservation.value("Instances", Json::array())) {
      ids.push_back(instance.value("InstanceId", ""));
    }
  }
  std::ranges::sort(ids);
  if (!ids.empty()) std::ranges::rotate(ids, ids.begin() + static_cast<std::ptrdiff_t>(next_turn(region) % ids.size()));
  return ids;
}

base::Result<SsmSql::Sent> SsmSql::send(const Work& work, const base::RegionName& region, const std::string& instance,
                                        const std::string& script) const {
  const auto left_s = std::chrono::ceil<std::chrono::seconds>(work.left()).count();
  const auto line = fmt::format("echo {} | base64 -d | {}", base64(script), parts_.command);
  const auto sent = work.ask("ssm", "SendCommand", region,
                             {{"InstanceIds", {instance}},
                              {"DocumentName", "AWS-RunShellScript"},
                              {"TimeoutSeconds", delivery_s},
                              {"Comment", "Lifeboat runs SQL"},
                              {"Parameters", {{"commands", {line}}, {"executionTimeout", {std::to_string(left_s)}}}}});
  if (sent) return Sent{instance, sent->value("Command", Json::object()).value("CommandId", ""), ""};
  if (was_not_sent(sent.error())) return Sent{instance, "", sent.error().error().message};
  return base::fail(ErrorCode::wait_expired, fmt::format("{}: whether SQL was run on {} is not known: {}", region.value,
                                                         instance, sent.error().error().message));
}

base::Result<SsmSql::Outcome> SsmSql::outcome(const Work& work, const base::RegionName& region,
                                              const Sent& sent) const {
  Json invocation;
  const auto condition = fmt::format("{}: SQL on {}", region.value, sent.instance);
  const auto ended = work.wait_until(condition, [&](std::string& seen) -> base::Result<bool> {
    auto answer = work.ask("ssm", "GetCommandInvocation", region,
                           {{"CommandId", sent.command_id}, {"InstanceId", sent.instance}});
    // A command is there a moment after it was sent.
    if (!answer && answer.error().code == "InvocationDoesNotExist") return false;
    if (!answer) return std::unexpected(error_of(answer.error()));
    invocation = std::move(*answer);
    seen = invocation.value("StatusDetails", invocation.value("Status", ""));
    return !goes_on(invocation.value("Status", ""));
  });
  if (!ended) {
    return base::fail(ErrorCode::wait_expired,
                      fmt::format("whether it was run is not known: {}", ended.error().message));
  }
  const auto status = invocation.value("Status", "");
  const auto details = invocation.value("StatusDetails", "");
  const auto printed = invocation.value("StandardOutputContent", "");
  if (ran_nothing(details)) return Outcome{false, fmt::format("{}: {}", sent.instance, details), {}};
  if (status == "Failed") {
    return base::fail(ErrorCode::postgres_failed,
                      fmt::format("{}: {}", condition, complaint(invocation.value("StandardErrorContent", ""))),
                      fmt::format("SSM's command {} of {} has all of it.", sent.command_id, region.value));
  }
  if (status != "Success") {
    return base::fail(ErrorCode::wait_expired, fmt::format("{} was not ended: {}", condition, details));
  }
  if (printed.size() >= most_printed) {
    return base::fail(ErrorCode::postgres_failed, condition + ": the answer is longer than SSM keeps");
  }
  auto rows = read_rows(printed);
  if (!rows) return base::fail(ErrorCode::postgres_failed, condition + ": psql did not come to the script's end");
  return Outcome{true, "", std::move(*rows)};
}

base::Result<Rows> SsmSql::run(const base::RegionName& region, std::string_view statements, base::Instant deadline) {
  return run(region, "", statements, deadline);
}

base::Result<Rows> SsmSql::run_at(const Place& place, std::string_view statements, base::Instant deadline) {
  return run(place.region, connect_by_name(place.name, place.endpoint, place.port), statements, deadline);
}

base::Result<Rows> SsmSql::run(const base::RegionName& region, const std::string& beginning,
                               std::string_view statements, base::Instant deadline) {
  auto ports = parts_.work;
  ports.poll_interval = std::min(ports.poll_interval, parts_.poll_interval);
  ports.say = nullptr;
  const Work work(ports, deadline);
  const auto instances = running_instances(work, region);
  if (!instances) return std::unexpected(instances.error());
  std::string problem = "no web instance runs";
  for (const auto& instance : *instances) {
    if (work.is_over()) break;
    const auto sent = send(work, region, instance, beginning + psql_script(statements, work.left()));
    if (!sent) return std::unexpected(sent.error());
    problem = sent->problem;
    if (sent->command_id.empty()) continue;
    auto done = outcome(work, region, *sent);
    if (!done) return std::unexpected(done.error());
    if (done->ran) return std::move(done->rows);
    problem = done->problem;
  }
  return base::fail(
      ErrorCode::region_unreachable,
      fmt::format("{}: no web instance takes SQL for the database: {}", region.value, problem),
      "Instances need the SSM agent, a way to the service, and a role with AmazonSSMManagedInstanceCore.");
}

}  // namespace lifeboat::aws_world
