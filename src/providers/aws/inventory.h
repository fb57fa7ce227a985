#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aws/client.h"
#include "base/error.h"
#include "base/ids.h"
#include "base/units.h"
#include "model/observed.h"
#include "model/stack.h"
#include "ports/clock.h"
#include "providers/aws/duty.h"
#include "providers/aws/names.h"

namespace lifeboat::aws_world {

struct SeenInstance {
  std::string id;
  std::string asset;  ///< "web-1", by its tag; adopted ones are numbered by their ids' order.
  std::string zone;
  std::string state;  ///< EC2's: "running", "stopped" …
  std::string type;
  std::string address;
  bool has_public_address = false;
  std::string target_state;   ///< The load balancer's: "healthy", "unhealthy"…; empty: no target.
  std::string target_reason;  ///< Its words when it is not healthy.
};

struct SeenSecurityGroup {
  std::string id;
  /// Who may connect: "sg-1", "10.20.0.0/16", with protocol and ports: "tcp 5432 from sg-1".
  std::vector<std::string> ingress;
};

/// One instance of an Aurora cluster.
struct SeenMember {
  std::string identifier;
  std::string name;  ///< "db-1", by its identifier's end; adopted ones are numbered by their identifiers' order.
  std::string status;
  std::string size;
  std::string zone;
  std::string endpoint;
  bool is_writer = false;
};

/// The RDS instance, or the Aurora cluster.
struct SeenDatabase {
  bool exists = false;
  std::string status;  ///< RDS's: "available", "backing-up", "modifying" …
  std::string size;
  std::string engine_version;
  std::string endpoint;
  int port = 5432;
  std::string zone;
  std::string second_zone;
  bool multi_az = false;
  bool encrypted = false;
  bool is_public = false;
  bool deletion_protection = false;
  int backup_retention_days = 0;
  std::string source;               ///< What it replicates from (ARN or identifier); empty: it is no replica.
  bool replicates = false;          ///< RDS says that replication runs.
  std::string replication_problem;  ///< Its words when not.
  std::vector<std::string> replicas;
  std::string parameter_group;
  std::vector<std::string> pending;  ///< Changes that wait: "MultiAZ", "EngineVersion" …
  /// CloudWatch's newest ReplicaLag; nothing when there is none of the last minutes.
  std::optional<std::int64_t> lag_ms;
  std::vector<std::string> security_groups;  ///< Every one that it has; a fence has to close them all.
  std::vector<SeenMember> members;           ///< Aurora's instances in the order of their names; empty with RDS.
};

struct SeenLoadBalancer {
  bool exists = false;
  std::string arn;
  std::string dns_name;
  std::string network_id;
  std::string state;
  std::string detail;
  /// Of its listener at the described port; where there is none there, the first that forwards, else the first.
  std::string listener_arn;
  /// To which the listener forwards, else which the load balancer has by a rule, else the one of its network that no
  /// load balancer has: a closed listener lets go of its own.
  std::string target_group_arn;
  bool serves = false;  ///< Its listener forwards to the target group; else it answers by itself.
};

struct SeenCluster {
  bool exists = false;
  std::string status;
  std::string version;
  std::string node_group_status;
  int nodes_desired = 0;
  std::vector<std::string> problems;
};

/// Everything of a region that the service APIs tell, in one pass.
struct Inventory {
  std::optional<RegionDuty> duty;
  std::string network_id;  ///< The VPC; adopted: the load balancer's; empty: none.
  std::vector<SeenInstance> instances;
  SeenLoadBalancer load_balancer;
  SeenDatabase database;
  std::optional<SeenSecurityGroup> database_security_group;
  SeenCluster cluster;
};

struct LookPorts {
  aws::Client& client;
  DutyStore& duties;
  const ports::Clock& clock;
};

/// Looks at what status and verify need of a region; asks the services at once, each with its pages. region_unreachable
/// when the region's duty cannot be read or a service does not answer; aws_denied with what is not permitted. What does
/// not exist is not an error.
base::Result<Inventory> look(const LookPorts& ports, const model::Stack& stack, const Names& names,
                             const base::RegionName& region, base::Milliseconds limit);

/// The same in the words of the model. Pure. `lag` of the replica is CloudWatch's; markers know better.
model::ObservedRegion to_observed(const Inventory& seen, const model::Stack& stack, const base::RegionName& region,
                                  base::WallTime at);

/// What parity compares: settings and parameter groups, versions, instance sizes and spread, security groups, target
/// group and listener settings, EKS versions, backups, quotas. Dear.
base::Result<model::RegionFacts> look_at_facts(const LookPorts& ports, const model::Stack& stack, const Names& names,
                                               const base::RegionName& region, base::Milliseconds limit);

/// The front door's records: of each region the health check and what the record points at.
struct FrontDoor {
  std::string zone_id;
  std::vector<std::string> name_servers;
  struct Record {
    std::string target;
    std::string health_check;
    bool is_primary = false;
    std::int64_t ttl_s = 0;
    bool is_healthy = false;  ///< As the flip says: disabled and not inverted.
    std::int64_t health_check_version = 0;
  };
  std::map<base::RegionName, Record> records;
};
/// missing parts are left out; an error only when Route 53 does not answer.
base::Result<FrontDoor> look_at_front_door(const LookPorts& ports, const model::Stack& stack, const Names& names,
                                           base::Milliseconds limit);

}  // namespace lifeboat::aws_world
