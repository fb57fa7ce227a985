#pragma once

#include "base/ids.h"
#include "model/observed.h"
#include "model/stack.h"
#include "ports/clock.h"
#include "providers/local/layout.h"
#include "providers/local/paths.h"
#include "providers/local/secrets.h"
#include "providers/local/supervisor.h"

namespace lifeboat::local {

/// Who reigns, as a region's agent last heard it and wrote it down.
struct RegionAssignment {
  model::RegionRole role = model::RegionRole::none;
  base::RegionName active_region;
  base::Epoch epoch;

  bool operator==(const RegionAssignment&) const = default;
};

/// Where the machine keeps the programs; filled in once by find_programs().
struct Programs {
  std::filesystem::path
      postgres_bin;  ///< Folder of postgres, initdb, pg_basebackup, pg_rewind, pg_waldump, pg_controldata.
  std::filesystem::path haproxy;
  std::filesystem::path pgbouncer;
  std::filesystem::path pdns_server;
  std::filesystem::path pdnsutil;
  std::filesystem::path prometheus;
  std::filesystem::path alertmanager;
  std::filesystem::path postgres_exporter;
  std::filesystem::path node_exporter;
  std::filesystem::path events;           ///< lifeboat-events.
  std::filesystem::path lease_extension;  ///< lifeboat_lease.so, for PostgreSQL.
  std::filesystem::path grafana;          ///< Empty when there is none, or when it has no home.
  std::filesystem::path grafana_home;     ///< The folder with its conf/defaults.ini and public/.
  std::filesystem::path pdns_modules;     ///< Where pdns_server finds its backends; empty: its built-in default.
};

/// What every part of a region's agent works with. Owned by the agent, outlives its parts, never changes after
/// construction.
struct RegionContext {
  const model::Stack& stack;
  const Layout& layout;
  const RegionLayout& region;
  const StackPaths& stack_paths;
  ScopePaths paths;
  const Secrets& secrets;
  const Programs& programs;
  ports::Clock& clock;
  Supervisor& supervisor;
  std::filesystem::path stack_folder = {};  ///< InstalledStack::stack_folder.
};

}  // namespace lifeboat::local
