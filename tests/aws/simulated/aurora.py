"""Aurora global databases: a cluster in each region on a real server of its own, whose storage is replicated, and the moves between them."""

import shutil

from . import times
from .core import ACCOUNT, AwsError, now, random_text
from .postgres import PORT, PostgresServer
from .rds_records import Database

# What Aurora's own function tells of the region that it is asked in.
STATUS_FUNCTION = '''
CREATE OR REPLACE FUNCTION public.aurora_global_db_status() RETURNS TABLE (aws_region text, highest_lsn_written bigint, durability_lag_in_msec bigint, rpo_lag_in_msec bigint)
LANGUAGE sql STABLE AS $$ SELECT current_setting('cluster_name'), (CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END - '0/0')::bigint, 0::bigint, 0::bigint $$;
'''


class Clusters:
    def __init__(self, world, store):
        self.world, self.store = world, store
        self.globals, self.instances = {}, {}  # By identifier; by (region, identifier).

    # Names and words.
    @staticmethod
    def arn(cluster):
        return f'arn:aws:rds:{cluster.region}:{ACCOUNT}:cluster:{cluster.identifier}'

    def must_find(self, region, name):
        where = name.split(':')[3] if name.startswith('arn:') else region
        cluster = self.store.find((where, name.rpartition(':')[2].lower()))
        if cluster is None or not cluster.is_cluster:
            raise AwsError('DBClusterNotFoundFault', f'DBCluster {name} not found.', 404)
        return cluster

    def must_find_global(self, name):
        if name not in self.globals:
            raise AwsError('GlobalClusterNotFoundFault', f'Global cluster {name} not found.', 404)
        return self.globals[name]

    def members(self, cluster):
        return sorted(name for (region, name), one in self.instances.items() if region == cluster.region and one['DBClusterIdentifier'] == cluster.identifier)

    def writer(self, whole):
        return next((self.store.find(key) for key in whole['members'] if self.store.find(key) and self.store.find(key).source is None), None)

    def describe(self, cluster):
        get = cluster.get
        words = {'DBClusterIdentifier': cluster.identifier, 'Status': cluster.status, 'Engine': 'aurora-postgresql', 'EngineVersion': get('EngineVersion'), 'Port': int(get('Port', PORT)),
                 'MasterUsername': get('MasterUsername'), 'DatabaseName': get('DatabaseName'), 'BackupRetentionPeriod': int(get('BackupRetentionPeriod', 1)),
                 'MultiAZ': len(self.members(cluster)) > 1, 'StorageEncrypted': bool(get('StorageEncrypted')), 'KmsKeyId': get('KmsKeyId'), 'DBClusterArn': self.arn(cluster),
                 'DBClusterParameterGroup': get('DBClusterParameterGroupName', 'default.aurora-postgresql15'), 'DeletionProtection': bool(get('DeletionProtection')),
                 'DBSubnetGroup': get('DBSubnetGroupName'), 'VpcSecurityGroups': [{'VpcSecurityGroupId': one, 'Status': 'active'} for one in get('VpcSecurityGroupIds', [])],
                 'DbClusterResourceId': cluster.resource_id, 'ClusterCreateTime': cluster.created_at, 'AvailabilityZones': cluster.zones,
                 'DBClusterMembers': [{'DBInstanceIdentifier': name, 'IsClusterWriter': number == 0 and cluster.source is None, 'DBClusterParameterGroupStatus': 'in-sync', 'PromotionTier': 1}
                                      for number, name in enumerate(self.members(cluster))],
                 'TagList': [{'Key': key, 'Value': value} for key, value in cluster.tags.items()]}
        if cluster.group:
            words['GlobalClusterIdentifier'] = cluster.group
        if cluster.has_endpoint:
            words['Endpoint'] = self.store.endpoint(cluster.key)
            words['ReaderEndpoint'] = self.store.endpoint(cluster.key, 'cluster-ro-')
        if cluster.source:
            words['ReplicationSourceIdentifier'] = self.arn(self.store.find(cluster.source) or cluster)
        return words

    def describe_instance(self, region, name):
        instance = self.instances[region, name]
        cluster = self.must_find(region, instance['DBClusterIdentifier'])
        return {'DBInstanceIdentifier': name, 'DBClusterIdentifier': cluster.identifier, 'DBInstanceClass': instance['DBInstanceClass'], 'Engine': 'aurora-postgresql',
                'EngineVersion': cluster.get('EngineVersion'), 'DBInstanceStatus': instance['status'], 'AvailabilityZone': instance.get('AvailabilityZone') or cluster.zones[0],
                'PubliclyAccessible': False, 'StorageEncrypted': bool(cluster.get('StorageEncrypted')), 'DBInstanceArn': f'arn:aws:rds:{region}:{ACCOUNT}:db:{name}',
                'Endpoint': {'Address': self.store.endpoint((region, name)), 'Port': int(cluster.get('Port', PORT)), 'HostedZoneId': 'Z2XHWR1WZ565X2'}, 'MultiAZ': False,
                'TagList': [{'Key': key, 'Value': value} for key, value in instance['tags'].items()], 'PerformanceInsightsEnabled': False, 'DeletionProtection': False}

    def describe_global(self, whole):
        members = [self.store.find(key) for key in whole['members']]
        writer = self.writer(whole)
        words = {'GlobalClusterIdentifier': whole['name'], 'GlobalClusterArn': f'arn:aws:rds::{ACCOUNT}:global-cluster:{whole["name"]}', 'Status': whole['status'],
                 'Engine': 'aurora-postgresql', 'EngineVersion': whole['version'], 'StorageEncrypted': whole['encrypted'], 'DeletionProtection': whole['protected'],
                 'GlobalClusterResourceId': whole['resource'], 'GlobalClusterMembers': [
                     {'DBClusterArn': self.arn(one), 'IsWriter': one is writer, 'Readers': [self.arn(other) for other in members if other is not one] if one is writer else [],
                      'SynchronizationStatus': 'connected' if one is writer or one.replication == 'replicating' else 'pending-resync', 'GlobalWriteForwardingStatus': 'disabled'}
                     for one in members if one]}
        if whole['move']:
            words['FailoverState'] = whole['move']
        return words

    # Making and ending.
    def create_global(self, name, version, encrypted, protected):
        if name in self.globals:
            raise AwsError('GlobalClusterAlreadyExistsFault', f'Global cluster {name} already exists')
        self.globals[name] = {'name': name, 'status': 'available', 'version': version, 'encrypted': encrypted, 'protected': protected, 'members': [], 'move': None,
                              'resource': 'cluster-' + random_text(16)}
        return self.globals[name]

    def create(self, region, settings, tags):
        identifier, group = settings['DBClusterIdentifier'].lower(), settings.get('GlobalClusterIdentifier')
        whole = self.must_find_global(group) if group else None
        source = self.writer(whole) if whole else None
        password = settings.pop('MasterUserPassword', None)
        if self.store.find((region, identifier)):
            raise AwsError('DBClusterAlreadyExistsFault', 'DB Cluster already exists')
        if source is not None and (settings.get('MasterUsername') or password or settings.get('DatabaseName')):
            raise AwsError('InvalidParameterCombination', 'Cannot specify user name, password or database for a cross region replication cluster')
        if source is None and (not settings.get('MasterUsername') or not password):
            raise AwsError('InvalidParameterValue', 'Invalid master user name or password')
        if source is not None and source.status != 'available':
            raise AwsError('InvalidDBClusterStateFault', f'Source cluster {source.identifier} is in an invalid state {source.status}')
        if source is not None:
            settings = {'MasterUsername': source.get('MasterUsername'), 'DatabaseName': source.get('DatabaseName'), **settings}
        cluster = self._new(region, identifier, settings, source.key if source else None, tags, group)
        if whole:
            whole['members'].append(cluster.key)
        self.world.work.start(f'create {region} {identifier}', self._create, cluster, source, password)
        return cluster

    def _new(self, region, identifier, settings, source, tags, group=None):
        folder = self.world.children.folder('databases', region, f'{identifier}-cluster-{random_text(4)}')
        server = PostgresServer(self.world.children, self.world.addresses, folder)
        server.cluster_name = region
        cluster = Database(region, identifier, settings, server, source, tags=tags, is_cluster=True, group=group)
        cluster.zones = self.store.zones_for(cluster)
        self.store.add(cluster)
        return cluster

    def clone(self, source, settings, tags):
        """A cluster of its own with the source's data: a secondary's clone takes writes."""
        identifier = settings['DBClusterIdentifier'].lower()
        if self.store.find((source.region, identifier)):
            raise AwsError('DBClusterAlreadyExistsFault', 'DB Cluster already exists')
        if source.status != 'available':
            raise AwsError('InvalidDBClusterStateFault', f'Source cluster {source.identifier} is in an invalid state {source.status}')
        if self.store.groups.subnet_groups.get((source.region, str(settings.get('DBSubnetGroupName', '')).lower())) is None:
            raise AwsError('DBSubnetGroupNotFoundFault', f'DB subnet group \'{settings.get("DBSubnetGroupName")}\' does not exist.', 404)
        kept = {name: source.get(name) for name in ('MasterUsername', 'DatabaseName', 'EngineVersion', 'StorageEncrypted', 'KmsKeyId')}
        cluster = self._new(source.region, identifier, {**kept, **settings}, None, tags)
        self.world.work.start(f'clone {source.region} {identifier}', self._clone, cluster, source)
        return cluster

    def _clone(self, cluster, source):
        self.store.life.wait_for_power(cluster)
        taken = cluster.server.folder / 'taken'
        source.server.back_up(taken)
        cluster.server.restore(taken, source.server.passwords)
        shutil.rmtree(taken)
        self._serve(cluster)

    def _create(self, cluster, source, password):
        if source is None:
            cluster.server.initialise(cluster.get('MasterUsername'), password, cluster.get('DatabaseName'))
            cluster.server.sql(STATUS_FUNCTION, database=cluster.get('DatabaseName'))
        else:
            self._follow(cluster, source)
        self._serve(cluster)

    def _serve(self, cluster):
        self.world.clock.sleep(times.DATABASE_CREATES)
        cluster.created_at, cluster.has_endpoint = now(), True
        self.world.reconcile()
        cluster.status = 'available'

    def _follow(self, cluster, source):
        way = self.store.ways.replication(source.key, cluster.region)
        cluster.server.copy_of(source.server, way.address, way.port)
        cluster.server.await_answers()

    def create_instance(self, region, settings, tags):
        cluster = self.must_find(region, settings['DBClusterIdentifier'])
        name = settings['DBInstanceIdentifier'].lower()
        instance = {'DBClusterIdentifier': cluster.identifier, 'DBInstanceClass': settings['DBInstanceClass'], 'AvailabilityZone': settings.get('AvailabilityZone'),
                    'status': 'creating', 'tags': tags}
        self.instances[region, name] = instance

        def later():
            self.world.clock.sleep(times.DATABASE_CREATES)
            instance['status'] = 'available'
        self.world.work.start(f'create {region} {name}', later)
        return instance

    def delete_instance(self, region, name):
        instance = self.instances[region, name]
        if instance['status'] != 'available':
            raise AwsError('InvalidDBInstanceState', f'Instance {name} is not available ({instance["status"]}).')
        instance['status'] = 'deleting'

        def later():
            self.world.clock.sleep(times.DATABASE_DELETES)
            self.instances.pop((region, name), None)
        self.world.work.start(f'delete {region} {name}', later)

    def delete(self, cluster, final_snapshot):
        if cluster.get('DeletionProtection'):
            raise AwsError('InvalidParameterCombination', 'Cannot delete protected Cluster, please disable deletion protection and try again.')
        if cluster.group and cluster.key in self.globals.get(cluster.group, {}).get('members', []):
            raise AwsError('InvalidDBClusterStateFault', 'This cluster is a part of a global cluster, please remove it from globalcluster first')
        if self.members(cluster):
            raise AwsError('InvalidDBClusterStateFault', 'Cluster cannot be deleted, it still contains DB instances in non-deleting state.')
        cluster.status = 'deleting'
        self.store.life.begin('delete', cluster, final_snapshot)

    # Moves.
    def check_move(self, whole, target, region):
        if whole['move'] or whole['status'] != 'available':
            raise AwsError('InvalidGlobalClusterStateFault', f'Global cluster {whole["name"]} is in an invalid state for the operation: {whole["status"]}')
        if target.key not in whole['members'] or target.source is None or target.status != 'available':
            raise AwsError('InvalidDBClusterStateFault', f'Cluster {target.identifier} is no secondary cluster that is available ({region}).')

    def begin_move(self, whole, target, loses):
        source = self.writer(whole)
        whole['status'] = 'failing-over' if loses else 'switching-over'
        whole['move'] = {'Status': 'pending', 'FromDbClusterArn': self.arn(source), 'ToDbClusterArn': self.arn(target), 'IsDataLossAllowed': loses}
        self.world.work.start(f'{whole["status"]} to {target.region}', self._move, whole, source, target, loses)

    def _move(self, whole, source, target, loses):
        self.world.clock.sleep(times.PROMOTION_MODIFIES)
        whole['move']['Status'] = whole['status']
        if not loses:
            self._drain(source, target)
        target.server.promote()
        target.source = None
        self.world.reconcile()
        self.world.clock.sleep(times.PROMOTION_REBOOTS)
        whole['status'], whole['move'] = 'available', None
        source.source, source.replication = target.key, 'error'
        self.store.life.wait_for_power(source)
        # The old primary is made again of the new one's storage.
        source.server.empty()
        self._follow(source, target)
        source.replication = 'replicating'

    def _drain(self, source, target):
        """Stops the old writer when the new one has everything."""
        last = source.server.sql('SELECT pg_current_wal_flush_lsn()')
        source.server.stop()
        self.world.clock.until(lambda: target.server.sql(f"SELECT pg_last_wal_replay_lsn() >= '{last}'") == 't', 'the secondary to have everything', 60)
