#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/json.h"
#include "model/stack.h"
#include "providers/aws/names.h"
#include "providers/aws/templates.h"

// What the templates of the concerns are put together from; only they include it.

namespace lifeboat::aws_world {

/// Whose template is being made.
struct Scene {
  const model::Stack& stack;
  const Names& names;
  const TemplateInputs& inputs;
  const model::Region& region;
  const model::Region& other;

  bool is_home() const { return region.name == stack.home.name; }
};

inline constexpr int database_port = 5432;
inline constexpr std::string_view database_user = "lifeboat";

aws::Json new_template(const Scene& scene, Concern concern);

/// Adds a resource and returns it, so that policies and dependencies can be added to it.
aws::Json& add(aws::Json& document, const std::string& id, std::string_view type, aws::Json properties);
void output(aws::Json& document, const std::string& key, aws::Json value);
/// What is to be kept when the resource goes: "Snapshot", "Retain", "Delete".
void keep(aws::Json& resource, std::string_view on_deletion, std::string_view on_replacement);
void depends_on(aws::Json& resource, const std::string& id);

aws::Json ref_to(const std::string& id);
aws::Json get_att(const std::string& id, std::string_view attribute);
/// A list of values as one text, with commas between.
aws::Json joined(aws::Json values);

using Labels = std::vector<std::pair<std::string, std::string>>;
/// The stack's tag, the asset's, and a name for people: "shop web-1"; `more` behind them.
aws::Json tags(const Scene& scene, std::string_view asset, const Labels& more = {});
/// The same as an object, which is how EKS wants the tags of a node group.
aws::Json tag_map(const Scene& scene, std::string_view asset);

/// What another stack has made. Asking for what is missing is a defect of the caller.
const std::string& made(const Scene& scene, const std::string& key);
std::vector<std::string> made_list(const Scene& scene, const std::string& key);

/// "A" of "us-east-2a": logical ids follow the zones' letters.
std::string letter(const base::ZoneName& zone);

/// A role that a service of AWS takes on.
aws::Json role(const Scene& scene, std::string_view asset, std::string_view service,
               const std::vector<std::string>& managed_policies);

/// An alarm that fires when the metric is beyond the threshold for three minutes; a metric that is missing is no alarm.
struct Alarm {
  std::string asset;
  std::string description;
  std::string name_space;  ///< "AWS/RDS".
  std::string metric;
  std::string statistic;
  std::string comparison;  ///< "GreaterThanThreshold", "LessThanThreshold".
  double threshold = 0;
};
aws::Json alarm(const Scene& scene, const Alarm& alarm, aws::Json dimensions);
aws::Json dimension(std::string_view name, aws::Json value);

// One each concern; network in parts.
void add_network(const Scene& scene, aws::Json& document);
void add_security_groups(const Scene& scene, aws::Json& document);
void add_database_ground(const Scene& scene, aws::Json& document);
void add_web_role(const Scene& scene, aws::Json& document);
void add_peering(const Scene& scene, aws::Json& document);
void add_peer_route(const Scene& scene, aws::Json& document);
void add_rds(const Scene& scene, aws::Json& document);
void add_aurora(const Scene& scene, aws::Json& document);
void add_web(const Scene& scene, aws::Json& document);
void add_load_balancer(const Scene& scene, aws::Json& document);
void add_monitoring(const Scene& scene, aws::Json& document);
void add_dns(const Scene& scene, aws::Json& document);

/// Whether the database of this template began as a replica, be it one still or promoted since.
bool began_as_replica(const Scene& scene);
/// "postgres15": what parameter groups call the major version.
std::string parameter_family(const Scene& scene, std::string_view engine);
/// The password as CloudFormation looks it up; the template holds no secret.
std::string password_reference(const Scene& scene);

}  // namespace lifeboat::aws_world
