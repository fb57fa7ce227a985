"""The operations of RDS, each as a function of a call."""

from .core import AwsError
from .rds import DELAYED, page_of


class RdsOperations:
    def __init__(self, world):
        self.world, self.store = world, world.databases

    def handlers(self):
        groups, snapshots = self.store.groups, self.store.snapshots
        found = {'DescribeDBSubnetGroups': groups.describe_subnet_groups, 'DescribeDBParameterGroups': groups.describe_parameter_groups,
                 'DescribeDBParameters': groups.describe_parameters, 'DescribeDBSnapshots': snapshots.describe, 'DescribeDBInstances': self.describe,
                 'CreateDBInstanceReadReplica': self.create_replica, 'CreateDBInstance': self.create, 'PromoteReadReplica': self.promote, 'ModifyDBInstance': self.modify,
                 'RebootDBInstance': self.reboot, 'StopDBInstance': self.stop, 'StartDBInstance': self.start, 'DeleteDBInstance': self.delete,
                 'CreateDBSnapshot': self.snapshot, 'DeleteDBSnapshot': self.delete_snapshot, 'RestoreDBInstanceFromDBSnapshot': self.restore, 'ListTagsForResource': self.list_tags, 'AddTagsToResource': self.add_tags,
                 'DescribeDBEngineVersions': self.engine_versions, 'DescribeOrderableDBInstanceOptions': self.orderable,
                 'DescribePendingMaintenanceActions': self.maintenance}
        return {('rds', name): function for name, function in found.items()}

    def _database(self, call):
        return self.store.must_find(call.region, call.params['DBInstanceIdentifier'])

    def _available(self, call):
        database = self._database(call)
        if database.status != 'available':
            raise AwsError('InvalidDBInstanceState', f'Instance {database.identifier} is not in available state.')
        return database

    def _answer(self, database):
        return {'DBInstance': self.store.words(database)}

    def describe(self, call):
        name = call.params.get('DBInstanceIdentifier')
        clusters = self.store.clusters
        if name and (call.region, name.lower()) in clusters.instances:
            return {'DBInstances': [clusters.describe_instance(call.region, name.lower())]}
        if name:
            return {'DBInstances': [self.store.words(self.store.must_find(call.region, name))]}
        found = [self.store.words(one) for one in self.store.all() if one.region == call.region and not one.is_cluster]
        found += [clusters.describe_instance(region, one) for region, one in list(clusters.instances) if region == call.region]
        for wanted in call.params.get('Filters', []):
            member = {'db-instance-id': 'DBInstanceIdentifier', 'db-cluster-id': 'DBClusterIdentifier'}.get(wanted['Name'])
            if member is None:
                raise AwsError('InvalidParameterValue', f'Unrecognized filter name: {wanted["Name"]}')
            found = [one for one in found if one.get(member) in wanted['Values'] or one['DBInstanceArn'] in wanted['Values']]
        page, marker = page_of(call, sorted(found, key=lambda one: one['DBInstanceIdentifier']))
        return {'DBInstances': page, 'Marker': marker}

    @staticmethod
    def _tags(params):
        return {tag['Key']: tag.get('Value', '') for tag in params.get('Tags', [])}

    def create(self, call):
        if call.params.get('DBClusterIdentifier'):
            clusters, name = self.store.clusters, call.params['DBInstanceIdentifier'].lower()
            if (call.region, name) in clusters.instances:
                raise AwsError('DBInstanceAlreadyExists', 'DB instance already exists')
            clusters.create_instance(call.region, call.params, self._tags(call.params))
            return {'DBInstance': clusters.describe_instance(call.region, name)}
        return self._answer(self.store.create(call.region, dict(call.params), self._tags(call.params)))

    def create_replica(self, call):
        return self._answer(self.store.create(call.region, dict(call.params), self._tags(call.params), is_replica=True))

    def promote(self, call):
        database = self._available(call)
        if database.source is None:
            raise AwsError('InvalidDBInstanceState', f'DB Instance {database.identifier} is not a read replica.')
        database.settings['BackupRetentionPeriod'] = int(call.params.get('BackupRetentionPeriod', 1))
        database.status = 'modifying'
        self.store.life.begin('promote', database)
        return self._answer(database)

    def modify(self, call):
        database = self._available(call)
        params = {key: value for key, value in call.params.items() if key not in ('DBInstanceIdentifier', 'ApplyImmediately', 'MasterUserPassword', 'AllowMajorVersionUpgrade')}
        return self._answer(self.change(database, params, bool(call.params.get('ApplyImmediately'))))

    def _rename(self, database, identifier, at_once):
        if self.store.find((database.region, identifier)):
            raise AwsError('DBInstanceAlreadyExists', 'DB instance already exists')
        if not at_once:
            database.pending['DBInstanceIdentifier'] = identifier
            return
        database.status = 'renaming'
        self.store.life.begin('rename', database, identifier)

    def change(self, database, params, at_once):
        if 'NewDBInstanceIdentifier' in params:
            self._rename(database, params['NewDBInstanceIdentifier'].lower(), at_once)
            return database
        changes = {name: value for name, value in params.items() if database.get(name) != value}
        if 'DBParameterGroupName' in changes:
            self.store.groups.parameter_group(database.region, changes['DBParameterGroupName'])
            database.settings['DBParameterGroupName'] = changes.pop('DBParameterGroupName')
            database.parameters_wait = True
        waiting = {name: changes[name] for name in DELAYED if name in changes}
        if waiting and not at_once:
            database.pending.update(waiting)
            changes = {name: value for name, value in changes.items() if name not in waiting}
        if changes:
            database.pending.update({name: value for name, value in changes.items() if name in (*DELAYED, 'BackupRetentionPeriod')})
            database.status = 'modifying'
            self.store.life.begin('modify', database, changes)
        return database

    def reboot(self, call):
        database = self._available(call)
        if call.params.get('ForceFailover') and not database.multi_az:
            raise AwsError('InvalidParameterCombination', 'Cannot reboot with failover because the DB instance is not Multi-AZ.')
        database.status = 'rebooting'
        self.store.life.begin('reboot', database, bool(call.params.get('ForceFailover')))
        return self._answer(database)

    def stop(self, call):
        database = self._available(call)
        if database.source or self.store.replicas_of(database):
            raise AwsError('InvalidDBInstanceState', 'You can\'t stop a DB instance that has a read replica, or that is a read replica.')
        database.status = 'stopping'
        self.store.life.begin('halt', database)
        return self._answer(database)

    def start(self, call):
        database = self._database(call)
        if database.status != 'stopped':
            raise AwsError('InvalidDBInstanceState', f'Instance {database.identifier} is not stopped.')
        database.status = 'starting'
        self.store.life.begin('resume', database)
        return self._answer(database)

    def delete(self, call):
        params, clusters = call.params, self.store.clusters
        member = (call.region, params['DBInstanceIdentifier'].lower())
        if member in clusters.instances:
            words = clusters.describe_instance(*member)
            clusters.delete_instance(*member)
            return {'DBInstance': {**words, 'DBInstanceStatus': 'deleting'}}
        database = self._database(call)
        final = params.get('FinalDBSnapshotIdentifier')
        if not params.get('SkipFinalSnapshot') and not final:
            raise AwsError('InvalidParameterCombination', 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.')
        self.store.delete(database, final)
        return self._answer(database)

    def snapshot(self, call):
        database = self._available(call)
        snapshot = self.store.snapshots.add(database, call.params['DBSnapshotIdentifier'], 'manual', done=False, tags=call.params.get('Tags', []))
        database.status = 'backing-up'
        self.store.life.begin('back_up', database, snapshot)
        return {'DBSnapshot': snapshot}

    def delete_snapshot(self, call):
        name = call.params['DBSnapshotIdentifier']
        snapshot = self.store.snapshots.must_find(call.region, name)
        if snapshot['Status'] != 'available':
            raise AwsError('InvalidDBSnapshotState', f'Cannot delete the snapshot because it is not currently in the available state: {name}')
        self.store.life.delete_snapshot(call.region, name)
        return {'DBSnapshot': {**snapshot, 'Status': 'deleted'}}

    def restore(self, call):
        snapshot = self.store.snapshots.must_find(call.region, call.params['DBSnapshotIdentifier'])
        if snapshot['Status'] != 'available':
            raise AwsError('InvalidDBSnapshotState', f'Snapshot {snapshot["DBSnapshotIdentifier"]} is not available.')
        return self._answer(self.store.restore(call.region, dict(call.params), self._tags(call.params), snapshot))

    def list_tags(self, call):
        database = self.store.must_find(call.region, call.params['ResourceName'])
        return {'TagList': [{'Key': key, 'Value': value} for key, value in database.tags.items()]}

    def add_tags(self, call):
        self.store.must_find(call.region, call.params['ResourceName']).tags.update(self._tags(call.params))
        return {}

    @staticmethod
    def engine_versions(_call):
        return {'DBEngineVersions': [{'Engine': 'postgres', 'EngineVersion': f'15.{minor}', 'DBParameterGroupFamily': 'postgres15', 'Status': 'available'} for minor in (12, 13, 14)]}

    @staticmethod
    def orderable(call):
        """Every current class is offered with every version that RDS has, but the old ones with none."""
        name = call.params.get('DBInstanceClass', 'db.t3.small')
        is_offered = not name.startswith('db.t2.')
        return {'OrderableDBInstanceOptions': [{'Engine': 'postgres', 'EngineVersion': call.params.get('EngineVersion', '15.13'), 'DBInstanceClass': name, 'MultiAZCapable': True,
                                                'ReadReplicaCapable': True, 'StorageType': 'gp3', 'SupportsStorageEncryption': True,
                                                'AvailabilityZones': [{'Name': call.region + letter} for letter in 'ab']}] if is_offered else []}

    def maintenance(self, call):
        """What a test has planned; usually nothing."""
        return {'PendingMaintenanceActions': [action for region, action in self.world.maintenance if region == call.region]}
