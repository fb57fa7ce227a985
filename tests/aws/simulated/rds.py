"""RDS: instances of PostgreSQL, their replicas in other regions, and what the interface answers."""

import hashlib
import threading

from .aurora import Clusters
from .core import AwsError
from .postgres import PostgresServer
from .rds_groups import Groups, Snapshots
from .rds_life import DatabaseLife, ReplicationWatch
from .rds_records import Database, describe
from .ways import Ways

NOT_OF_A_REPLICA = ('MasterUsername', 'MasterUserPassword', 'DBName', 'ManageMasterUserPassword')
DELAYED = ('DBInstanceClass', 'MultiAZ', 'EngineVersion', 'StorageType', 'AllocatedStorage')  # Wait for the window unless ApplyImmediately.
PAGE = 100


def page_of(call, items, size=PAGE):
    """(the page, the next marker), as RDS pages by position."""
    begin = int(call.params.get('Marker') or 0)
    size = int(call.params.get('MaxRecords') or size)
    return items[begin:begin + size], str(begin + size) if begin + size < len(items) else None


class Databases:
    def __init__(self, world):
        self.world = world
        self.lock = threading.RLock()
        self._databases = {}
        self.groups, self.snapshots = Groups(world), Snapshots()
        self.ways = Ways(world, self)
        self.life = DatabaseLife(world, self)
        self.watch = ReplicationWatch(world, self)
        self.clusters = Clusters(world, self)

    # Looking.
    def all(self):
        with self.lock:
            return list(self._databases.values())

    def find(self, key):
        with self.lock:
            return self._databases.get(key)

    def must_find(self, region, name):
        identifier = name.rpartition(':')[2].lower()
        where = name.split(':')[3] if name.startswith('arn:') else region
        database = self.find((where, identifier))
        if database is None or database.is_cluster:
            raise AwsError('DBInstanceNotFound', f'DBInstance {identifier} not found.', 404)
        return database

    def endpoint(self, key, kind=None):
        """The name is the same for every instance of that identifier in the account and region, as on RDS; a cluster's has a word of its own."""
        region, identifier = key
        database = self.find(key)
        kind = ('cluster-' if database is not None and database.is_cluster else '') if kind is None else kind
        return f'{identifier}.{kind}c{hashlib.sha256(f"{self.world.run}{region}".encode()).hexdigest()[:11]}.{region}.rds.amazonaws.com'

    def key_of_endpoint(self, name):
        parts = name.split('.')
        key = (parts[2], parts[0]) if len(parts) == 6 else None
        return key if key and name in (self.endpoint(key, ''), self.endpoint(key, 'cluster-'), self.endpoint(key, 'cluster-ro-')) else None

    def replicas_of(self, database):
        return [other.key for other in self.all() if other.source == database.key and other.replication != 'terminated']

    def zones_for(self, database):
        group = self.groups.subnet_group(database)
        zones = sorted({subnet['SubnetAvailabilityZone']['Name'] for subnet in group['Subnets']}) if group else [database.region + 'a', database.region + 'b']
        wanted = database.get('AvailabilityZone')
        return ([wanted] if wanted else []) + [zone for zone in zones if zone != wanted]

    def words(self, database):
        return describe(database, self.endpoint(database.key), self.groups.subnet_group(database), self.replicas_of(database))

    def forget(self, database):
        self.snapshots.forget_automated(database)
        with self.lock:
            self._databases.pop(database.key, None)
        for other in self.all():
            if other.source == database.key:
                other.replication = 'terminated'

    def rename(self, database, identifier):
        with self.lock:
            old = database.key
            self._databases.pop(old)
            database.identifier = identifier
            self._databases[database.key] = database
            for other in self._databases.values():
                if other.source == old:
                    other.source = database.key

    def add(self, database):
        with self.lock:
            self._databases[database.key] = database

    # Making.
    def create(self, region, settings, tags, is_replica=False):
        identifier = settings['DBInstanceIdentifier'].lower()
        source = self.must_find(region, settings['SourceDBInstanceIdentifier']) if is_replica else None
        if source is not None:
            self._check_source(source, region, settings)
        password = settings.get('MasterUserPassword')
        if source is None and (not settings.get('MasterUsername') or not password or len(password) < 8):
            raise AwsError('InvalidParameterValue', 'Invalid master user name or password')
        if self.groups.subnet_groups.get((region, str(settings.get('DBSubnetGroupName', '')).lower())) is None:
            raise AwsError('DBSubnetGroupNotFoundFault', f'DB subnet group \'{settings.get("DBSubnetGroupName")}\' does not exist.', 404)
        self.groups.parameter_group(region, settings.get('DBParameterGroupName', 'default.postgres15'))
        kept = {key: value for key, value in settings.items() if key not in ('MasterUserPassword', 'SourceDBInstanceIdentifier', 'Tags')}
        if source is not None:
            kept = {**{key: source.get(key) for key in ('MasterUsername', 'DBName', 'EngineVersion', 'AllocatedStorage', 'DBInstanceClass', 'StorageEncrypted', 'Port')},
                    'BackupRetentionPeriod': 0, **kept}
        database = self._new(region, identifier, kept, source, tags)
        self.life.begin('create_replica' if source else 'create', database, source or password)
        return database

    def restore(self, region, settings, tags, snapshot):
        identifier, name = settings['DBInstanceIdentifier'].lower(), settings.pop('DBSnapshotIdentifier')
        if self.groups.subnet_groups.get((region, str(settings.get('DBSubnetGroupName', '')).lower())) is None:
            raise AwsError('DBSubnetGroupNotFoundFault', f'DB subnet group \'{settings.get("DBSubnetGroupName")}\' does not exist.', 404)
        self.groups.parameter_group(region, settings.get('DBParameterGroupName', 'default.postgres15'))
        kept = {'MasterUsername': snapshot['MasterUsername'], 'EngineVersion': snapshot['EngineVersion'], 'AllocatedStorage': snapshot['AllocatedStorage'],
                'StorageEncrypted': snapshot['Encrypted'], 'KmsKeyId': snapshot['KmsKeyId'], 'BackupRetentionPeriod': 0,
                **{key: value for key, value in settings.items() if key != 'Tags'}}
        database = self._new(region, identifier, kept, None, tags)
        self.life.begin('restore', database, name)
        return database

    def _new(self, region, identifier, kept, source, tags):
        with self.lock:
            if (region, identifier) in self._databases:
                raise AwsError('DBInstanceAlreadyExists', 'DB instance already exists')
            folder = self.world.children.folder('databases', region, f'{identifier}-{len(list(self.world.state.glob(f"databases/{region}/*")))}')
            database = Database(region, identifier, kept, PostgresServer(self.world.children, self.world.addresses, folder), source.key if source else None, tags=tags)
            database.zones = self.zones_for(database)
            self._databases[database.key] = database
        return database

    def _check_source(self, source, region, settings):
        given = [name for name in NOT_OF_A_REPLICA if settings.get(name)]
        if given:
            raise AwsError('InvalidParameterCombination', f'The parameter {given[0]} can\'t be specified for a read replica')
        if source.region != region and not settings['SourceDBInstanceIdentifier'].startswith('arn:'):
            raise AwsError('InvalidParameterValue', 'A cross-region replica needs the ARN of its source.')
        if not source.get('BackupRetentionPeriod', 1):
            raise AwsError('InvalidDBInstanceState', f'Automated backups are not enabled for this database instance. To enable automated backups, use ModifyDBInstance to set the backup '
                           f'retention period to a non-zero value. Source: {source.identifier}')
        if source.status != 'available':
            raise AwsError('InvalidDBInstanceState', f'Cannot create a read replica because the source instance {source.identifier} is not in available state.')
        if source.get('StorageEncrypted') and source.region != region and not settings.get('KmsKeyId'):
            raise AwsError('InvalidParameterCombination', 'The parameter KmsKeyId must be provided to create an encrypted cross-region read replica')
        if settings.get('KmsKeyId', '').startswith('arn:') and f':{region}:' not in settings['KmsKeyId']:
            raise AwsError('KMSKeyNotAccessibleFault', 'The specified KMS key is not accessible in this region')

    # Power.
    def lose(self, region):
        for database in self.all():
            if database.region == region:
                self.life.lose(database)

    def regain(self, region):
        for database in self.all():
            if database.region == region:
                self.life.regain(database)

    def delete(self, database, final_snapshot):
        if database.get('DeletionProtection'):
            raise AwsError('InvalidParameterCombination', 'Cannot delete protected DB Instance, please disable deletion protection and try again.')
        if database.status == 'deleting':
            raise AwsError('InvalidDBInstanceState', f'Instance {database.identifier} is already being deleted.')
        if database.status == 'creating':
            raise AwsError('InvalidDBInstanceState', f'Instance {database.identifier} is currently creating - a final snapshot cannot be taken.')
        if final_snapshot and database.source and database.replication != 'terminated':
            raise AwsError('InvalidParameterCombination', 'FinalDBSnapshotIdentifier can not be specified when deleting a read replica.')
        if final_snapshot and (database.region, final_snapshot) in self.snapshots.snapshots:
            raise AwsError('DBSnapshotAlreadyExists', f'Cannot create the snapshot because a snapshot with the identifier {final_snapshot} already exists.')
        database.status = 'deleting'
        self.life.begin('delete', database, final_snapshot)
