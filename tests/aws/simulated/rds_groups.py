"""Subnet groups, parameter groups and snapshots of the simulated RDS."""

from .core import ACCOUNT, AwsError, now

# Of the many parameters of postgres15 those that somebody may compare: (name, default, applied how).
DEFAULTS = [('autovacuum', '1', 'dynamic'), ('checkpoint_timeout', '300', 'dynamic'), ('hot_standby_feedback', '0', 'dynamic'), ('log_min_duration_statement', '-1', 'dynamic'),
            ('max_connections', 'LEAST({DBInstanceClassMemory/9531392},5000)', 'static'), ('max_wal_senders', '20', 'static'), ('rds.force_ssl', '1', 'dynamic'),
            ('rds.logical_replication', '0', 'static'), ('shared_buffers', '{DBInstanceClassMemory/32768}', 'static'), ('ssl', '1', 'dynamic'),
            ('synchronous_commit', 'on', 'dynamic'), ('wal_sender_timeout', '30000', 'dynamic'), ('work_mem', '4096', 'dynamic')]


class Groups:
    def __init__(self, world):
        self.world = world
        self.subnet_groups, self.parameter_groups = {}, {}

    # Subnet groups.
    def create_subnet_group(self, region, name, description, subnet_ids, tags):
        key = region, name.lower()
        if key in self.subnet_groups:
            raise AwsError('DBSubnetGroupAlreadyExists', f'The DB subnet group {name} already exists.')
        subnets = self.world.aws('ec2', region).describe_subnets(SubnetIds=subnet_ids)['Subnets']
        if len({subnet['AvailabilityZone'] for subnet in subnets}) < 2:
            raise AwsError('DBSubnetGroupDoesNotCoverEnoughAZs', 'The DB subnet group doesn\'t meet Availability Zone (AZ) coverage requirement. Add subnets to cover at least 2 AZs.')
        self.subnet_groups[key] = {
            'DBSubnetGroupName': name.lower(), 'DBSubnetGroupDescription': description, 'VpcId': subnets[0]['VpcId'], 'SubnetGroupStatus': 'Complete', 'Tags': tags,
            'DBSubnetGroupArn': f'arn:aws:rds:{region}:{ACCOUNT}:subgrp:{name.lower()}',
            'Subnets': [{'SubnetIdentifier': subnet['SubnetId'], 'SubnetAvailabilityZone': {'Name': subnet['AvailabilityZone']}, 'SubnetStatus': 'Active'} for subnet in subnets]}
        return self.subnet_groups[key]

    def subnet_group(self, database):
        return self.subnet_groups.get((database.region, str(database.get('DBSubnetGroupName', '')).lower()))

    def delete_subnet_group(self, region, name):
        if any(database.region == region and str(database.get('DBSubnetGroupName', '')).lower() == name for database in self.world.databases.all()):
            raise AwsError('InvalidDBSubnetGroupStateFault', f'Cannot delete the subnet group \'{name}\' because at least one database instance is still using it.')
        self.subnet_groups.pop((region, name), None)

    def describe_subnet_groups(self, call):
        name = call.params.get('DBSubnetGroupName')
        found = [group for (region, key), group in self.subnet_groups.items() if region == call.region and name in (None, key)]
        if name and not found:
            raise AwsError('DBSubnetGroupNotFoundFault', f'DB subnet group \'{name}\' does not exist.', 404)
        return {'DBSubnetGroups': found}

    # Parameter groups.
    def create_parameter_group(self, region, name, family, description, parameters):
        if family != 'postgres15' and not family.startswith('aurora-postgresql'):
            raise AwsError('InvalidParameterValue', f'ParameterGroupFamily {family} is not a valid parameter group family')
        key = region, name.lower()
        if key in self.parameter_groups:
            raise AwsError('DBParameterGroupAlreadyExists', f'Parameter group {name} already exists')
        self.parameter_groups[key] = {'DBParameterGroupName': name.lower(), 'DBParameterGroupFamily': family, 'Description': description,
                                      'DBParameterGroupArn': f'arn:aws:rds:{region}:{ACCOUNT}:pg:{name.lower()}', 'values': {k: str(v) for k, v in parameters.items()}}
        return self.parameter_groups[key]

    def parameter_group(self, region, name):
        if name.startswith('default.'):
            return {'DBParameterGroupName': name, 'DBParameterGroupFamily': name.removeprefix('default.'), 'Description': 'Default parameter group', 'values': {},
                    'DBParameterGroupArn': f'arn:aws:rds:{region}:{ACCOUNT}:pg:{name}'}
        group = self.parameter_groups.get((region, name.lower()))
        if group is None:
            raise AwsError('DBParameterGroupNotFound', f'DBParameterGroup not found: {name}', 404)
        return group

    def describe_parameter_groups(self, call):
        name = call.params.get('DBParameterGroupName')
        groups = [self.parameter_group(call.region, name)] if name else [group for (region, _), group in self.parameter_groups.items() if region == call.region]
        return {'DBParameterGroups': [{key: value for key, value in group.items() if key != 'values'} for group in groups]}

    def describe_parameters(self, call):
        values = self.parameter_group(call.region, call.params['DBParameterGroupName'])['values']
        known = {name: (default, kind) for name, default, kind in DEFAULTS}
        rows = []
        for name in sorted({*known, *values}):
            default, kind = known.get(name, (None, 'dynamic'))
            rows.append({'ParameterName': name, 'ParameterValue': values.get(name, default), 'Source': 'user' if name in values else 'system', 'ApplyType': kind,
                         'DataType': 'string', 'IsModifiable': True, 'ApplyMethod': 'immediate' if kind == 'dynamic' else 'pending-reboot', 'Description': name})
        wanted = call.params.get('Source')
        return {'Parameters': [row for row in rows if wanted in (None, row['Source'])]}


