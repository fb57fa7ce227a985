#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "providers/aws/template_parts.h"

namespace lifeboat::aws_world {

/// The zone alone: its records are flipped in a failover, and CloudFormation must not know them.
void add_dns(const Scene& scene, aws::Json& document) {
  auto& zone = add(document, "HostedZone", "AWS::Route53::HostedZone",
                   {{"Name", scene.stack.dns.domain},
                    {"HostedZoneConfig", {{"Comment", fmt::format("Lifeboat: the stack {}", scene.stack.name)}}},
                    {"HostedZoneTags", tags(scene, "dns")}});
  keep(zone, "Delete", "Retain");
  output(document, "HostedZoneId", ref_to("HostedZone"));
  output(document, "NameServers", joined(get_att("HostedZone", "NameServers")));
}

}  // namespace lifeboat::aws_world
