#pragma once

#include <filesystem>
#include <string>

#include "base/error.h"

namespace lifeboat::local {

/// A stack's secrets, each in a file of its own below StackPaths::secrets() (folder 0700, files 0600). Never print one.
struct Secrets {
  std::string api_token;             ///< Command line and console to controller.
  std::string viewer_token;          ///< The same, to look only.
  std::string agent_token;           ///< Controller and agents to agents.
  std::string marker_token;          ///< Controller to the web instances' marker endpoint.
  std::string database_admin;        ///< PostgreSQL role lifeboat_admin (superuser; agents only).
  std::string database_replication;  ///< PostgreSQL role lifeboat_replication.
  std::string database_application;  ///< PostgreSQL role app, owner of the application's database.
  std::string database_monitor;      ///< PostgreSQL role lifeboat_monitor (pg_monitor; exporters, parity).
  std::string dns_api_key;
  std::string dashboard_admin;  ///< Grafana's user 'admin'; for people.
  std::string dashboard_key;    ///< Grafana signs and encrypts with it.
};

/// Reads the secrets, making those that are missing from the operating system's secure random source.
base::Result<Secrets> load_or_create_secrets(const std::filesystem::path& folder);

}  // namespace lifeboat::local
