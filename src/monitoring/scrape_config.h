#pragma once

#include <string>
#include <vector>

namespace lifeboat::monitoring {

/// Addresses that are known when the configuration is written; `region` becomes their label, unless it is empty.
struct TargetGroup {
  std::vector<std::string> addresses;
  std::string region;
};

/// Where the targets of one job come from; several at once are possible.
struct Targets {
  std::vector<TargetGroup> fixed{};
  std::string file{};            ///< In Prometheus' file_sd format; read again whenever it changes.
  std::string pods{};            ///< Pods of the own namespace whose label app.kubernetes.io/name is this.
  std::string default_region{};  ///< The label of those from the file and the pods that bring none; may be empty.
};

/// What differs between the worlds: where things are. Jobs, intervals, credentials and labels are the same everywhere.
struct ScrapeConfig {
  std::string region;
  std::string replica;  ///< Tells the servers of a region apart; ${NAME} is an environment variable of Prometheus 3.
  std::string secrets_folder;  ///< Holds the files viewer_token and agent_token.
  std::vector<std::string> alert_managers;
  Targets controller;
  Targets agent;
  Targets dns;
  Targets load_balancer;
  Targets web;
  Targets database;
  Targets node;  ///< Machines.
  Targets prometheus;
  Targets alertmanager;
  Targets certificate{};    ///< URLs; without any there is no such job.
  std::string prober = "";  ///< HOST:PORT of the blackbox exporter that asks for their certificates.
};

/// prometheus.yml; the rules are expected beside it as rules.yml. Pure.
std::string prometheus_yaml(const ScrapeConfig& config);

}  // namespace lifeboat::monitoring
