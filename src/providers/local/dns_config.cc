#include "providers/local/dns_config.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace lifeboat::local {
namespace {

// Every cache is off: an answer is the record as it stands now. Paths are relative to the working directory, because
// the path of the control socket must be short.
constexpr const char* dns_template = R"(# Written by Lifeboat; changes are lost.
launch=lmdb
lmdb-filename=pdns.lmdb
lmdb-shards=1
lmdb-sync-mode=sync
lmdb-map-size=16
local-address={address}
local-port={port}
socket-dir=.
webserver=yes
webserver-address={api_address}
webserver-port={api_port}
webserver-allow-from=127.0.0.0/8
webserver-loglevel=none
api=yes
api-key={api_key}
cache-ttl=0
query-cache-ttl=0
negquery-cache-ttl=0
zone-cache-refresh-interval=0
receiver-threads=1
distributor-threads=1
security-poll-suffix=
version-string=anonymous
disable-syslog=yes
loglevel=4
daemon=no
guardian=no
)";

nlohmann::json address_set(const std::string& name, const std::string& address, std::int64_t ttl_s) {
  return {{"name", name},
          {"type", "A"},
          {"ttl", ttl_s},
          {"changetype", "REPLACE"},
          {"records", {{{"content", address}, {"disabled", false}}}}};
}

}  // namespace

std::string dns_configuration(const Endpoint& answers, const Endpoint& api, const std::string& api_key,
                              const std::filesystem::path& modules) {
  auto configuration =
      fmt::format(fmt::runtime(dns_template), fmt::arg("address", answers.address), fmt::arg("port", answers.port),
                  fmt::arg("api_address", api.address), fmt::arg("api_port", api.port), fmt::arg("api_key", api_key));
  if (!modules.empty()) configuration += "module-dir=" + modules.string() + "\n";
  return configuration;
}

std::string zone_request(const model::Dns& dns, const std::string& server_address) {
  const auto zone = dns.domain + ".";
  const nlohmann::json body{{"name", zone},
                            {"kind", "Native"},
                            {"nameservers", {"ns1." + zone}},
                            {"rrsets", {address_set("ns1." + zone, server_address, 60)}}};
  return body.dump();
}

std::string record_request(const std::string& name, const std::string& address, std::int64_t ttl_s) {
  return nlohmann::json{{"rrsets", {address_set(name + ".", address, ttl_s)}}}.dump();
}

}  // namespace lifeboat::local
