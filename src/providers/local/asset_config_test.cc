// What is written into the programs' configurations, and what is read from their answers.

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "providers/local/agent_memory.h"
#include "providers/local/asset_process.h"
#include "providers/local/dns_config.h"
#include "providers/local/haproxy_socket.h"
#include "providers/local/load_balancer_config.h"
#include "providers/local/pool_config.h"
#include "providers/local/pool_state.h"
#include "providers/local/web_command.h"
#include "system/files.h"

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;
using model::TrafficMode;

class AssetFiles : public ::testing::Test {
 protected:
  AssetFiles() {
    std::string name = (fs::temp_directory_path() / "lifeboat-config-XXXXXX").string();
    folder = ::mkdtemp(name.data());
  }
  ~AssetFiles() override { fs::remove_all(folder); }
  fs::path folder;
};

const char* const load_balancer_golden = R"(# Written by Lifeboat; changes are lost.
global
  stats socket unix@ha.sock mode 600 level admin
  log stdout format raw local0 notice
  maxconn 4000
  nbthread 1
  setenv LIFEBOAT_LEASE_PAGE "/somewhere/east/lease"
  lua-load lease_gate.lua
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
  http-error status 502 content-type application/json string '{"error":{"code":"no_answer","message":"the part of east that had the request did not answer it","help":"A write may have been done: look before you send it again."}}'
  http-error status 503 content-type application/json hdr Retry-After 1 string '{"error":{"code":"region_unavailable","message":"no part of east can answer this request now","help":"Try again in a second."}}'
  http-error status 504 content-type application/json string '{"error":{"code":"no_answer","message":"the part of east that had the request did not answer it","help":"A write may have been done: look before you send it again."}}'

frontend door
  bind 127.10.0.10:8080
  http-request set-var(txn.mode) str(mode),map(traffic.map,closed)
  http-request return status 200 content-type application/json hdr X-Served-By "east/lb" lf-string '{"region":"east","mode":"%[var(txn.mode)]","lease":"%[lua.lease]"}' if { path /lifeboat/door }
  http-request return status 503 content-type application/json hdr Retry-After 1 string '{"error":{"code":"region_closed","message":"east does not serve","help":"Try again in a second; resolve the name again."}}' if { var(txn.mode) -m str closed }
  # A request may have left the other region just before the regions changed places: it goes back once. Twice passed on,
  # it ends: it never goes in circles.
  http-request return status 503 content-type application/json hdr Retry-After 1 string '{"error":{"code":"region_closed","message":"east does not serve and was asked on behalf of another region","help":"Try again in a second; resolve the name again."}}' if { var(txn.mode) -m str forward } { req.hdr(X-Lifeboat-Forwarded) -m str 2 }
  http-request del-header X-Lifeboat-Forwarded unless { var(txn.mode) -m str forward }
  option forwardfor
  http-request set-var(txn.reads) bool(true) if METH_GET || METH_OPTIONS
  use_backend peer if { var(txn.mode) -m str forward }
  default_backend instances

frontend metrics
  bind 127.10.0.10:8405
  http-request use-service prometheus-exporter if { path /metrics }
  http-request return status 404 content-type text/plain string "only /metrics is here"

backend instances
  balance roundrobin
  option httpchk
  http-check send meth GET uri /readyz ver HTTP/1.1 hdr Host east
  http-check expect status 200
  # Who answered is what tells the regions apart from outside; an application that does not say it has it said for it.
  http-response set-header X-Served-By east/%s unless { res.hdr(X-Served-By) -m found }
  # The last look at the write lease before an acknowledgement leaves the region.
  http-response lua.lease_gate unless { var(txn.reads) -m bool }
  default-server inter 200ms fastinter 50ms downinter 100ms fall 2 rise 1 maxconn 500 on-marked-down shutdown-sessions observe layer4 error-limit 1 on-error mark-down
  server web-1 127.10.1.100:8000 check

backend peer
  option httpchk
  http-check send meth GET uri /lifeboat/door ver HTTP/1.1 hdr Host west
  http-check expect status 200
  http-request set-header X-Lifeboat-Forwarded 2 if { req.hdr(X-Lifeboat-Forwarded) -m found }
  http-request set-header X-Lifeboat-Forwarded 1 unless { req.hdr(X-Lifeboat-Forwarded) -m found }
  # Slow to be given up: a request that finds it starting anew is sent again, one that finds it given up is not.
  server west 127.20.0.10:8080 check inter 200ms fastinter 200ms downinter 50ms fall 10 rise 1
)";

TEST(LoadBalancerConfig, Is_exactly_this) {
  EXPECT_EQ(load_balancer_configuration({.region = {"east"},
                                         .peer_region = {"west"},
                                         .door = {"127.10.0.10", 8080},
                                         .metrics = {"127.10.0.10", 8405},
                                         .peer_door = {"127.20.0.10", 8080},
                                         .instances = {{"web-1", {"east-a"}, {"127.10.1.100", 8000}}},
                                         .health_path = "/readyz",
                                         .lease_page = "/somewhere/east/lease"}),
            load_balancer_golden);
}

