#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace lifeboat::model {

/// A size of an EC2 instance as AWS offers it.
struct InstanceSize {
  std::string_view name;  ///< "t3.micro".
  int virtual_cpus;
  double memory_gib;
  int pods;  ///< How many Kubernetes pods EKS puts on it with the VPC network plug-in's defaults.
};

/// A size of an RDS database and the PostgreSQL major versions that RDS offers it for.
struct DatabaseSize {
  std::string_view name;  ///< "db.t3.small".
  int virtual_cpus;
  double memory_gib;
  int first_version;
  int last_version;

  bool offered_for(int version) const { return version >= first_version && version <= last_version; }
};

inline constexpr int first_postgresql_version = 12;
inline constexpr int last_postgresql_version = 17;

/// A node of the monitoring cluster must hold Prometheus, Alertmanager, Grafana and the system's own pods.
inline constexpr int monitoring_pods = 10;
inline constexpr double monitoring_memory_gib = 2;

const std::vector<InstanceSize>& instance_sizes();
const std::vector<DatabaseSize>& database_sizes();
std::vector<std::string_view> instance_size_names();
std::vector<std::string_view> database_size_names();

/// The size of that name, or nothing. The pointer lives as long as the program.
const InstanceSize* find_instance_size(std::string_view name);
const DatabaseSize* find_database_size(std::string_view name);

/// Graviton's families have a 'g' behind their number: t4g, m6gd, c7g.
bool is_arm(std::string_view size);

/// The size offered for the version that is nearest to the one named: of the same family letter and step when there is
/// one (db.t2.small → db.t3.small), else the smallest that has as much memory and as many CPUs.
std::optional<std::string_view> nearest_offered(const DatabaseSize& size, int version);

/// The smallest size of the same family letter that a monitoring node may have.
std::optional<std::string_view> smallest_monitoring_size(const InstanceSize& size);

}  // namespace lifeboat::model
