"""Resources of monitoring and the front door: EKS, alarms, the hosted zone."""

import uuid

from .cfn_types import Handler, ResourceFailed, handles, ignoring_missing, tag_map
from .core import ACCOUNT


@handles('AWS::EKS::Cluster')
class Cluster(Handler):
    def create(self, context, properties):
        network = properties['ResourcesVpcConfig']
        wanted = {'name': properties.get('Name') or context.name(100), 'roleArn': properties['RoleArn'], 'subnetIds': network['SubnetIds'],
                  'securityGroupIds': network.get('SecurityGroupIds', []), 'tags': tag_map(properties.get('Tags'))}
        if properties.get('Version'):
            wanted['version'] = properties['Version']
        cluster = context.world.eks.create_cluster(context.region, wanted)
        context.initiated(cluster['name'])
        context.until(lambda: cluster['status'] == 'ACTIVE', f'cluster {cluster["name"]}', 3600)
        return cluster['name'], {'Arn': cluster['arn'], 'Endpoint': cluster['endpoint'], 'CertificateAuthorityData': cluster['certificateAuthority']['data'],
                                 'ClusterSecurityGroupId': cluster['resourcesVpcConfig']['clusterSecurityGroupId']}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.world.eks.delete_cluster(context.region, physical))


@handles('AWS::EKS::Nodegroup')
class NodeGroup(Handler):
    def create(self, context, properties):
        scaling = properties.get('ScalingConfig', {})
        group = context.world.eks.create_group(context.region, {
            'clusterName': properties['ClusterName'], 'nodegroupName': properties.get('NodegroupName') or context.name(63), 'nodeRole': properties['NodeRole'],
            'subnets': properties['Subnets'], 'instanceTypes': properties.get('InstanceTypes', ['t3.medium']), 'tags': tag_map(properties.get('Tags')),
            'scalingConfig': {'minSize': int(scaling.get('MinSize', 1)), 'maxSize': int(scaling.get('MaxSize', 2)), 'desiredSize': int(scaling.get('DesiredSize', 2))}})
        name = f'{properties["ClusterName"]}/{group["nodegroupName"]}'
        context.initiated(name)
        context.until(lambda: group['status'] == 'ACTIVE', f'node group {name}', 3600)
        return name, {'Arn': group['nodegroupArn'], 'ClusterName': properties['ClusterName'], 'NodegroupName': group['nodegroupName'], 'Id': name}

    def update(self, context, physical, old, new):
        cluster, name = physical.split('/')
        group = context.world.eks.must_find_group(context.region, cluster, name)
        scaling = new.get('ScalingConfig', {})
        group['scalingConfig'] = {'minSize': int(scaling['MinSize']), 'maxSize': int(scaling['MaxSize']), 'desiredSize': int(scaling['DesiredSize'])}
        return {}

    def delete(self, context, physical, properties, policy):
        cluster, name = physical.split('/')
        ignoring_missing(lambda: context.world.eks.delete_group(context.region, cluster, name))


@handles('AWS::EKS::Addon')
class Addon(Handler):
    def create(self, context, properties):
        context.world.eks.must_find(context.region, properties['ClusterName'])
        name = f'{properties["ClusterName"]}|{properties["AddonName"]}'
        return name, {'Arn': f'arn:aws:eks:{context.region}:{ACCOUNT}:addon/{properties["ClusterName"]}/{properties["AddonName"]}/{uuid.uuid4()}'}

    def update(self, context, physical, old, new):
        return {}

    def delete(self, context, physical, properties, policy):
        return None


@handles('AWS::CloudWatch::Alarm')
class Alarm(Handler):
    MEMBERS = ('AlarmDescription', 'Namespace', 'MetricName', 'Dimensions', 'Statistic', 'ComparisonOperator', 'Threshold', 'Period', 'EvaluationPeriods', 'TreatMissingData')

    def create(self, context, properties):
        missing = [name for name in ('ComparisonOperator', 'EvaluationPeriods') if name not in properties]
        if missing:
            raise ResourceFailed(f'required key [{missing[0]}] not found')
        name = properties.get('AlarmName') or context.name(255)
        context.world.alarms[context.region, name] = properties
        return name, {'Arn': f'arn:aws:cloudwatch:{context.region}:{ACCOUNT}:alarm:{name}'}

    def update(self, context, physical, old, new):
        context.world.alarms[context.region, physical] = new
        return {}

    def delete(self, context, physical, properties, policy):
        context.world.alarms.pop((context.region, physical), None)


@handles('AWS::Route53::HostedZone')
class HostedZone(Handler):
    def create(self, context, properties):
        client = context.aws('route53', 'us-east-1')
        made = client.create_hosted_zone(Name=properties['Name'], CallerReference=str(uuid.uuid4()), HostedZoneConfig=properties.get('HostedZoneConfig', {}))
        name = made['HostedZone']['Id'].rpartition('/')[2]
        tags = properties.get('HostedZoneTags')
        if tags:
            client.change_tags_for_resource(ResourceType='hostedzone', ResourceId=name, AddTags=tags)
        return name, {'Id': name, 'NameServers': made['DelegationSet']['NameServers']}

    def update(self, context, physical, old, new):
        return {}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('route53', 'us-east-1').delete_hosted_zone(Id=physical))
