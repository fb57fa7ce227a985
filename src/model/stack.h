#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "model/notifications.h"

namespace lifeboat::model {

/// One region of the stack file. Exactly two: the first with role home, the other with role standby.
struct Region {
  base::RegionName name;
  std::vector<base::ZoneName> zones;  ///< Two or more, in the file's order.
  std::string address_block;          ///< The VPC's block, e.g. "10.10.0.0/16".
};

/// The web tier of each region: `count` instances spread over the zones.
struct WebTier {
  int count = 3;
  std::string size = "t3.micro";
  std::vector<std::string> command;  ///< Program and arguments; empty means the built-in lifeboat-events.
  std::uint16_t port = 8000;
  std::string health_path = "/readyz";
  std::string marker_path = "/lifeboat/marker";  ///< Empty: the application has none, and markers go through the pool.
  std::map<std::string, std::string> environment;
};

struct LoadBalancer {
  std::uint16_t port = 8080;
};

enum class CrossRegionReplication { asynchronous, synchronous };

/// Which service of AWS keeps the database: one Multi-AZ instance in each region, or an Aurora global database.
enum class DatabaseService { rds, aurora_global };

struct Database {
  std::string engine = "postgresql";
  std::string version = "15";
  std::string name = "events";
  int nodes = 2;  ///< In each region.
  std::string size = "db.t3.small";
  bool synchronous_in_region = true;
  CrossRegionReplication cross_region = CrossRegionReplication::asynchronous;
  int backup_retention_days = 5;
  DatabaseService service = DatabaseService::rds;  ///< In the aws world.
};

inline constexpr std::string_view region_placeholder = "{region}";

struct Monitoring {
  bool enabled = true;
  int nodes = 2;  ///< Prometheus and Alertmanager pairs: one of each a node, in different zones.
  std::string size = "t3.medium";
  /// The kubectl context of the cluster that gets the monitoring's manifests, "{region}" in it standing for the
  /// region's name; empty: none.
  std::string kubernetes_context;
  Notifications notifications;

  /// The context of one region's cluster; empty: none.
  std::string context_of(const base::RegionName& region) const;
};

struct Dns {
  std::string domain = "example.test";
  std::string record = "api";
  std::chrono::seconds ttl{1};

  std::string host() const { return record + "." + domain; }
  /// The same name where drills have it: "api.drill.example.test".
  Dns shadow() const { return {"drill." + domain, record, ttl}; }
};

enum class RecoveryMode { manual, automatic };

struct Recovery {
  RecoveryMode mode = RecoveryMode::manual;
  std::chrono::milliseconds rto_objective{60'000};
  std::chrono::milliseconds rpo_objective{5'000};
  std::chrono::milliseconds detection_interval{100};
  int detection_threshold = 3;                   ///< Probes missed in a row before a region counts as lost.
  std::chrono::milliseconds lease{10'000};       ///< How long a write lease lasts.
  std::chrono::milliseconds hold_down{300'000};  ///< No automatic failover so soon after the writer moved.
  bool power_fence = true;                       ///< A failover may cut the lost region's power.
};

enum class World { local, aws };

/// By region: a name, an identifier, an ARN or, where the field says so, a tag ("tag:Name=shop-web").
using NamesByRegion = std::map<std::string, std::string>;

/// An existing stack that Lifeboat did not build, and does not change but to move the writer. Either all that the
/// stack needs is named, in both regions, or nothing.
struct ExistingStack {
  NamesByRegion instances;                ///< The web instances, by a tag.
  NamesByRegion load_balancer;            ///< Name or ARN.
  NamesByRegion database;                 ///< DB instance (aurora: cluster): identifier or ARN.
  NamesByRegion database_security_group;  ///< Id, or a tag.
  NamesByRegion cluster;                  ///< EKS; may be left out.
  NamesByRegion health_check;             ///< Route 53's id of each region's failover record's check.
  std::string sql_command;                ///< Runs SQL from its standard input on an instance: "psql service=shop".

  bool is_adopted() const { return !database.empty(); }
};

/// What only the aws world needs.
struct Aws {
  std::string account;  ///< Twelve digits; empty: whichever the credentials belong to.
  /// The SSM parameter that names the image of web instances, in each region.
  std::string image_parameter = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id";
  std::string program;        ///< A .tar.gz with the application of web.command, relative to the stack file.
  std::string hosted_zone;    ///< Id of a zone that exists; empty: Lifeboat makes one for dns.domain.
  NamesByRegion certificate;  ///< ARN of each region's certificate; empty: plain HTTP.
  ExistingStack existing;
};

/// Everything one stack file describes, with the defaults filled in. A value: copy it freely.
struct Stack {
  std::string name;
  World world = World::local;
  Region home;
  Region standby;  ///< The region with role standby in the file. Roles swap at run time, these names do not.
  WebTier web;
  LoadBalancer load_balancer;
  Database database;
  Monitoring monitoring;
  Dns dns;
  Recovery recovery;
  Aws aws;

  /// The region with this name, or nothing.
  const Region* region(const base::RegionName& region_name) const;
  /// The other of the two regions. The name must be one of the stack's.
  const Region& other(const base::RegionName& region_name) const;
};

}  // namespace lifeboat::model
