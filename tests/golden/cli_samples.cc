#include "cli_samples.h"

#include <fmt/format.h>

namespace lifeboat::cli::samples {
namespace {

constexpr std::int64_t noon_ms = 1'795'348'800'000;  // 2026-11-22T12:00:00Z

api::PartView part(std::string name, std::string kind, std::string zone, std::string url, int pid) {
  return {std::move(name), std::move(kind), std::move(zone), std::move(url), "ready", "", pid};
}

void add_parts(api::RegionView& region, int octet) {
  const auto url = [octet](int zone, int host, int port) {
    return fmt::format("http://127.{}.{}.{}:{}", octet, zone, host, port);
  };
  region.load_balancer = part("lb", "load_balancer", region.name + "a", url(0, 10, 8080), 100 * octet);
  for (int i = 0; i < 3; ++i) {
    const std::string zone = region.name + (i % 2 == 0 ? "a" : "b");
    region.instances.push_back(
        part(fmt::format("web-{}", i + 1), "web_instance", zone, url(i % 2 + 1, 100 + i, 8000), 100 * octet + i + 1));
  }
  for (int i = 0; i < 2; ++i) {
    const std::string zone = region.name + (i == 0 ? "a" : "b");
    region.monitoring.push_back(part(fmt::format("prometheus-{}", i + 1), "metrics_server", zone,
                                     url(i + 1, 20 + i, 9090), 100 * octet + 10 + i));
    region.monitoring.push_back(part(fmt::format("alertmanager-{}", i + 1), "alert_manager", zone,
                                     url(i + 1, 30 + i, 9093), 100 * octet + 20 + i));
  }
  region.others.push_back(
      part("pool", "connection_pool", region.name + "a", fmt::format("127.{}.0.60:6432", octet), 100 * octet + 30));
}

api::DatabaseNodeView node(const std::string& region, int octet, int number, std::string role) {
  api::DatabaseNodeView node;
  node.name = fmt::format("db-{}", number);
  node.zone = region + (number == 1 ? "a" : "b");
  node.role = std::move(role);
  node.address = fmt::format("127.{}.{}.{}", octet, number, 49 + number);
  node.port = 5432;
  node.state = "ready";
  node.pid = 100 * octet + 40 + number;
  return node;
}

api::RegionView region(std::string name, int octet, bool home) {
  api::RegionView view;
  view.name = std::move(name);
  view.role = home ? "active" : "standby";
  view.state = "ready";
  view.home = home;
  view.epoch = 1;
  view.traffic = home ? "serve" : "forward";
  add_parts(view, octet);
  if (home) {
    view.lease_left_ms = 2612;
    view.database.writer = "db-1";
    view.database.nodes = {node(view.name, octet, 1, "writer"), node(view.name, octet, 2, "synchronous_standby")};
    view.database.nodes[1].lag_bytes = 0;
    view.database.nodes[1].lag_ms = 0;
  } else {
    view.database.nodes = {node(view.name, octet, 1, "cross_region_replica"),
                           node(view.name, octet, 2, "cascading_standby")};
    view.database.nodes[0].lag_bytes = 1234;
    view.database.nodes[0].lag_ms = 3;
    view.database.nodes[1].lag_bytes = 0;
    view.database.nodes[1].lag_ms = 4;
  }
  return view;
}

}  // namespace

api::StatusView healthy() {
  api::StatusView status;
  status.stack = "two-region-web";
  status.epoch = 1;
  status.active_region = "us-east-2";
  status.home_region = "us-east-2";
  api::OperationView up;
  up.id = "up-1";
  up.kind = "up";
  up.phase = "ended";
  up.state = "done";
  up.started_at_ms = noon_ms;
  up.elapsed_ms = 6312;
  status.operation = up;
  status.controller = {4711, "http://127.30.0.2:7000", 3};
  status.front_door = {"api.example.test", "http://127.10.0.10:8080"};
  status.dns = {"127.30.0.53", 5353, 1, "127.10.0.10", "ready"};
  status.regions = {region("us-east-2", 10, true), region("us-west-1", 20, false)};
  status.ready = {"ready", {}, 0};
  return status;
}

api::StatusView synchronous() {
  api::StatusView status = healthy();
  status.regions[0].database.synchronous_replica = "us-west-1/db-1";
  return status;
}

api::StatusView region_lost() {
  api::StatusView status = healthy();
  api::RegionView& east = status.regions[0];
  east.state = "unreachable";
  east.traffic = "closed";
  east.lease_left_ms.reset();
  east.database.writer.reset();
  const std::string silent = "the agent of us-east-2 does not answer";
  for (auto* parts : {&east.instances, &east.monitoring, &east.others}) {
    for (api::PartView& part : *parts) part.state = "unknown";
  }
  for (api::DatabaseNodeView& node : east.database.nodes) {
    node.state = "unknown";
    node.lag_bytes.reset();
    node.lag_ms.reset();
  }
  east.load_balancer.state = "unknown";
  east.load_balancer.detail = silent;
  status.regions[1].database.nodes[0].state = "failing";
  status.regions[1].database.nodes[0].detail = "not streaming from 127.10.1.50:5432";
  status.ready = {"not_ready", {"us-east-2 does not answer.", "The replica in us-west-1 does not stream."}, 1200};
  status.armed = api::ArmedView{"A failover goes as soon as us-east-2 is detected as lost."};
  return status;
}

api::ReportView failover() {
  api::ReportView report;
  report.operation = "failover-2";
  report.kind = "failover";
  report.from = "us-east-2";
  report.to = "us-west-1";
  report.trigger = "armed";
  report.verdict = "done";
  report.started_at_ms = noon_ms;
  report.ended_at_ms = noon_ms + 2100;
  report.rto_ms = 1187;
  report.rto_source = "load_client";
  report.phases = {312, 1, 118, 64, 9, 683};
  report.fence = api::FenceView{"us-east-2",
                                "power",
                                1,
                                {"Ended 23 processes of us-east-2 by pidfd in 96 ms.",
                                 "No process of us-east-2 is left, and nothing listens on 127.10.*."}};
  report.epoch = 2;
  report.acknowledged_writes = 1523;
  report.lost_acknowledged_writes = 2;
  report.failed_requests = 97;
  report.longest_request_ms = 204;
  report.objectives = api::ObjectivesView{60'000, 5'000};
  report.timeline = {{noon_ms, "us-east-2 does not answer: 3 probes in a row were missed."},
                     {noon_ms + 1, "failover-2 begins: us-east-2 → us-west-1."},
                     {noon_ms + 119, "us-east-2 is fenced."},
                     {noon_ms + 183, "us-west-1 writes, in epoch 2."}};
  return report;
}

api::ReportView refused() {
  api::ReportView report;
  report.operation = "failover-3";
  report.kind = "failover";
  report.from = "us-east-2";
  report.to = "us-west-1";
  report.verdict = "refused";
  report.error = api::ErrorView{"no_fence_certificate", "refused", "us-east-2 could not be proven stopped", ""};
  report.started_at_ms = noon_ms;
  report.ended_at_ms = noon_ms + 10'000;
  report.rto_source = "none";
  report.epoch = 1;
  return report;
}

api::VerifyView not_ready() {
  return {
      "two-region-web",
      "not_ready",
      {"The replica in us-west-1 is 7.1 s behind; the objective allows 5 s."},
      {{"active-deployed",
        "The active region is deployed as described",
        "passed",
        {"All 14 parts of us-east-2 are ready."}},
       {"parity",
        "The standby region is an exact replica",
        "warning",
        {"database: setting work_mem is 4MB in us-east-2 and 8MB in us-west-1."}},
       {"replication",
        "Replication is moving",
        "failed",
        {"The replica in us-west-1 is 7.1 s behind; the objective allows 5 s.", "Marker 81 was seen after 7120 ms."}}}};
}

api::PlanView plan() {
  return {"two-region-web",
          "us-east-2",
          {"us-east-2", "us-west-1"},
          false,
          {{"us-east-2/db-1", "database_node", "keep", "ready", {}},
           {"us-east-2/web-1", "web_instance", "ensure", "its health check fails: HTTP 503", {"us-east-2/pool"}},
           {"us-west-1/web-9", "web_instance", "remove", "not described", {}}},
          {"cross_region: synchronous: every commit in us-east-2 takes a round trip longer: 52.34 ms now."}};
}

api::LogView log() {
  return {{{1, noon_ms - 43'200'001, "", "up-1 begins: it builds us-east-2 and us-west-1.", "up-1"},
           {2, noon_ms, "", "us-east-2 does not answer: 3 probes in a row were missed.", std::nullopt},
           {3, noon_ms + 1, "", "failover-2 begins: us-east-2 → us-west-1.", "failover-2"}}};
}

api::OperationView running() {
  api::OperationView operation;
  operation.id = "up-1";
  operation.kind = "up";
  operation.phase = "building";
  operation.state = "running";
  operation.from = operation.to = "us-east-2";
  operation.elapsed_ms = 3120;
  operation.progress = {{"us-east-2/db-1", "done", 1210, ""},
                        {"us-east-2/db-2", "running", 1830, ""},
                        {"us-east-2/web-1", "failing", 940, "GET /readyz: 503"},
                        {"us-east-2/lb", "waiting", 0, ""}};
  return operation;
}

load::Summary load_summary() {
  load::Summary summary;
  summary.run = "261122-120000-002a";
  summary.record_file = "/var/lib/lifeboat/two-region-web/load/261122-120000-002a.jsonl";
  summary.elapsed_s = 2;
  load::RequestRecord record;
  for (int i = 0; i < 100; ++i) {
    record.n = static_cast<std::uint64_t>(i + 1);
    record.kind = i % 2 == 0 ? load::RequestKind::write : load::RequestKind::read;
    record.started_at_us = 20'000 * i;
    record.acknowledged = i < 40 || i >= 60;
    record.ended_at_us = record.started_at_us + (record.acknowledged ? 2000 + 10 * i : 150);
    record.status = record.acknowledged ? 201 : 0;
    record.served_by = !record.acknowledged ? "" : i < 40 ? "us-east-2" : "us-west-1";
    record.error = record.acknowledged ? "" : "connect to 127.10.0.10:8080: Connection refused";
    summary.add(record);
  }
  return summary;
}

}  // namespace lifeboat::cli::samples
