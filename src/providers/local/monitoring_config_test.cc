#include "providers/local/monitoring_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "providers/local/embedded_rules.h"

namespace lifeboat::local {
namespace {

namespace fs = std::filesystem;

Layout a_layout() {
  model::Stack stack;
  stack.home = {{"east"}, {{"east-a"}, {"east-b"}}, ""};
  stack.standby = {{"west"}, {{"west-a"}, {"west-b"}}, ""};
  stack.web.count = 2;
  return make_layout(stack, 0);
}

const char* const expected = R"(global:
  scrape_interval: 5s
  evaluation_interval: 5s
  external_labels: {monitored_from: west, replica: 'prometheus-1'}
rule_files: [rules.yml]
alerting:
  alert_relabel_configs: [{regex: 'monitored_from|replica', action: labeldrop}]
  alertmanagers: [{timeout: 2s, static_configs: [{targets: ['127.10.1.30:9093', '127.10.2.31:9093', '127.20.1.30:9093', '127.20.2.31:9093']}]}]
scrape_configs:
  - job_name: controller
    authorization: {credentials_file: '/it''s a stack/secrets/viewer_token'}
    static_configs: [{targets: ['127.30.0.2:7000']}]
  - job_name: agent
    authorization: {credentials_file: '/it''s a stack/secrets/agent_token'}
    static_configs:
      - {targets: ['127.10.0.2:7070'], labels: {region: east}}
      - {targets: ['127.20.0.2:7070'], labels: {region: west}}
      - {targets: ['127.30.0.3:7070'], labels: {region: global}}
  - job_name: dns
    static_configs: [{targets: ['127.30.0.53:8081']}]
  - job_name: load_balancer
    static_configs: [{targets: ['127.20.0.10:8405'], labels: {region: west}}]
  - job_name: web
    static_configs: [{targets: ['127.20.1.100:8000', '127.20.2.101:8000'], labels: {region: west}}]
  - job_name: database
    static_configs: [{targets: ['127.20.1.70:9187', '127.20.2.71:9187'], labels: {region: west}}]
  - job_name: node
    static_configs: [{targets: ['127.20.1.80:9100'], labels: {region: west}}]
  - job_name: prometheus
    static_configs: [{targets: ['127.20.1.20:9090', '127.20.2.21:9090'], labels: {region: west}}]
  - job_name: alertmanager
    static_configs: [{targets: ['127.20.1.30:9093', '127.20.2.31:9093'], labels: {region: west}}]
)";

TEST(PrometheusConfig, Is_exactly_this) {
  const auto layout = a_layout();
  EXPECT_EQ(prometheus_config(layout, layout.standby, "prometheus-1", "/it's a stack/secrets"), expected);
}

#ifdef LIFEBOAT_PROMTOOL
TEST(PrometheusConfig, Is_what_Prometheus_takes) {
  std::string name = (fs::temp_directory_path() / "lifeboat it's-XXXXXX").string();
  const fs::path folder = ::mkdtemp(name.data());
  // It looks whether the tokens are there.
  for (const auto* token : {"viewer_token", "agent_token"}) std::ofstream(folder / token) << "secret";
  std::ofstream(folder / "rules.yml") << alert_rules;
  const auto layout = a_layout();
  std::ofstream(folder / "prometheus.yml") << prometheus_config(layout, layout.home, "prometheus-1", folder);
  const auto command = "cd \"" + folder.string() + "\" && \"" LIFEBOAT_PROMTOOL "\" check config prometheus.yml";
  EXPECT_EQ(std::system(command.c_str()), 0);
  fs::remove_all(folder);
}
#endif

}  // namespace
}  // namespace lifeboat::local