TEST(LoadBalancerConfig, A_traffic_map_that_cannot_be_read_means_closed) {
  for (const auto mode : {TrafficMode::closed, TrafficMode::serve, TrafficMode::forward}) {
    EXPECT_EQ(mode_of_traffic_map(traffic_map(mode)), mode);
  }
  EXPECT_EQ(mode_of_traffic_map(""), TrafficMode::closed);
  EXPECT_EQ(mode_of_traffic_map("mode serv"), TrafficMode::closed);
}

TEST(HaproxySocket, Finds_the_live_servers_of_one_backend) {
  const std::string stat =
      "# pxname,svname,qcur,qmax,scur,smax,slim,stot,bin,bout,dreq,dresp,ereq,econ,eresp,wretr,wredis,status,\n"
      "instances,web-2,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP,\n"
      "instances,web-1,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP 1/2,\n"
      "instances,web-3,0,0,0,0,,0,0,0,,0,,0,0,0,0,DOWN,\n"
      "instances,BACKEND,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP,\n"
      "peer,west,0,0,0,0,,0,0,0,,0,,0,0,0,0,UP,\n";
  EXPECT_EQ(live_servers(stat, "instances"), (std::vector<std::string>{"web-1", "web-2"}));
  EXPECT_TRUE(live_servers("", "instances").empty());
  EXPECT_EQ(info_value("Name: HAProxy\nVersion: 2.6.12\n", "Version"), "2.6.12");
  EXPECT_EQ(info_value("Name: HAProxy\n", "Version"), "");
}

TEST(HaproxySocket, Counts_what_clients_asked_and_not_what_probes_did) {
  // As HAProxy 2.6 reports twelve requests: three probes, three that it refused itself, six for a server, of which
  // three ended in a 500.
  const std::string begin = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,";
  const auto stat = "door,FRONTEND" + begin + "6,0,0,6,0,12,\ninstances,web-1" + begin +
                    "3,0,0,6,0,6,\ninstances,BACKEND" + begin + "3,0,0,6,0,6,\npeer,BACKEND" + begin + "0,0,0,0,0,0,\n";
  const auto traffic = traffic_of(stat, "door");
  ASSERT_TRUE(traffic);
  EXPECT_EQ(traffic->requests, 9u);
  EXPECT_EQ(traffic->errors, 6u);
  EXPECT_FALSE(traffic_of("", "door"));
}

TEST(PoolConfig, Holds_no_secret_and_points_at_the_target) {
  const auto text = pool_configuration({{"127.10.0.60", 6432}, "events", {"127.10.1.50", 5432}});
  EXPECT_NE(text.find("\nevents = host=127.10.1.50 port=5432 dbname=events\n"), std::string::npos);
  EXPECT_NE(text.find("\nlisten_addr = 127.10.0.60\nlisten_port = 6432\nunix_socket_dir =\n"), std::string::npos);
  EXPECT_NE(text.find("\npool_mode = transaction\n"), std::string::npos);
  EXPECT_NE(text.find("\nquery_wait_timeout = 15\n"), std::string::npos);
  EXPECT_EQ(pool_users("a\"b", "c"), "\"app\" \"a\"\"b\"\n\"lifeboat_pool\" \"c\"\n");
}

TEST_F(AssetFiles, The_pools_state_survives_and_damage_is_told) {
  const auto file = folder / "pool.json";
  EXPECT_EQ(load_pool_state(file)->has_value(), false);
  const PoolState state{.target = {"127.10.1.50", 5432}, .held_since = base::Instant(std::chrono::nanoseconds(123))};
  ASSERT_TRUE(save_pool_state(file, state).has_value());
  EXPECT_EQ(**load_pool_state(file), state);
  const PoolState free{.target = {"127.20.2.51", 5432}, .held_since = std::nullopt};
  ASSERT_TRUE(save_pool_state(file, free).has_value());
  EXPECT_EQ(**load_pool_state(file), free);
  std::ofstream(file) << "{";
  EXPECT_FALSE(load_pool_state(file).has_value());
}

TEST_F(AssetFiles, An_agents_record_survives_and_refuses_older_epochs) {
  const auto file = folder / "role.json";
  EXPECT_EQ(*load_agent_record(file), AgentRecord{});
  AgentMemory memory(file, {});
  ASSERT_TRUE(memory.accept({3}).has_value());
  ASSERT_TRUE(memory.assign({model::RegionRole::active, {"east"}, {3}}).has_value());
  ASSERT_TRUE(memory.add_ensured("lb").has_value());
  EXPECT_EQ(memory.accept({2}).error().code, base::ErrorCode::stale_epoch);
  EXPECT_TRUE(memory.accept({3}).has_value());
  EXPECT_EQ(*load_agent_record(file), memory.record());
  EXPECT_EQ(memory.duty().newest, base::Epoch{3});
  std::ofstream(file) << R"({"role":"king"})";
  EXPECT_EQ(load_agent_record(file).error().code, base::ErrorCode::record_corrupt);
}

