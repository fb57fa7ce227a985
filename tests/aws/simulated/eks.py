"""EKS clusters and node groups with the states that they pass through."""

import hashlib

from . import times
from .core import ACCOUNT, AwsError, now, random_text


class Eks:
    def __init__(self, world):
        self.world = world
        self.clusters, self.groups, self.addons = {}, {}, {}
        self.doors = {}  # Of a test's own: endpoint and authority, by region. Others have an address that nobody listens at.

    def handlers(self):
        return {('eks', 'DescribeCluster'): self.describe_cluster, ('eks', 'ListClusters'): self.list_clusters, ('eks', 'DescribeNodegroup'): self.describe_group,
                ('eks', 'ListNodegroups'): self.list_groups}

    def _later(self, thing, seconds, status):
        def run():
            self.world.clock.sleep(seconds)
            if thing['status'] != 'DELETING' or status is None:
                thing['status'] = status
        self.world.work.start(f'eks {thing["tags"]}', run)

    def create_cluster(self, region, settings):
        name = settings['name']
        if (region, name) in self.clusters:
            raise AwsError('ResourceInUseException', f'Cluster already exists with name: {name}', 409)
        cluster = {'name': name, 'arn': f'arn:aws:eks:{region}:{ACCOUNT}:cluster/{name}', 'createdAt': now(), 'version': settings.get('version', '1.33'), 'status': 'CREATING',
                   'roleArn': settings['roleArn'], 'platformVersion': 'eks.1', 'tags': settings.get('tags', {}), 'health': {'issues': []},
                   'resourcesVpcConfig': {'subnetIds': settings['subnetIds'], 'securityGroupIds': settings.get('securityGroupIds', []), 'clusterSecurityGroupId': 'sg-' + random_text(17, '0123456789abcdef'),
                                          'endpointPublicAccess': True, 'endpointPrivateAccess': True}}
        self.clusters[region, name] = cluster

        def run():
            self.world.clock.sleep(times.CLUSTER_CREATES)
            nobodys = f'https://{hashlib.md5(name.encode()).hexdigest().upper()}.gr7.{region}.eks.amazonaws.com', 'c2ltdWxhdGVk'
            cluster['endpoint'], authority = self.doors.get(region, nobodys)
            cluster['certificateAuthority'] = {'data': authority}
            cluster['status'] = 'ACTIVE'
        self.world.work.start(f'eks {name}', run)
        return cluster

    def create_group(self, region, settings):
        cluster = self.must_find(region, settings['clusterName'])
        if cluster['status'] != 'ACTIVE':
            raise AwsError('InvalidRequestException', f'Cluster {cluster["name"]} is not in ACTIVE state')
        name = settings['nodegroupName']
        group = {'nodegroupName': name, 'nodegroupArn': f'arn:aws:eks:{region}:{ACCOUNT}:nodegroup/{cluster["name"]}/{name}/{random_text(8)}', 'clusterName': cluster['name'],
                 'version': cluster['version'], 'releaseVersion': cluster['version'] + '.0-20261101', 'createdAt': now(), 'status': 'CREATING', 'capacityType': 'ON_DEMAND',
                 'scalingConfig': settings['scalingConfig'], 'instanceTypes': settings['instanceTypes'], 'subnets': settings['subnets'], 'amiType': 'AL2023_x86_64_STANDARD',
                 'nodeRole': settings['nodeRole'], 'labels': {}, 'diskSize': 20, 'health': {'issues': []}, 'tags': settings.get('tags', {}),
                 'resources': {'autoScalingGroups': [{'name': f'eks-{name}'}]}}
        self.groups[region, cluster['name'], name] = group
        self._later(group, times.NODES_CREATE, 'ACTIVE')
        return group

    def must_find(self, region, name):
        if (region, name) not in self.clusters:
            raise AwsError('ResourceNotFoundException', f'No cluster found for name: {name}.', 404)
        return self.clusters[region, name]

    def must_find_group(self, region, cluster, name):
        if (region, cluster, name) not in self.groups:
            raise AwsError('ResourceNotFoundException', f'No node group found for name: {name}.', 404)
        return self.groups[region, cluster, name]

    def delete_group(self, region, cluster, name):
        self.must_find_group(region, cluster, name)['status'] = 'DELETING'
        self.world.clock.sleep(times.CLUSTER_DELETES)
        del self.groups[region, cluster, name]

    def delete_cluster(self, region, name):
        if any(key[:2] == (region, name) for key in self.groups):
            raise AwsError('ResourceInUseException', 'Cluster has nodegroups attached', 409)
        self.must_find(region, name)['status'] = 'DELETING'
        self.world.clock.sleep(times.CLUSTER_DELETES)
        del self.clusters[region, name]

    def describe_cluster(self, call):
        return {'cluster': self.must_find(call.region, call.params['name'])}

    def list_clusters(self, call):
        return {'clusters': [name for region, name in self.clusters if region == call.region]}

    def describe_group(self, call):
        self.must_find(call.region, call.params['clusterName'])
        return {'nodegroup': self.must_find_group(call.region, call.params['clusterName'], call.params['nodegroupName'])}

    def list_groups(self, call):
        self.must_find(call.region, call.params['clusterName'])
        return {'nodegroups': [name for region, cluster, name in self.groups if (region, cluster) == (call.region, call.params['clusterName'])]}
