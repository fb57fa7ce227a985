#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "controller/metric_catalogue.h"
#include "providers/local/agent_metrics.h"

namespace lifeboat {
namespace {

std::string table_of(std::span<const metrics::Definition> catalogue) {
  std::string table = "| metric | type | labels | |\n|---|---|---|---|\n";
  for (const auto& row : catalogue) {
    std::string labels;
    for (const auto& name : metrics::label_names(row)) labels += (labels.empty() ? "" : ", ") + name;
    table += fmt::format("| `{}` | {} | {} | {} |\n", row.name, metrics::to_string(row.type), labels, row.help);
  }
  return table;
}

std::string read_all(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Fails unless the page has this table between the marks of this name; LIFEBOAT_REWRITE=1 writes it there.
void expect_table(const std::string& name, const std::string& table) {
  const std::string path = LIFEBOAT_SOURCE_DIR "/docs/metrics.md";
  auto page = read_all(path);
  const auto mark = fmt::format("<!-- begin {} -->\n", name);
  const auto begin = page.find(mark);
  const auto end = page.find(fmt::format("<!-- end {} -->", name));
  ASSERT_TRUE(begin != std::string::npos && end != std::string::npos) << path << " has no marks of " << name;
  const auto from = begin + mark.size();
  if (std::getenv("LIFEBOAT_REWRITE") != nullptr) {
    page.replace(from, end - from, table);
    std::ofstream(path, std::ios::binary) << page;
    return;
  }
  EXPECT_EQ(page.substr(from, end - from), table);
}

TEST(MetricsDocument, Has_what_the_controller_exports) {
  expect_table("controller", table_of(controller::metric_catalogue()));
}

TEST(MetricsDocument, Has_what_the_agents_export) {
  expect_table("agent", table_of(local::agent_metric_catalogue()));
}

TEST(MetricsDocument, Names_follow_the_conventions) {
  for (const auto& catalogue : {controller::metric_catalogue(), local::agent_metric_catalogue()}) {
    for (const auto& row : catalogue) {
      EXPECT_TRUE(row.name.starts_with("lifeboat_")) << row.name;
      EXPECT_EQ(row.name.ends_with("_total"), row.type == prometheus::MetricType::Counter) << row.name;
      EXPECT_TRUE(row.type != prometheus::MetricType::Histogram || row.name.ends_with("_seconds")) << row.name;
      EXPECT_FALSE(row.name.ends_with("_ms")) << row.name;
      EXPECT_TRUE(row.help.ends_with('.')) << row.name;
    }
  }
}

}  // namespace
}  // namespace lifeboat
