"""What the simulated RDS knows of a database, and how it describes it."""

from dataclasses import dataclass, field
from datetime import datetime

from .core import ACCOUNT, now, random_text
from .postgres import PORT, PostgresServer


@dataclass
class Database:
    region: str
    identifier: str
    settings: dict  # By the API's own names, as they were asked for and modified.
    server: PostgresServer
    source: tuple = None  # (region, identifier) of what it replicates from.
    status: str = 'creating'
    resource_id: str = field(default_factory=lambda: 'db-' + random_text(26, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'))
    created_at: datetime = field(default_factory=now)
    zones: list = field(default_factory=list)
    pending: dict = field(default_factory=dict)
    tags: dict = field(default_factory=dict)
    has_endpoint: bool = False
    parameters_wait: bool = False
    replication: str = 'replicating'  # Of a replica: "replicating", "error", "terminated".
    lags: list = field(default_factory=list)  # (time, seconds), the newest last.
    is_cluster: bool = False  # Aurora's.
    group: str = None  # The global cluster.

    @property
    def key(self):
        return self.region, self.identifier

    @property
    def arn(self):
        return f'arn:aws:rds:{self.region}:{ACCOUNT}:db:{self.identifier}'

    def get(self, name, default=None):
        return self.settings.get(name, default)

    @property
    def multi_az(self):
        return bool(self.get('MultiAZ'))


def _groups(database, subnet_group):
    if subnet_group is None:
        return {}
    return {'DBSubnetGroup': {'DBSubnetGroupName': subnet_group['DBSubnetGroupName'], 'DBSubnetGroupDescription': subnet_group['DBSubnetGroupDescription'],
                              'VpcId': subnet_group['VpcId'], 'SubnetGroupStatus': 'Complete', 'Subnets': subnet_group['Subnets']}}


def _replica_words(database, replicas):
    words = {'ReadReplicaDBInstanceIdentifiers': [identifier if region == database.region else f'arn:aws:rds:{region}:{ACCOUNT}:db:{identifier}'
                                                  for region, identifier in replicas]}
    if database.source:
        region, identifier = database.source
        words['ReadReplicaSourceDBInstanceIdentifier'] = identifier if region == database.region else f'arn:aws:rds:{region}:{ACCOUNT}:db:{identifier}'
        status = {'StatusType': 'read replication', 'Normal': database.replication == 'replicating', 'Status': database.replication}
        if database.replication == 'error':
            status['Message'] = 'Streaming replication has stopped.'
        words['StatusInfos'] = [status]
    return words


def describe(database, endpoint, subnet_group, replicas):
    """A DBInstance as the API has it."""
    get = database.get
    words = {
        'DBInstanceIdentifier': database.identifier, 'DBInstanceClass': get('DBInstanceClass'), 'Engine': 'postgres', 'EngineVersion': get('EngineVersion'),
        'DBInstanceStatus': database.status, 'MasterUsername': get('MasterUsername'), 'DBName': get('DBName'), 'AllocatedStorage': get('AllocatedStorage', 20),
        'PreferredBackupWindow': get('PreferredBackupWindow', '07:00-07:30'), 'BackupRetentionPeriod': get('BackupRetentionPeriod', 1),
        'PreferredMaintenanceWindow': get('PreferredMaintenanceWindow', 'sun:08:00-sun:08:30'),
        'VpcSecurityGroups': [{'VpcSecurityGroupId': group, 'Status': 'active'} for group in get('VpcSecurityGroupIds', [])],
        'DBParameterGroups': [{'DBParameterGroupName': get('DBParameterGroupName', 'default.postgres15'),
                               'ParameterApplyStatus': 'pending-reboot' if database.parameters_wait else 'in-sync'}],
        'AvailabilityZone': database.zones[0] if database.zones else None, 'PendingModifiedValues': dict(database.pending), 'MultiAZ': database.multi_az,
        'AutoMinorVersionUpgrade': get('AutoMinorVersionUpgrade', True), 'PubliclyAccessible': get('PubliclyAccessible', False),
        'StorageType': get('StorageType', 'gp3'), 'StorageEncrypted': bool(get('StorageEncrypted')), 'DbiResourceId': database.resource_id,
        'DBInstanceArn': database.arn, 'DeletionProtection': bool(get('DeletionProtection')), 'CopyTagsToSnapshot': bool(get('CopyTagsToSnapshot')),
        'TagList': [{'Key': key, 'Value': value} for key, value in database.tags.items()], 'CACertificateIdentifier': 'rds-ca-rsa2048-g1',
        'IAMDatabaseAuthenticationEnabled': bool(get('EnableIAMDatabaseAuthentication')), 'MonitoringInterval': get('MonitoringInterval', 0),
        **_replica_words(database, replicas), **_groups(database, subnet_group)}
    if get('KmsKeyId'):
        words['KmsKeyId'] = get('KmsKeyId')
    if database.multi_az and len(database.zones) > 1:
        words['SecondaryAvailabilityZone'] = database.zones[1]
    if database.has_endpoint:
        words['Endpoint'] = {'Address': endpoint, 'Port': int(get('Port', PORT)), 'HostedZoneId': 'Z2XHWR1WZ565X2'}
        words['InstanceCreateTime'] = database.created_at
        words['LatestRestorableTime'] = now()
    return words