TEST_F(AssetFiles, A_file_is_its_owners_only_and_stays_when_it_does_not_change) {
  const auto file = folder / "users.txt";
  ASSERT_TRUE(write_if_different(file, "one").has_value());
  struct stat before {};
  ASSERT_EQ(::stat(file.c_str(), &before), 0);
  EXPECT_EQ(before.st_mode & 0777U, 0600U);
  ASSERT_TRUE(write_if_different(file, "one").has_value());
  struct stat same {};
  ASSERT_EQ(::stat(file.c_str(), &same), 0);
  EXPECT_EQ(same.st_ino, before.st_ino);
  ASSERT_TRUE(write_if_different(file, "two").has_value());
  EXPECT_EQ(*system::read_file(file), "two");
  EXPECT_FALSE(write_if_different(folder / "absent" / "file", "x").has_value());
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), {}), 1) << "no temporary file stays";
}

TEST(DnsConfig, Asks_for_the_zone_and_the_record) {
  EXPECT_EQ(
      record_request("api.example.test", "127.10.0.10", 1),
      R"({"rrsets":[{"changetype":"REPLACE","name":"api.example.test.","records":[{"content":"127.10.0.10","disabled":false}],"ttl":1,"type":"A"}]})");
  model::Dns dns;
  EXPECT_EQ(
      zone_request(dns, "127.30.0.53"),
      R"({"kind":"Native","name":"example.test.","nameservers":["ns1.example.test."],"rrsets":[{"changetype":"REPLACE","name":"ns1.example.test.","records":[{"content":"127.30.0.53","disabled":false}],"ttl":60,"type":"A"}]})");
  const auto plain = dns_configuration({"127.30.0.53", 5353}, {"127.30.0.53", 8081}, "key", {});
  EXPECT_NE(plain.find("\nlocal-address=127.30.0.53\nlocal-port=5353\n"), std::string::npos);
  EXPECT_EQ(plain.find("module-dir"), std::string::npos);
  const auto unpacked = dns_configuration({"127.30.0.53", 5353}, {"127.30.0.53", 8081}, "key", "/opt/pdns");
  EXPECT_NE(unpacked.find("\nmodule-dir=/opt/pdns\n"), std::string::npos);
}

TEST_F(AssetFiles, A_command_gets_its_address_and_its_program_is_found) {
  EXPECT_EQ(fill_in({"gunicorn", "--bind", "{address}:{port}", "{port}{port}"}, {"127.10.1.100", 8000}),
            (std::vector<std::string>{"gunicorn", "--bind", "127.10.1.100:8000", "80008000"}));
  const auto program = folder / "serve";
  std::ofstream(program) << "#!/bin/sh\n";
  fs::permissions(program, fs::perms::owner_all);
  EXPECT_EQ(*find_in_path("serve", "/nowhere:" + folder.string(), "/elsewhere"), program.string());
  EXPECT_EQ(*find_in_path(program.string(), "/nowhere", "/elsewhere"), program.string());
  EXPECT_EQ(*find_in_path("./serve", "/nowhere", folder), (folder / "./serve").string());
  const auto missing = find_in_path("serve", "/nowhere", folder);
  EXPECT_EQ(missing.error().code, base::ErrorCode::program_missing);
  EXPECT_NE(missing.error().help.find("apt-get install serve"), std::string::npos) << missing.error().help;
}

TEST_F(AssetFiles, A_command_whose_folder_cannot_be_read_is_refused) {
  model::WebTier web;
  web.command = {"./serve"};
  EXPECT_EQ(check_web_command(web, folder, {}).error().code, base::ErrorCode::program_missing);
  std::ofstream(folder / "serve") << "#!/bin/sh\n";
  fs::permissions(folder / "serve", fs::perms::owner_all);
  EXPECT_TRUE(check_web_command(web, folder, {}).has_value());
  const auto refused = check_web_command(web, folder / "none", {});
  EXPECT_EQ(refused.error().code, base::ErrorCode::permission_denied);
  EXPECT_NE(refused.error().message.find((folder / "none").string()), std::string::npos) << refused.error().message;
  EXPECT_TRUE(check_web_command({}, folder / "none", {}).has_value());
}

TEST_F(AssetFiles, The_tail_of_a_log_is_one_line) {
  EXPECT_EQ(log_tail(folder / "none.log"), "(empty)");
  std::ofstream(folder / "a.log") << "one\ntwo\n";
  EXPECT_EQ(log_tail(folder / "a.log"), "one|two");
  std::ofstream(folder / "b.log") << std::string(1000, 'x') << "\nlast\n";
  EXPECT_EQ(log_tail(folder / "b.log"), "last");
}

}  // namespace
}  // namespace lifeboat::local
