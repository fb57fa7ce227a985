#pragma once

#include <prometheus/metric_family.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lifeboat::metrics {

/// One row of a catalogue, and of docs/metrics.md.
struct Definition {
  std::string_view name;  ///< In Prometheus' conventions: the unit last, in seconds and bytes; "_total" on counters.
  prometheus::MetricType type = prometheus::MetricType::Gauge;
  std::string_view labels;  ///< Their names in order, with a comma between; empty: none.
  std::string_view help;    ///< One sentence.
};

/// The label names of a definition, in order.
std::vector<std::string> label_names(const Definition& definition);
/// "gauge", "counter" or "histogram".
std::string_view to_string(prometheus::MetricType type);

/// Collects the samples of one scrape. A metric that is not in the catalogue, and a sample with too few or too many
/// label values, is a defect.
class Families {
 public:
  /// The catalogue must outlive the object.
  explicit Families(std::span<const Definition> catalogue);

  /// A gauge's or a counter's value. `labels` are the values of the definition's labels, in its order.
  void add(std::string_view name, const std::vector<std::string>& labels, double value);
  void add(std::string_view name, const std::vector<std::string>& labels,
           const prometheus::ClientMetric::Histogram& value);
  /// A sample for each state: 1 for the current one, 0 for the others. The state is the definition's last label,
  /// `labels` are those before it.
  void add_states(std::string_view name, const std::vector<std::string>& labels,
                  std::span<const std::string_view> states, std::string_view current);

  /// Those with a sample, in the catalogue's order.
  std::vector<prometheus::MetricFamily> take();

 private:
  prometheus::ClientMetric& sample(std::string_view name, const std::vector<std::string>& labels);

  std::span<const Definition> catalogue_;
  std::vector<prometheus::MetricFamily> families_;  ///< One for each definition.
};

/// Prometheus' text format, version 0.0.4.
std::string to_text(const std::vector<prometheus::MetricFamily>& families);
inline constexpr const char* text_content_type = "text/plain; version=0.0.4; charset=utf-8";

}  // namespace lifeboat::metrics
