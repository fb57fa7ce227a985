#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "providers/local/layout.h"

namespace lifeboat::local {

inline constexpr const char* admin_role = "lifeboat_admin";
inline constexpr const char* replication_role = "lifeboat_replication";
inline constexpr const char* application_role = "app";
inline constexpr const char* monitor_role = "lifeboat_monitor";

/// The files of one database node, all below the node's folder. Configuration lies outside the data folder, so that a
/// copy of another node's data never brings its configuration along.
struct NodePaths {
  std::filesystem::path root;

  std::filesystem::path data() const { return root / "data"; }
  /// A data folder in the making; it becomes data() by a rename when it is complete.
  std::filesystem::path building() const { return root / "data.new"; }
  /// Present while data() is being rewound: if it is found later, the data is neither old nor new.
  std::filesystem::path rewinding() const { return root / "rewinding"; }
  std::filesystem::path server_config() const { return root / "postgresql.conf"; }
  std::filesystem::path access_config() const { return root / "pg_hba.conf"; }
  std::filesystem::path ident_config() const { return root / "pg_ident.conf"; }
  std::filesystem::path replication_config() const { return root / "replication.conf"; }
  /// The name of the region's node that this one follows; empty for the writer of the other region.
  std::filesystem::path upstream() const { return root / "upstream"; }
  std::filesystem::path standby_signal() const { return data() / "standby.signal"; }
};

/// Where the server finds its write lease, without which it does not commit (pg/README.md). Empty: it needs none, which
/// only tests of the databases alone want.
struct LeaseSettings {
  std::filesystem::path extension;
  std::filesystem::path file;
};

/// What postgresql.conf says. Pure.
std::string server_configuration(const NodePaths& paths, const Endpoint& endpoint, const std::string& cluster_name,
                                 const LeaseSettings& lease);
/// For an old data folder that is started for reading only: no TCP, no replication, nothing cleaned up.
std::string quarantine_configuration(const NodePaths& paths, const std::string& cluster_name);
/// pg_hba.conf: passwords (SCRAM) only, from this machine's loopback block only. Pure.
std::string access_configuration();

/// Whom a replica follows. With several hosts it takes the one that accepts writes.
struct Upstream {
  std::vector<Endpoint> hosts;
  bool writer_only = false;
};

/// A libpq connection string for the replication role; the password stays in `pass_file`. Pure.
std::string replication_conninfo(const Upstream& upstream, const std::string& application_name,
                                 const std::filesystem::path& pass_file, const std::string& database);

/// replication.conf: whom the node follows when it is a standby (empty: nobody), and who must confirm its commits when
/// it is a writer, all of them, by application name. Pure.
std::string replication_configuration(const std::string& conninfo, const std::vector<std::string>& confirming);

/// The application names that a value of synchronous_standby_names written by replication_configuration() has. Pure.
std::vector<std::string> confirming_names(const std::string& setting);

/// A line of a libpq password file, with what is special in it escaped. Pure.
std::string pass_file_line(const std::string& user, const std::string& password);

}  // namespace lifeboat::local
