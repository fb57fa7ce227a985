#include "aws/endpoint.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/request.h"

namespace lifeboat::aws {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == ':' || c == '[' || c == ']';
}

/// It becomes part of a host name, so that anything but a name could send signed requests elsewhere.
bool is_region_name(std::string_view region) {
  return !region.empty() && region.size() <= 40 && std::ranges::all_of(region, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

/// The partitions differ in the host's ending, and where their one global endpoint signs.
Endpoint own_endpoint(const Service& service, std::string_view region) {
  const bool is_china = region.starts_with("cn-");
  const bool is_government = region.starts_with("us-gov-");
  const std::string_view ending = is_china ? "amazonaws.com.cn" : "amazonaws.com";
  if (service.global_region.empty()) {
    return {.host = fmt::format("{}.{}.{}", service.host, region, ending), .signing_region = std::string(region)};
  }
  if (is_china) return {.host = fmt::format("{}.{}", service.host, ending), .signing_region = "cn-northwest-1"};
  if (is_government)
    return {.host = fmt::format("{}.us-gov.{}", service.host, ending), .signing_region = "us-gov-west-1"};
  return {.host = fmt::format("{}.{}", service.host, ending), .signing_region = std::string(service.global_region)};
}

}  // namespace

base::Result<Endpoint> parse_endpoint(std::string_view url) {
  const auto bad = [&] {
    return base::fail(base::ErrorCode::bad_flag,
                      fmt::format("'{}' is not an endpoint such as http://127.0.0.1:5000", url),
                      "Correct the variable AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_<SERVICE>.");
  };
  const auto mark = url.find("://");
  if (mark == std::string_view::npos) return bad();
  Endpoint endpoint{.scheme = lower_case(url.substr(0, mark))};
  if (endpoint.scheme != "http" && endpoint.scheme != "https") return bad();
  const auto rest = url.substr(mark + 3);
  const auto slash = std::min(rest.find('/'), rest.size());
  endpoint.host = lower_case(rest.substr(0, slash));
  endpoint.path = rest.substr(slash);
  while (endpoint.path.ends_with('/')) endpoint.path.pop_back();
  const std::string_view usual_port = endpoint.scheme == "https" ? ":443" : ":80";
  if (endpoint.host.ends_with(usual_port)) endpoint.host.resize(endpoint.host.size() - usual_port.size());
  if (endpoint.host.empty() || !std::ranges::all_of(endpoint.host, is_host_character)) return bad();
  if (endpoint.path.find_first_of("?# \\\r\n") != std::string::npos) return bad();
  return endpoint;
}

base::Result<Endpoint> find_endpoint(const Service& service, std::string_view region, const Environment& environment) {
  if (!is_region_name(region)) {
    return base::fail(base::ErrorCode::bad_flag, fmt::format("'{}' is not a region such as us-east-2", region));
  }
  const auto own = own_endpoint(service, region);
  auto url = environment(fmt::format("AWS_ENDPOINT_URL_{}", service.variable));
  if (url.empty()) url = environment("AWS_ENDPOINT_URL");
  if (url.empty() || environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") return own;
  auto endpoint = parse_endpoint(url);
  if (!endpoint) return endpoint;
  endpoint->signing_region = own.signing_region;
  endpoint->is_overridden = true;
  return endpoint;
}

}  // namespace lifeboat::aws
