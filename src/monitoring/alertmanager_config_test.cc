#include "monitoring/alertmanager_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

namespace lifeboat::monitoring {
namespace {

using nlohmann::json;

model::Notifications every_route() {
  return {.webhook = {"https://alerts.example.com/'hook\"?a=1", "token"},
          .email = {"on-call@example.com", "lifeboat@example.com", "smtp.example.com:587", "lifeboat", "password"},
          .slack = {"slack-url", "#on-call"},
          .pagerduty = {"key"}};
}

/// What amtool says of it; nothing where this machine has no amtool.
std::string amtool_says(const std::string& config) {
  std::string folder = (std::filesystem::temp_directory_path() / "lifeboat-routes-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return "no temporary folder";
  std::ofstream(folder + "/alertmanager.yml") << config;
  for (const auto& secret : model::secrets_of(every_route())) std::ofstream(folder + "/" + std::string(secret.name));
  const char* packages = ::getenv("LIFEBOAT_PACKAGES");
  const auto command =
      std::string(packages ? packages : "") + "/usr/bin/amtool check-config " + folder + "/alertmanager.yml 2>&1";
  std::string said;
  if (auto* pipe = ::popen(command.c_str(), "r")) {
    std::array<char, 512> buffer{};
    while (std::fgets(buffer.data(), buffer.size(), pipe)) said += buffer.data();
    said += ::pclose(pipe) == 0 ? "(good)" : "(bad)";
  }
  std::filesystem::remove_all(folder);
  return said;
}

TEST(AlertmanagerConfig, Without_a_route_nothing_is_sent) {
  const auto config = json::parse(alertmanager_yaml({}, "/secrets"));
  EXPECT_EQ(config["receivers"], json::parse(R"([{"name": "everybody"}])"));
}

TEST(AlertmanagerConfig, Every_route_gets_every_alert_and_no_secret_is_in_the_text) {
  const auto text = alertmanager_yaml(every_route(), "/secrets");
  const auto receiver = json::parse(text)["receivers"][0];
  EXPECT_EQ(receiver["webhook_configs"][0]["url"], every_route().webhook.url);
  EXPECT_EQ(receiver["webhook_configs"][0]["http_config"]["authorization"]["credentials_file"],
            "/secrets/webhook_token");
  EXPECT_EQ(receiver["email_configs"][0]["auth_password_file"], "/secrets/email_password");
  EXPECT_EQ(receiver["slack_configs"][0]["channel"], "#on-call");
  EXPECT_EQ(receiver["pagerduty_configs"][0]["routing_key_file"], "/secrets/pagerduty_routing_key");
}

TEST(AlertmanagerConfig, Is_what_Alertmanager_takes) {
  EXPECT_THAT(amtool_says(alertmanager_yaml({}, "/secrets")), testing::EndsWith("(good)"));
  EXPECT_THAT(amtool_says(alertmanager_yaml(every_route(), "/secrets")), testing::EndsWith("(good)"));
  EXPECT_THAT(amtool_says("{\"route\": {\"receiver\": \"nobody\"}, \"receivers\": []}"), testing::EndsWith("(bad)"));
}

}  // namespace
}  // namespace lifeboat::monitoring
