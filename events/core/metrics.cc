#include "events/core/metrics.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace lifeboat::events {
namespace {

constexpr std::array known_methods = {"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"};

/// Clients may invent methods; the series must stay few.
std::string method_label(std::string_view method) {
  const bool known = std::find(known_methods.begin(), known_methods.end(), method) != known_methods.end();
  return known ? std::string(method) : "other";
}

void header(std::string& out, std::string_view name, std::string_view type, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "# HELP {0} {2}\n# TYPE {0} {1}\n", name, type, help);
}

void gauge(std::string& out, std::string_view name, std::size_t value, std::string_view help) {
  header(out, name, "gauge", help);
  fmt::format_to(std::back_inserter(out), "{} {}\n", name, value);
}

}  // namespace

void Metrics::count(std::string_view method, std::string_view path, int status, double seconds) {
  const auto bucket = static_cast<std::size_t>(
      std::distance(bounds_s.begin(), std::lower_bound(bounds_s.begin(), bounds_s.end(), seconds)));
  const std::lock_guard lock(mutex_);
  auto& histogram = durations_[Series(method_label(method), path, status)];
  histogram.buckets.at(bucket) += 1;
  histogram.sum_s += seconds;
  histogram.count += 1;
}

void Metrics::count_exception(std::string_view method, int status) {
  const std::lock_guard lock(mutex_);
  exceptions_[{method_label(method), status}] += 1;
}

void Metrics::count_unknown_outcome() {
  const std::lock_guard lock(mutex_);
  unknown_outcomes_ += 1;
}

void Metrics::append_requests(std::string& out) const {
  std::map<std::pair<std::string, int>, std::uint64_t> totals;
  for (const auto& [series, histogram] : durations_) {
    totals[{std::get<0>(series), std::get<2>(series)}] += histogram.count;
  }
  header(out, "flask_http_request_total", "counter", "Total number of HTTP requests");
  for (const auto& [labels, value] : totals) {
    fmt::format_to(std::back_inserter(out), "flask_http_request_total{{method=\"{}\",status=\"{}\"}} {}\n",
                   labels.first, labels.second, value);
  }
  header(out, "flask_http_request_exceptions_total", "counter",
         "Total number of HTTP requests which resulted in an exception");
  for (const auto& [labels, value] : exceptions_) {
    fmt::format_to(std::back_inserter(out), "flask_http_request_exceptions_total{{method=\"{}\",status=\"{}\"}} {}\n",
                   labels.first, labels.second, value);
  }
}

void Metrics::append_durations(std::string& out) const {
  constexpr std::string_view name = "flask_http_request_duration_seconds";
  header(out, name, "histogram", "Flask HTTP request duration in seconds");
  for (const auto& [series, histogram] : durations_) {
    const auto& [method, path, status] = series;
    const std::string labels = fmt::format("method=\"{}\",path=\"{}\",status=\"{}\"", method, path, status);
    std::uint64_t cumulative = 0;
    for (std::size_t i = 0; i < bounds_s.size(); ++i) {
      cumulative += histogram.buckets.at(i);
      fmt::format_to(std::back_inserter(out), "{}_bucket{{le=\"{}\",{}}} {}\n", name, bounds_s.at(i), labels,
                     cumulative);
    }
    fmt::format_to(std::back_inserter(out),
                   "{0}_bucket{{le=\"+Inf\",{1}}} {2}\n{0}_count{{{1}}} {2}\n{0}_sum{{{1}}} {3}\n", name, labels,
                   histogram.count, histogram.sum_s);
  }
}

std::string Metrics::text(const Gauges& gauges) const {
  std::string out;
  const std::lock_guard lock(mutex_);
  append_requests(out);
  append_durations(out);
  header(out, "flask_exporter_info", "gauge", "Information about the exporter of these metrics");
  fmt::format_to(std::back_inserter(out), "flask_exporter_info{{version=\"lifeboat-events {}\"}} 1\n",
                 LIFEBOAT_VERSION);
  header(out, "lifeboat_events_unknown_outcomes_total", "counter", "Writes whose outcome the client could not be told");
  fmt::format_to(std::back_inserter(out), "lifeboat_events_unknown_outcomes_total {}\n", unknown_outcomes_);
  gauge(out, "lifeboat_events_client_connections", gauges.client_connections, "Open client connections");
  gauge(out, "lifeboat_events_pool_connections", gauges.pool_connections, "Open database connections");
  gauge(out, "lifeboat_events_pool_waiting", gauges.pool_waiting, "Requests that wait for a database connection");
  gauge(out, "lifeboat_events_database_reachable", gauges.database_reachable ? 1 : 0, "Whether the database answers");
  gauge(out, "lifeboat_events_database_writable", gauges.database_writable ? 1 : 0, "Whether it accepts writes");
  return out;
}

}  // namespace lifeboat::events
