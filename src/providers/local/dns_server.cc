#include "providers/local/dns_server.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "providers/local/dns_config.h"
#include "providers/local/drill_record.h"
#include "system/dns_client.h"
#include "system/files.h"
#include "system/http_client.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

constexpr Milliseconds api_timeout{2000};
constexpr const char* api_root = "/api/v1/servers/localhost";

/// The server's process is up when its API answers; whether it answers queries, ensure() sees when the zone is there.
AssetProcess::HealthCheck answers_api(const DnsServer::Parts& parts) {
  return [api = parts.layout.dns_api, key = parts.secrets.dns_api_key](Milliseconds limit) -> base::Status {
    const auto answer = system::http_request(
        {.address = api.address, .port = api.port, .target = api_root, .headers = {{"X-API-Key", key}}}, limit);
    if (!answer) return std::unexpected(answer.error());
    if (answer->status == 200) return {};
    return base::fail(ErrorCode::dns_failed,
                      fmt::format("the API at {} answers status {}", api.text(), answer->status));
  };
}

}  // namespace

DnsServer::DnsServer(Parts parts)
    : parts_(std::move(parts)),
      process_(parts_.scope, parts_.layout.dns, model::AssetKind::dns_server, answers_api(parts_)) {}

base::Status DnsServer::ensure(base::Instant deadline) {
  const auto configuration = dns_configuration(process_.endpoint(), parts_.layout.dns_api, parts_.secrets.dns_api_key,
                                               parts_.programs.pdns_modules);
  const AssetStart start{.files = {{"pdns.conf", configuration}},
                         .argv = {parts_.programs.pdns_server.string(), "--config-dir=."},
                         .environment = {},
                         .fingerprint = configuration};
  if (auto started = process_.ensure(start, deadline); !started) return started;
  const Deadline until(parts_.scope.clock, deadline);
  const std::unique_lock lock(changing_, until.remaining());
  if (!lock) return base::fail(ErrorCode::wait_expired, "the DNS record is being changed by another request");
  if (auto made = make_zone(deadline); !made) return made;
  const auto known = record();
  if (!known) return std::unexpected(known.error());
  return *known ? publish(**known, deadline) : base::Status{};
}

base::Result<int> DnsServer::api(const std::string& method, const std::string& path, const std::string& body,
                                 Milliseconds timeout, int also_well) const {
  const auto& api = parts_.layout.dns_api;
  const auto answer = system::http_request({.method = method,
                                            .address = api.address,
                                            .port = api.port,
                                            .target = api_root + path,
                                            .body = body,
                                            .headers = {{"X-API-Key", parts_.secrets.dns_api_key}}},
                                           timeout);
  if (!answer) return std::unexpected(answer.error());
  if (answer->status < 300 || answer->status == also_well) return answer->status;
  return base::fail(ErrorCode::dns_failed, fmt::format("PowerDNS at {}: {} {}: status {}: {}", api.text(), method, path,
                                                       answer->status, answer->body));
}

base::Status DnsServer::make_zone(base::Instant deadline) {
  const Deadline until(parts_.scope.clock, deadline);
  constexpr int there_already = 409;
  const auto made = api("POST", "/zones", zone_request(parts_.stack.dns, process_.endpoint().address),
                        until.at_most(api_timeout), there_already);
  if (!made) return std::unexpected(made.error());
  base::Status answered;
  const bool done = wait_for(until, Milliseconds{5}, [&] {
    const auto answer = system::dns_lookup(process_.endpoint().address, process_.endpoint().port,
                                           "ns1." + parts_.stack.dns.domain, until.at_most(Milliseconds{500}));
    answered = answer ? base::Status{} : std::unexpected(answer.error());
    return answer.has_value();
  });
  return done ? base::Status{} : answered;
}

base::Status DnsServer::set_record(const FrontDoorRecord& wanted, base::Instant deadline) {
  const Deadline until(parts_.scope.clock, deadline);
  const std::unique_lock lock(changing_, until.remaining());
  if (!lock) return base::fail(ErrorCode::wait_expired, "the DNS record is being changed by another request");
  const auto known = record();
  if (!known) return std::unexpected(known.error());
  if (*known && (*known)->epoch > wanted.epoch) {
    return base::fail(ErrorCode::stale_epoch, fmt::format("{} was set in epoch {}; this request belongs to epoch {}",
                                                          wanted.name, (*known)->epoch.value, wanted.epoch.value));
  }
  const nlohmann::json json{
      {"name", wanted.name}, {"address", wanted.address}, {"ttl_s", wanted.ttl_s}, {"epoch", wanted.epoch.value}};
  if (auto made = system::make_folder(process_.folder()); !made) return made;
  if (*known != wanted) {
    if (auto written = system::replace_file(record_file(), json.dump() + "\n", 0600); !written) return written;
  }
  return publish(wanted, deadline);
}

