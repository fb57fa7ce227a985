#include "metrics/families.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace lifeboat::metrics {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

std::vector<std::string> label_names(const Definition& definition) {
  std::vector<std::string> names;
  std::string_view rest = definition.labels;
  while (!rest.empty()) {
    const auto end = std::min(rest.find(','), rest.size());
    names.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return names;
}

std::string_view to_string(MetricType type) {
  switch (type) {
    case MetricType::Counter:
      return "counter";
    case MetricType::Gauge:
      return "gauge";
    case MetricType::Histogram:
      return "histogram";
    case MetricType::Summary:
      return "summary";
    case MetricType::Untyped:
      return "untyped";
  }
  std::unreachable();
}

Families::Families(std::span<const Definition> catalogue) : catalogue_(catalogue) {
  families_.reserve(catalogue.size());
  for (const auto& definition : catalogue) {
    families_.push_back(MetricFamily{std::string(definition.name), std::string(definition.help), definition.type, {}});
  }
}

ClientMetric& Families::sample(std::string_view name, const std::vector<std::string>& labels) {
  const auto found = std::ranges::find(catalogue_, name, &Definition::name);
  LIFEBOAT_ASSERT(found != catalogue_.end(), "every metric is in the catalogue");
  const auto names = label_names(*found);
  LIFEBOAT_ASSERT(names.size() == labels.size(), "a sample has the labels of its definition");
  auto& metric = families_[static_cast<std::size_t>(found - catalogue_.begin())].metric.emplace_back();
  for (std::size_t i = 0; i < names.size(); ++i) metric.label.push_back({names[i], labels[i]});
  return metric;
}

void Families::add(std::string_view name, const std::vector<std::string>& labels, double value) {
  auto& metric = sample(name, labels);
  // The family's type says which of the two is read.
  metric.gauge.value = value;
  metric.counter.value = value;
}

void Families::add(std::string_view name, const std::vector<std::string>& labels,
                   const ClientMetric::Histogram& value) {
  sample(name, labels).histogram = value;
}

void Families::add_states(std::string_view name, const std::vector<std::string>& labels,
                          std::span<const std::string_view> states, std::string_view current) {
  for (const auto state : states) {
    auto values = labels;
    values.emplace_back(state);
    add(name, values, state == current ? 1 : 0);
  }
}

std::vector<MetricFamily> Families::take() {
  std::erase_if(families_, [](const MetricFamily& family) { return family.metric.empty(); });
  return std::exchange(families_, {});
}

std::string to_text(const std::vector<MetricFamily>& families) {
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace lifeboat::metrics
