#include "providers/local/markers.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "providers/local/postgres_client.h"
#include "providers/local/postgres_config.h"
#include "system/dns_client.h"

namespace lifeboat::local {
namespace {

using base::ErrorCode;
using base::Milliseconds;

/// "us-east-2/web-1" says who answered; the region is what comes before the slash.
std::string region_of(const std::string& served_by) {
  return served_by.substr(0, served_by.find('/'));
}

}  // namespace

LocalMarkers::LocalMarkers(const InstalledStack& installed, const Secrets& secrets, ports::Clock& clock)
    : installed_(installed), secrets_(secrets), clock_(clock) {}

Milliseconds LocalMarkers::left(base::Instant deadline) const {
  return std::max(std::chrono::duration_cast<Milliseconds>(deadline - clock_.now()), Milliseconds{1});
}

base::Result<ports::Markers::Written> LocalMarkers::write(std::int64_t number, base::Instant deadline) {
  const auto& dns = installed_.layout.dns.endpoint;
  const auto found = system::dns_lookup(dns.address, dns.port, installed_.stack.dns.host(), left(deadline));
  if (!found) return std::unexpected(found.error());
  if (found->addresses.empty())
    return base::fail(ErrorCode::dns_failed, installed_.stack.dns.host() + " has no address");
  const auto& address = found->addresses.front();
  if (installed_.stack.web.marker_path.empty()) return write_sql(address, number, deadline);
  return write_http(address, number, left(deadline));
}

base::Result<system::HttpResponse> LocalMarkers::ask_door(system::HttpRequest request, const std::string& address,
                                                          Milliseconds limit) const {
  request.address = address;
  request.port = installed_.stack.load_balancer.port;
  request.host = installed_.stack.dns.host();
  auto answer = system::http_request(request, limit);
  if (!answer || answer->status == 200 || answer->status == 201) return answer;
  return base::fail(ErrorCode::http_failed, fmt::format("the front door answered {} {} with {}: {}", request.method,
                                                        request.target, answer->status, answer->body.substr(0, 200)));
}

base::Result<ports::Markers::Written> LocalMarkers::write_http(const std::string& address, std::int64_t number,
                                                               Milliseconds limit) const {
  system::HttpRequest request;
  request.method = "POST";
  request.target = installed_.stack.web.marker_path;
  request.bearer_token = secrets_.marker_token;
  request.body = fmt::format(R"({{"number":{}}})", number);
  const auto answer = ask_door(request, address, limit);
  if (!answer) return std::unexpected(answer.error());
  const auto& stack = installed_.stack;
  return Written{fmt::format("http://{}:{}", stack.dns.host(), stack.load_balancer.port), region_of(answer->served_by)};
}

base::Result<ports::Markers::Written> LocalMarkers::write_sql(const std::string& address, std::int64_t number,
                                                              base::Instant deadline) const {
  // The pool alone would prove nothing of what clients see: the application has to answer at the front door first.
  system::HttpRequest request;
  request.target = installed_.stack.web.health_path;
  const auto answer = ask_door(request, address, left(deadline));
  if (!answer) return std::unexpected(answer.error());
  const auto served_by = region_of(answer->served_by);
  const auto& layout = installed_.layout;
  const auto& pool = (served_by == layout.home.name.value ? layout.home : layout.standby).pool.endpoint;
  auto client = PostgresClient::connect(
      {pool.address, pool.port, application_role, secrets_.database_application, installed_.stack.database.name},
      left(deadline));
  if (!client) return std::unexpected(client.error());
  const auto written = client->query(write_marker_sql, left(deadline), {std::to_string(number)});
  if (!written) return std::unexpected(written.error());
  return Written{fmt::format("the pool {}, after the application at the front door", pool.text()), served_by};
}

base::Result<std::int64_t> LocalMarkers::read(const base::RegionName& region, base::Instant deadline) {
  std::int64_t newest = 0;
  base::Error problem{ErrorCode::region_unreachable, region.value + " has no database node", ""};
  bool answered = false;
  for (const auto& node : installed_.layout.region(region).database_nodes) {
    auto client = PostgresClient::connect({node.endpoint.address, node.endpoint.port, "lifeboat_monitor",
                                           secrets_.database_monitor, installed_.stack.database.name},
                                          std::min(left(deadline), Milliseconds{1000}));
    auto rows =
        client ? client->query("SELECT number FROM lifeboat.marker", left(deadline)) : std::unexpected(client.error());
    if (!rows) {
      problem = rows.error();
      continue;
    }
    answered = true;
    if (rows->rows.empty()) continue;
    const auto text = rows->text(0, 0);
    std::int64_t number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    newest = std::max(newest, number);
  }
  if (!answered) return std::unexpected(problem);
  return newest;
}

}  // namespace lifeboat::local