base::Status DnsServer::publish(const FrontDoorRecord& wanted, base::Instant deadline) {
  const Deadline until(parts_.scope.clock, deadline);
  const auto zone = "/zones/" + parts_.stack.dns.domain + ".";
  if (auto set =
          api("PATCH", zone, record_request(wanted.name, wanted.address, wanted.ttl_s), until.at_most(api_timeout));
      !set) {
    return std::unexpected(set.error());
  }
  return await_answer(wanted.name, wanted.address, until);
}

base::Status DnsServer::await_answer(const std::string& name, const std::string& address, const Deadline& until) const {
  std::string seen = "nothing";
  const bool done = wait_for(until, Milliseconds{2}, [&] {
    const auto answer = system::dns_lookup(process_.endpoint().address, process_.endpoint().port, name,
                                           until.at_most(Milliseconds{500}));
    seen = answer ? fmt::format("{}", fmt::join(answer->addresses, ", ")) : answer.error().message;
    return answer && answer->addresses == std::vector{address};
  });
  if (done) return {};
  return base::fail(ErrorCode::dns_failed, fmt::format("{} was set to {} and still answers {}", name, address, seen));
}

base::Status DnsServer::set_shadow(base::WallTime begun, const std::string& address, base::Instant deadline) {
  const Deadline until(parts_.scope.clock, deadline);
  const std::unique_lock lock(changing_, until.remaining());
  if (!lock) return base::fail(ErrorCode::wait_expired, "the DNS server is being changed by another request");
  auto known = load_drill_record(drill_file());
  if (!known) return std::unexpected(known.error());
  if (auto fresh = goes_on(*known, begun); !fresh) return fresh;
  known->begun = begun;
  if (auto saved = save_drill_record(drill_file(), *known); !saved) return saved;
  if (auto deleted = delete_shadow_zone(until); !deleted) return deleted;
  const auto shadow = parts_.stack.dns.shadow();
  const auto made =
      api("POST", "/zones", zone_request(shadow, process_.endpoint().address), until.at_most(api_timeout));
  if (!made) return std::unexpected(made.error());
  const auto set = api("PATCH", "/zones/" + shadow.domain + ".",
                       record_request(shadow.host(), address, shadow.ttl.count()), until.at_most(api_timeout));
  if (!set) return std::unexpected(set.error());
  return await_answer(shadow.host(), address, until);
}

base::Status DnsServer::remove_shadow(base::WallTime begun, base::Instant deadline) {
  const Deadline until(parts_.scope.clock, deadline);
  const std::unique_lock lock(changing_, until.remaining());
  if (!lock) return base::fail(ErrorCode::wait_expired, "the DNS server is being changed by another request");
  auto known = load_drill_record(drill_file());
  if (!known) return std::unexpected(known.error());
  *known = discarded(*known, begun);
  if (auto saved = save_drill_record(drill_file(), *known); !saved) return saved;
  return delete_shadow_zone(until);
}

base::Status DnsServer::delete_shadow_zone(const Deadline& until) const {
  constexpr int not_there = 404;
  const auto zone = "/zones/" + parts_.stack.dns.shadow().domain + ".";
  const auto deleted = api("DELETE", zone, "", until.at_most(api_timeout), not_there);
  return deleted ? base::Status{} : std::unexpected(deleted.error());
}

base::Result<std::optional<FrontDoorRecord>> DnsServer::record() const {
  const auto text = system::read_file(record_file());
  if (!text) {
    if (text.error().code == ErrorCode::file_missing) return std::nullopt;
    return std::unexpected(text.error());
  }
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  try {
    return FrontDoorRecord{.name = json.at("name"),
                           .address = json.at("address"),
                           .ttl_s = json.at("ttl_s"),
                           .epoch = {json.at("epoch").get<std::uint64_t>()}};
  } catch (const nlohmann::json::exception& error) {
    return base::fail(ErrorCode::io_failed, record_file().string() + " cannot be understood: " + error.what());
  }
}

model::ObservedAsset DnsServer::observe() {
  auto seen = process_.observe();
  if (seen.state != model::AssetState::ready) return seen;
  const auto answer = system::dns_lookup(seen.address, seen.port, "ns1." + parts_.stack.dns.domain, Milliseconds{400});
  if (!answer) {
    seen.state = model::AssetState::failing;
    seen.detail = answer.error().message;
  }
  const auto& api = parts_.layout.dns_api;
  const auto about = system::http_request({.address = api.address,
                                           .port = api.port,
                                           .target = api_root,
                                           .headers = {{"X-API-Key", parts_.secrets.dns_api_key}}},
                                          Milliseconds{300});
  if (!about || about->status != 200) return seen;
  const auto json = nlohmann::json::parse(about->body, nullptr, false);
  if (json.is_object() && json.contains("version") && json["version"].is_string()) seen.version = json["version"];
  return seen;
}

}  // namespace lifeboat::local
