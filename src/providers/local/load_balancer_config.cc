#include "providers/local/load_balancer_config.h"

#include <fmt/format.h>

namespace lifeboat::local {
namespace {

// The socket's and the map's names are relative to HAProxy's working directory, since the path of a Unix socket is
// short.
constexpr const char* common = R"(# Written by Lifeboat; changes are lost.
global
  stats socket unix@{socket} mode 600 level admin
  log stdout format raw local0 notice
  maxconn 4000
  nbthread 1
  setenv LIFEBOAT_LEASE_PAGE "{lease}"
  lua-load {gate}
  hard-stop-after 2s

defaults
  mode http
  log global
  option dontlognull
  timeout connect 200ms
  timeout client 30s
  timeout server 20s
  timeout queue 15s
  timeout check 250ms
  timeout http-request 10s
  timeout http-keep-alive 30s
  option redispatch 1
  retries 3
  # Only what never reached an instance is sent again: a write is never replayed.
  retry-on conn-failure
  http-error status 502 content-type application/json string '{unanswered}'
  http-error status 503 content-type application/json hdr Retry-After 1 string '{unavailable}'
  http-error status 504 content-type application/json string '{unanswered}'
)";

constexpr const char* frontends = R"(
frontend door
  bind {door}
  http-request set-var(txn.mode) str(mode),map({map},closed)
  http-request return status 200 content-type application/json hdr X-Served-By "{region}/lb" lf-string '{{"region":"{region}","mode":"%[var(txn.mode)]","lease":"%[lua.lease]"}}' if {{ path {door_path} }}
  http-request return status 503 content-type application/json hdr Retry-After 1 string '{closed}' if {{ var(txn.mode) -m str closed }}
  # A request may have left the other region just before the regions changed places: it goes back once. Twice passed on,
  # it ends: it never goes in circles.
  http-request return status 503 content-type application/json hdr Retry-After 1 string '{elsewhere}' if {{ var(txn.mode) -m str forward }} {{ req.hdr(X-Lifeboat-Forwarded) -m str 2 }}
  http-request del-header X-Lifeboat-Forwarded unless {{ var(txn.mode) -m str forward }}
  option forwardfor
  http-request set-var(txn.reads) bool(true) if METH_GET || METH_OPTIONS
  use_backend peer if {{ var(txn.mode) -m str forward }}
  default_backend {instances}

frontend metrics
  bind {metrics}
  http-request use-service prometheus-exporter if {{ path /metrics }}
  http-request return status 404 content-type text/plain string "only /metrics is here"
)";

constexpr const char* backends = R"(
backend {instances}
  balance roundrobin
  option httpchk
  http-check send meth GET uri {health_path} ver HTTP/1.1 hdr Host {region}
  http-check expect status 200
  # Who answered is what tells the regions apart from outside; an application that does not say it has it said for it.
  http-response set-header X-Served-By {region}/%s unless {{ res.hdr(X-Served-By) -m found }}
  # The last look at the write lease before an acknowledgement leaves the region.
  http-response lua.lease_gate unless {{ var(txn.reads) -m bool }}
  default-server inter 200ms fastinter 50ms downinter 100ms fall 2 rise 1 maxconn 500 on-marked-down shutdown-sessions observe layer4 error-limit 1 on-error mark-down
{servers}
backend peer
  option httpchk
  http-check send meth GET uri {door_path} ver HTTP/1.1 hdr Host {peer_region}
  http-check expect status 200
  http-request set-header X-Lifeboat-Forwarded 2 if {{ req.hdr(X-Lifeboat-Forwarded) -m found }}
  http-request set-header X-Lifeboat-Forwarded 1 unless {{ req.hdr(X-Lifeboat-Forwarded) -m found }}
  # Slow to be given up: a request that finds it starting anew is sent again, one that finds it given up is not.
  server {peer_region} {peer_door} check inter 200ms fastinter 200ms downinter 50ms fall 10 rise 1
)";

std::string problem(const std::string& code, const std::string& message, const std::string& help) {
  return fmt::format(R"({{"error":{{"code":"{}","message":"{}","help":"{}"}}}})", code, message, help);
}

std::string common_part(const LoadBalancerSetup& setup) {
  const auto& region = setup.region.value;
  return fmt::format(
      fmt::runtime(common), fmt::arg("socket", runtime_socket_name), fmt::arg("gate", lease_gate_name),
      fmt::arg("lease", setup.lease_page.string()),
      fmt::arg("unanswered", problem("no_answer", "the part of " + region + " that had the request did not answer it",
                                     "A write may have been done: look before you send it again.")),
      fmt::arg("unavailable", problem("region_unavailable", "no part of " + region + " can answer this request now",
                                      "Try again in a second.")));
}

}  // namespace

std::string load_balancer_configuration(const LoadBalancerSetup& setup) {
  const auto& region = setup.region.value;
  std::string servers;
  for (const auto& instance : setup.instances) {
    servers += fmt::format("  server {} {} check\n", instance.name, instance.endpoint.text());
  }
  const auto closed =
      problem("region_closed", region + " does not serve", "Try again in a second; resolve the name again.");
  const auto elsewhere = problem("region_closed", region + " does not serve and was asked on behalf of another region",
                                 "Try again in a second; resolve the name again.");
  return common_part(setup) +
         fmt::format(fmt::runtime(frontends), fmt::arg("door", setup.door.text()), fmt::arg("map", traffic_map_name),
                     fmt::arg("region", region), fmt::arg("door_path", door_path), fmt::arg("closed", closed),
                     fmt::arg("elsewhere", elsewhere), fmt::arg("instances", instances_backend),
                     fmt::arg("metrics", setup.metrics.text())) +
         fmt::format(fmt::runtime(backends), fmt::arg("instances", instances_backend),
                     fmt::arg("health_path", setup.health_path), fmt::arg("region", region),
                     fmt::arg("servers", servers), fmt::arg("door_path", door_path),
                     fmt::arg("peer_region", setup.peer_region.value), fmt::arg("peer_door", setup.peer_door.text()));
}

std::string traffic_map(model::TrafficMode mode) {
  return fmt::format("mode {}\n", model::to_string(mode));
}

model::TrafficMode mode_of_traffic_map(const std::string& content) {
  for (const auto mode : {model::TrafficMode::serve, model::TrafficMode::forward}) {
    if (content == traffic_map(mode)) return mode;
  }
  return model::TrafficMode::closed;
}

}  // namespace lifeboat::local
