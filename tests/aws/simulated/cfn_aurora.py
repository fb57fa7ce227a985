"""Aurora's resources."""

from .cfn_types import Handler, ResourceFailed, handles, tag_map
from .cfn_data import ParameterGroup, asked
from .core import random_text


@handles('AWS::RDS::DBClusterParameterGroup')
class ClusterParameterGroup(ParameterGroup):
    def create(self, context, properties):
        return super().create(context, {**properties, 'DBParameterGroupName': properties.get('DBClusterParameterGroupName')})


@handles('AWS::RDS::GlobalCluster')
class GlobalCluster(Handler):
    def create(self, context, properties):
        whole = context.world.databases.clusters.create_global(properties['GlobalClusterIdentifier'], version(properties), properties.get('StorageEncrypted') in (True, 'true'),
                                                               properties.get('DeletionProtection') in (True, 'true'))
        return whole['name'], {}

    def update(self, context, physical, old, new):
        context.world.databases.clusters.must_find_global(physical)['protected'] = new.get('DeletionProtection') in (True, 'true')
        return {}

    def delete(self, context, physical, properties, policy):
        whole = context.world.databases.clusters.globals.get(physical)
        if whole is None:
            return
        if whole['protected']:
            raise ResourceFailed('Cannot delete protected Global Cluster, please disable deletion protection and try again.')
        if whole['members']:
            raise ResourceFailed(f'Global Cluster {physical} is not empty')
        del context.world.databases.clusters.globals[physical]


def version(properties):
    given = properties.get('EngineVersion', '15')
    return given if '.' in given else given + '.12'


@handles('AWS::RDS::DBCluster')
class Cluster(Handler):
    def create(self, context, properties):
        clusters = context.world.databases.clusters
        cluster = clusters.create(context.region, {**asked(properties), 'EngineVersion': version(properties)}, tag_map(properties.get('Tags')))
        context.initiated(cluster.identifier)
        context.until(lambda: cluster.status == 'available', f'cluster {cluster.identifier}', 7200)
        words = clusters.describe(cluster)
        return cluster.identifier, {'Endpoint.Address': words['Endpoint'], 'ReadEndpoint.Address': words['ReaderEndpoint'], 'Endpoint.Port': str(words['Port']),
                                    'DBClusterArn': words['DBClusterArn'], 'DBClusterResourceId': cluster.resource_id}

    def update(self, context, physical, old, new):
        cluster = context.world.databases.clusters.must_find(context.region, physical)
        changes = {name: value for name, value in asked(new).items() if asked(old).get(name) != value and name != 'MasterUserPassword'}
        cluster.settings.update(changes)
        cluster.tags = tag_map(new.get('Tags'))
        return {}

    def delete(self, context, physical, properties, policy):
        store = context.world.databases
        cluster = store.find((context.region, physical))
        if cluster is None:
            return
        final = f'{context.stack.name}-snapshot-{context.logical_id}-{random_text(12)}'.lower() if policy in ('', 'Snapshot') else None
        store.clusters.delete(cluster, final)
        context.until(lambda: store.find(cluster.key) is not cluster, f'{physical} to be gone', 7200)
