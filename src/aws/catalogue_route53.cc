#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array route53_shapes{
    NamedShape{"HostedZone", "Id Name CallerReference Config{Comment PrivateZone:bool} ResourceRecordSetCount:int"},
    NamedShape{"Record",
               "Name Type SetIdentifier Weight:int Region Failover MultiValueAnswer:bool TTL:int "
               "ResourceRecords[ResourceRecord]{Value} AliasTarget{HostedZoneId DNSName EvaluateTargetHealth:bool} "
               "HealthCheckId"},
    NamedShape{"AskedRecord",
               "Name! Type! SetIdentifier Weight:int Region Failover MultiValueAnswer:bool TTL:int "
               "ResourceRecords[ResourceRecord]{Value!} AliasTarget{HostedZoneId! DNSName! "
               "EvaluateTargetHealth!:bool} HealthCheckId"},
    NamedShape{"ChangeInfo", "Id Status SubmittedAt:time Comment"},
    NamedShape{"HealthCheck",
               "Id CallerReference HealthCheckVersion:int HealthCheckConfig{IPAddress Port:int Type ResourcePath "
               "FullyQualifiedDomainName SearchString RequestInterval:int FailureThreshold:int MeasureLatency:bool "
               "Inverted:bool Disabled:bool HealthThreshold:int ChildHealthChecks[ChildHealthCheck] EnableSNI:bool "
               "Regions[Region]}"},
    NamedShape{"DelegationSet", "Id NameServers[NameServer]"},
    NamedShape{"Tag", "Key Value"},
    NamedShape{"TagSet", "ResourceType ResourceId Tags[Tag]&Tag"},
};

