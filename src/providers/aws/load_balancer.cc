#include "providers/aws/load_balancer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "providers/aws/bucket.h"

namespace lifeboat::aws_world {
namespace {

using aws::Json;
using base::ErrorCode;

constexpr const char* listeners_key = "traffic/listeners.json";

base::Result<Json> balancer(const Work& work, const Names& names, const base::RegionName& region) {
  const auto name = names.load_balancer(region);
  const auto found = work.ask("elbv2", "DescribeLoadBalancers", region, {{"Names", {name}}});
  if (!found && found.error().kind != aws::FailureKind::missing) return std::unexpected(error_of(found.error()));
  const auto all = found ? found->value("LoadBalancers", Json::array()) : Json::array();
  if (all.empty()) {
    return base::fail(ErrorCode::aws_missing, fmt::format("{}: there is no load balancer {}", region.value, name));
  }
  return all.front();
}

/// The listener answers by itself, as Lifeboat or its template has told it.
bool is_closed(const Json& actions) {
  return std::ranges::any_of(actions, [](const Json& action) {
    return action.value("Type", "") == "fixed-response" &&
           action.value("FixedResponseConfig", Json::object()).value("StatusCode", "") == "503";
  });
}

bool forwards(const Json& actions) {
  return std::ranges::any_of(actions, [](const Json& action) { return action.value("Type", "") == "forward"; });
}

Json closing_actions() {
  return Json::array({{{"Type", "fixed-response"},
                       {"FixedResponseConfig",
                        {{"StatusCode", "503"}, {"ContentType", "text/plain"}, {"MessageBody", closed_text}}}}});
}

base::Result<Json> forwarding_actions(const Work& work, const base::RegionName& region, const std::string& arn) {
  const auto found = work.call_all("elbv2", "DescribeTargetGroups", region, {{"LoadBalancerArn", arn}});
  if (!found) return std::unexpected(found.error());
  const auto groups = found->value("TargetGroups", Json::array());
  if (groups.size() == 1) {
    return Json::array({{{"Type", "forward"}, {"TargetGroupArn", groups.front().value("TargetGroupArn", "")}}});
  }
  return base::fail(ErrorCode::aws_refused,
                    fmt::format("{}: the load balancer has {} target groups, expected one to forward to", region.value,
                                groups.size()),
                    "Have its listener forward to the right one by hand; Lifeboat keeps that.");
}

/// By listener, what it did before it was closed.
base::Result<Json> remembered_listeners(const Work& work, const Names& names, const base::RegionName& region) {
  const auto text = read_object(work, names, region, listeners_key);
  if (!text) return std::unexpected(text.error());
  auto kept = *text ? Json::parse(**text, nullptr, false) : Json::object();
  if (kept.is_object()) return kept;
  return base::fail(ErrorCode::record_corrupt, fmt::format("{}: {} in {} is not what Lifeboat wrote", region.value,
                                                           listeners_key, names.bucket(region)));
}

base::Status modify(const Work& work, const base::RegionName& region, const std::string& listener,
                    const Json& actions) {
  const auto answer =
      work.call("elbv2", "ModifyListener", region, {{"ListenerArn", listener}, {"DefaultActions", actions}});
  if (!answer) return std::unexpected(answer.error());
  return {};
}

base::Status close(const Work& work, const Names& names, const base::RegionName& region, const Json& listener) {
  const auto actions = listener.value("DefaultActions", Json::array());
  if (!forwards(actions)) return {};
  const auto arn = listener.value("ListenerArn", "");
  auto kept = remembered_listeners(work, names, region);
  if (!kept) return std::unexpected(kept.error());
  (*kept)[arn] = actions;
  if (auto written = write_object(work, names, region, listeners_key, kept->dump(2)); !written) return written;
  return modify(work, region, arn, closing_actions());
}

base::Status open(const Work& work, const Names& names, const base::RegionName& region, const Json& listener) {
  if (!is_closed(listener.value("DefaultActions", Json::array()))) return {};
  const auto arn = listener.value("ListenerArn", "");
  const auto kept = remembered_listeners(work, names, region);
  if (!kept) return std::unexpected(kept.error());
  if (kept->contains(arn)) return modify(work, region, arn, (*kept)[arn]);
  const auto actions = forwarding_actions(work, region, listener.value("LoadBalancerArn", ""));
  return actions ? modify(work, region, arn, *actions) : std::unexpected(actions.error());
}

}  // namespace

base::Result<std::string> load_balancer_name(const Work& work, const Names& names, const base::RegionName& region) {
  const auto found = balancer(work, names, region);
  if (!found) return std::unexpected(found.error());
  return found->value("DNSName", "");
}

base::Status set_traffic(const Work& work, const Names& names, const base::RegionName& region,
                         model::TrafficMode mode) {
  const auto found = balancer(work, names, region);
  if (!found) return std::unexpected(found.error());
  const auto arn = found->value("LoadBalancerArn", "");
  const auto listeners = work.call_all("elbv2", "DescribeListeners", region, {{"LoadBalancerArn", arn}});
  if (!listeners) return std::unexpected(listeners.error());
  const auto all = listeners->value("Listeners", Json::array());
  if (all.empty()) {
    return base::fail(ErrorCode::aws_missing, fmt::format("{}: the load balancer {} has no listener", region.value,
                                                          names.load_balancer(region)));
  }
  for (auto listener : all) {
    if (!listener.contains("LoadBalancerArn")) listener["LoadBalancerArn"] = arn;
    auto set =
        mode == model::TrafficMode::closed ? close(work, names, region, listener) : open(work, names, region, listener);
    if (!set) return set;
  }
  return {};
}

}  // namespace lifeboat::aws_world