class Snapshots:
    def __init__(self):
        self.snapshots, self.passwords = {}, {}

    def add(self, database, name, kind, done=True, tags=None):
        key = database.region, name
        if key in self.snapshots and kind == 'manual':
            raise AwsError('DBSnapshotAlreadyExists', f'Cannot create the snapshot because a snapshot with the identifier {name} already exists.')
        snapshot = {
            'DBSnapshotIdentifier': name, 'DBInstanceIdentifier': database.identifier, 'SnapshotCreateTime': now(), 'Engine': 'postgres', 'EngineVersion': database.get('EngineVersion'),
            'AllocatedStorage': database.get('AllocatedStorage', 20), 'Status': 'available' if done else 'creating', 'PercentProgress': 100 if done else 0, 'SnapshotType': kind,
            'Port': int(database.get('Port', 5432)), 'AvailabilityZone': (database.zones or [None])[0], 'StorageType': database.get('StorageType', 'gp3'),
            'Encrypted': bool(database.get('StorageEncrypted')), 'KmsKeyId': database.get('KmsKeyId'), 'MasterUsername': database.get('MasterUsername'),
            'DBSnapshotArn': f'arn:aws:rds:{database.region}:{ACCOUNT}:snapshot:{name}', 'DbiResourceId': database.resource_id,
            'TagList': [{'Key': k, 'Value': v} for k, v in database.tags.items()] if database.get('CopyTagsToSnapshot') else []}
        if tags is not None:
            snapshot['TagList'] += tags
        self.snapshots[key], self.passwords[key] = snapshot, dict(database.server.passwords)
        return snapshot

    def must_find(self, region, name):
        snapshot = self.snapshots.get((region, name))
        if snapshot is None:
            raise AwsError('DBSnapshotNotFound', f'DBSnapshot {name} not found.', 404)
        return snapshot

    def forget(self, region, name):
        self.snapshots.pop((region, name), None)
        self.passwords.pop((region, name), None)

    def forget_automated(self, database):
        """Automated backups go with their database."""
        for key, snapshot in list(self.snapshots.items()):
            if key[0] == database.region and snapshot['DBInstanceIdentifier'] == database.identifier and snapshot['SnapshotType'] == 'automated':
                del self.snapshots[key]

    def describe(self, call):
        params = call.params
        found = [snapshot for (region, name), snapshot in sorted(self.snapshots.items()) if region == call.region and not snapshot.get('is_cluster')
                 and params.get('DBInstanceIdentifier') in (None, snapshot['DBInstanceIdentifier']) and params.get('DBSnapshotIdentifier') in (None, name)
                 and params.get('SnapshotType') in (None, snapshot['SnapshotType'])]
        if params.get('DBSnapshotIdentifier') and not found:
            raise AwsError('DBSnapshotNotFound', f'DBSnapshot {params["DBSnapshotIdentifier"]} not found.', 404)
        return {'DBSnapshots': found}