constexpr std::array route53_operations{
    Operation{.name = "ChangeResourceRecordSets",
              .input = "HostedZoneId@uri=Id! ChangeBatch!{Comment Changes![Change]{Action! "
                       "ResourceRecordSet!&AskedRecord}}",
              .output = "ChangeInfo&ChangeInfo",
              .path = "/2013-04-01/hostedzone/{Id}/rrset/",
              .body_element = "ChangeResourceRecordSetsRequest"},
    Operation{.name = "ChangeTagsForResource",
              .input = "ResourceType@uri! ResourceId@uri! AddTags[Tag]&Tag RemoveTagKeys[Key]",
              .is_repeatable = true,
              .path = "/2013-04-01/tags/{ResourceType}/{ResourceId}",
              .body_element = "ChangeTagsForResourceRequest"},
    Operation{
        .name = "CreateHealthCheck",
        .input =
            "CallerReference! HealthCheckConfig!{IPAddress Port:int Type! ResourcePath FullyQualifiedDomainName "
            "SearchString RequestInterval:int FailureThreshold:int MeasureLatency:bool Inverted:bool Disabled:bool "
            "HealthThreshold:int ChildHealthChecks[ChildHealthCheck] EnableSNI:bool Regions[Region]}",
        .output = "HealthCheck&HealthCheck",
        .is_repeatable = true,
        .path = "/2013-04-01/healthcheck",
        .body_element = "CreateHealthCheckRequest"},
    Operation{.name = "CreateHostedZone",
              .input = "Name! CallerReference! HostedZoneConfig{Comment PrivateZone:bool} VPC{VPCRegion VPCId}",
              .output = "HostedZone&HostedZone ChangeInfo&ChangeInfo DelegationSet&DelegationSet",
              .path = "/2013-04-01/hostedzone",
              .body_element = "CreateHostedZoneRequest"},
    Operation{.name = "DeleteHealthCheck",
              .input = "HealthCheckId@uri!",
              .is_repeatable = true,
              .method = "DELETE",
              .path = "/2013-04-01/healthcheck/{HealthCheckId}"},
    Operation{.name = "GetChange",
              .input = "Id@uri!",
              .output = "ChangeInfo&ChangeInfo",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/change/{Id}"},
    Operation{.name = "GetHealthCheck",
              .input = "HealthCheckId@uri!",
              .output = "HealthCheck&HealthCheck",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/healthcheck/{HealthCheckId}"},
    Operation{.name = "GetHealthCheckStatus",
              .input = "HealthCheckId@uri!",
              .output = "HealthCheckObservations[HealthCheckObservation]{Region IPAddress StatusReport{Status "
                        "CheckedTime:time}}",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/healthcheck/{HealthCheckId}/status"},
    Operation{.name = "GetHostedZone",
              .input = "Id@uri!",
              .output = "HostedZone&HostedZone DelegationSet&DelegationSet VPCs[VPC]{VPCRegion VPCId}",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/hostedzone/{Id}"},
    Operation{.name = "ListHealthChecks",
              .input = "Marker@query=marker MaxItems@query=maxitems",
              .output = "HealthChecks[HealthCheck]&HealthCheck Marker IsTruncated:bool NextMarker MaxItems",
              .pages = "NextMarker>Marker",
              .list = "HealthChecks",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/healthcheck"},
    Operation{.name = "ListHostedZones",
              .input = "Marker@query=marker MaxItems@query=maxitems",
              .output = "HostedZones[HostedZone]&HostedZone Marker IsTruncated:bool NextMarker MaxItems",
              .pages = "NextMarker>Marker",
              .list = "HostedZones",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/hostedzone"},
    Operation{.name = "ListHostedZonesByName",
              .input = "DNSName@query=dnsname HostedZoneId@query=hostedzoneid MaxItems@query=maxitems",
              .output = "HostedZones[HostedZone]&HostedZone DNSName HostedZoneId IsTruncated:bool NextDNSName "
                        "NextHostedZoneId MaxItems",
              .pages = "NextDNSName>DNSName NextHostedZoneId>HostedZoneId",
              .list = "HostedZones",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/hostedzonesbyname"},
    Operation{.name = "ListResourceRecordSets",
              .input = "HostedZoneId@uri=Id! StartRecordName@query=name StartRecordType@query=type "
                       "StartRecordIdentifier@query=identifier MaxItems@query=maxitems",
              .output = "ResourceRecordSets[ResourceRecordSet]&Record IsTruncated:bool NextRecordName NextRecordType "
                        "NextRecordIdentifier MaxItems",
              .pages = "NextRecordName>StartRecordName NextRecordType>StartRecordType "
                       "NextRecordIdentifier>StartRecordIdentifier",
              .list = "ResourceRecordSets",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/hostedzone/{Id}/rrset"},
    Operation{.name = "ListTagsForResource",
              .input = "ResourceType@uri! ResourceId@uri!",
              .output = "ResourceTagSet&TagSet",
              .is_repeatable = true,
              .method = "GET",
              .path = "/2013-04-01/tags/{ResourceType}/{ResourceId}"},
    Operation{.name = "ListTagsForResources",
              .input = "ResourceType@uri! ResourceIds![ResourceId]",
              .output = "ResourceTagSets[ResourceTagSet]&TagSet",
              .is_repeatable = true,
              .path = "/2013-04-01/tags/{ResourceType}",
              .body_element = "ListTagsForResourcesRequest"},
    Operation{.name = "UpdateHealthCheck",
              .input = "HealthCheckId@uri! HealthCheckVersion:int IPAddress Port:int ResourcePath "
                       "FullyQualifiedDomainName SearchString FailureThreshold:int Inverted:bool Disabled:bool "
                       "HealthThreshold:int ChildHealthChecks[ChildHealthCheck] EnableSNI:bool Regions[Region] "
                       "ResetElements[ResettableElementName]",
              .output = "HealthCheck&HealthCheck",
              .is_repeatable = true,
              .path = "/2013-04-01/healthcheck/{HealthCheckId}",
              .body_element = "UpdateHealthCheckRequest"},
};

}  // namespace

const Service& route53_service() {
  static constexpr Service service{.name = "route53",
                                   .variable = "ROUTE_53",
                                   .host = "route53",
                                   .signing_name = "route53",
                                   .protocol = Protocol::rest_xml,
                                   .version = "2013-04-01",
                                   .xml_namespace = "https://route53.amazonaws.com/doc/2013-04-01/",
                                   .global_region = "us-east-1",
                                   .ids_carry_paths = true,
                                   .shapes = route53_shapes,
                                   .operations = route53_operations};
  return service;
}

}  // namespace lifeboat::aws
