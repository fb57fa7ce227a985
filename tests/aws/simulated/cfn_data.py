"""Resources that keep data: databases, their groups, keys, secrets and the bucket's policy."""

import json

from .cfn_types import Handler, ResourceFailed, handles, ignoring_missing, tag_map
from .core import AwsError, random_text

NUMBERS = ('BackupRetentionPeriod', 'MonitoringInterval', 'MaxAllocatedStorage')
# Of CloudFormation's own; the interface calls them otherwise or does without.
RENAMED = {'VPCSecurityGroups': 'VpcSecurityGroupIds'}
NOT_ASKED = ('SourceRegion', 'Tags', 'DeleteAutomatedBackups')


def asked(properties):
    """A template's database as the interface takes it."""
    settings = {RENAMED.get(name, name): value for name, value in properties.items() if name not in NOT_ASKED}
    for name in NUMBERS:
        if name in settings:
            settings[name] = int(settings[name])
    for name in ('AllocatedStorage', 'Port'):
        if name in settings:
            settings[name] = int(settings[name])
    for name, value in settings.items():
        if value in ('true', 'false'):
            settings[name] = value == 'true'
    return settings


@handles('AWS::RDS::DBInstance')
class DbInstance(Handler):
    def create(self, context, properties):
        store, settings = context.world.databases, asked(properties)
        if settings.get('DBClusterIdentifier'):
            return self._create_member(context, store.clusters, settings, tag_map(properties.get('Tags')))
        settings.setdefault('DBInstanceIdentifier', context.name(63).lower())
        if not properties.get('SourceDBInstanceIdentifier') and settings.get('Engine') != 'postgres':
            raise ResourceFailed('Property Engine cannot be empty.' if not settings.get('Engine') else f'simulated: engine {settings["Engine"]} is not simulated')
        if not properties.get('SourceDBInstanceIdentifier') and 'SourceRegion' in properties:
            raise ResourceFailed('SourceRegion needs SourceDBInstanceIdentifier')
        if settings.get('EngineVersion') == '15':
            settings['EngineVersion'] = '15.13'
        database = store.create(context.region, settings, tag_map(properties.get('Tags')), is_replica=bool(properties.get('SourceDBInstanceIdentifier')))
        context.initiated(database.identifier)
        self._await_available(context, database)
        return database.identifier, self._attributes(context, database)

    @staticmethod
    def _create_member(context, clusters, settings, tags):
        """Of an Aurora cluster, which has the data."""
        instance, name = clusters.create_instance(context.region, settings, tags), settings['DBInstanceIdentifier']
        context.initiated(name)
        context.until(lambda: instance['status'] == 'available', f'{name} to be available', 7200)
        return name, {'Endpoint.Address': context.world.databases.endpoint((context.region, name)), 'Endpoint.Port': '5432'}

    @staticmethod
    def _await_available(context, database):
        def is_settled():
            if context.world.databases.find(database.key) is not database:
                raise ResourceFailed(f'{database.identifier} was deleted meanwhile')
            return database.status == 'available'
        context.until(is_settled, f'{database.identifier} to be available, which is {database.status}', 7200)

    @staticmethod
    def _attributes(context, database):
        return {'Endpoint.Address': context.world.databases.endpoint(database.key), 'Endpoint.Port': str(database.get('Port', 5432)), 'DBInstanceArn': database.arn,
                'DbiResourceId': database.resource_id}

    def replaces(self, name, old, new):
        # Taking the source away promotes; naming one, or another one, makes another database.
        return name == 'SourceDBInstanceIdentifier' and bool(new.get(name))

    def update(self, context, physical, old, new):
        store = context.world.databases
        if new.get('DBClusterIdentifier'):
            store.clusters.instances[context.region, physical].update(DBInstanceClass=new['DBInstanceClass'], tags=tag_map(new.get('Tags')))
            return {}
        database = store.must_find(context.region, physical)
        if old.get('SourceDBInstanceIdentifier') and not new.get('SourceDBInstanceIdentifier') and database.source is not None:
            self._operation(context, 'promote_read_replica', DBInstanceIdentifier=physical)
            self._await_available(context, database)
        before, after = asked(old), asked(new)
        changes = {name: value for name, value in after.items() if before.get(name) != value and name not in ('SourceDBInstanceIdentifier', 'MasterUserPassword', 'DBInstanceIdentifier')}
        if changes.get('EngineVersion') == '15':
            changes['EngineVersion'] = database.get('EngineVersion')
        if changes:
            self._await_available(context, database)
            store.operations.change(database, changes, True)
            self._await_available(context, database)
        if old.get('Tags') != new.get('Tags'):
            database.tags = tag_map(new.get('Tags'))
        return self._attributes(context, database)

    @staticmethod
    def _operation(context, name, **params):
        getattr(context.aws('rds'), name)(**params)

    def delete(self, context, physical, properties, policy):
        """Snapshot is the policy of a database that is in no cluster, unless the template says otherwise; a replica leaves none."""
        store = context.world.databases
        if properties.get('DBClusterIdentifier'):
            store.clusters.instances.pop((context.region, physical), None)
            return
        database = store.find((context.region, physical))
        if database is None:
            return
        is_replica = bool(properties.get('SourceDBInstanceIdentifier'))
        final = f'{context.stack.name}-snapshot-{context.logical_id}-{random_text(12)}'.lower() if policy in ('', 'Snapshot') and not is_replica else None
        self._await_deletable(context, database)
        store.delete(database, final)
        context.until(lambda: store.find(database.key) is not database, f'{physical} to be gone', 7200)

    @staticmethod
    def _await_deletable(context, database):
        context.until(lambda: database.status in ('available', 'stopped', 'storage-full', 'failed'), f'{database.identifier} to be in a state in which it can be deleted', 3600)


@handles('AWS::RDS::DBSubnetGroup')
class SubnetGroup(Handler):
    def create(self, context, properties):
        name = properties.get('DBSubnetGroupName') or context.name(255)
        made = context.world.databases.groups.create_subnet_group(context.region, name, properties['DBSubnetGroupDescription'], properties['SubnetIds'], properties.get('Tags', []))
        return made['DBSubnetGroupName'], {}

    def delete(self, context, physical, properties, policy):
        context.world.databases.groups.delete_subnet_group(context.region, physical)


@handles('AWS::RDS::DBParameterGroup')
class ParameterGroup(Handler):
    def create(self, context, properties):
        name = properties.get('DBParameterGroupName') or context.name(255)
        made = context.world.databases.groups.create_parameter_group(context.region, name, properties['Family'], properties['Description'], properties.get('Parameters', {}))
        return made['DBParameterGroupName'], {'DBParameterGroupArn': made['DBParameterGroupArn']}

    def update(self, context, physical, old, new):
        group = context.world.databases.groups.parameter_group(context.region, physical)
        group['values'] = {key: str(value) for key, value in new.get('Parameters', {}).items()}
        return {}

    def delete(self, context, physical, properties, policy):
        context.world.databases.groups.parameter_groups.pop((context.region, physical), None)


@handles('AWS::KMS::Key')
class Key(Handler):
    def create(self, context, properties):
        kms = context.aws('kms')
        tags = [{'TagKey': tag['Key'], 'TagValue': tag['Value']} for tag in properties.get('Tags', [])]
        made = kms.create_key(Description=properties.get('Description', ''), Policy=json.dumps(properties['KeyPolicy']) if properties.get('KeyPolicy') else '', Tags=tags)['KeyMetadata']
        if properties.get('EnableKeyRotation') in (True, 'true'):
            kms.enable_key_rotation(KeyId=made['KeyId'])
        return made['KeyId'], {'Arn': made['Arn'], 'KeyId': made['KeyId']}

    def update(self, context, physical, old, new):
        return {}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('kms').schedule_key_deletion(KeyId=physical, PendingWindowInDays=int(properties.get('PendingWindowInDays', 30))))


@handles('AWS::SecretsManager::Secret')
class Secret(Handler):
    def create(self, context, properties):
        client = context.aws('secretsmanager')
        text = properties.get('SecretString')
        generated = properties.get('GenerateSecretString')
        if generated is not None:
            password = random_text(int(generated.get('PasswordLength', 32)), 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789')
            text = json.dumps({**json.loads(generated['SecretStringTemplate']), generated['GenerateStringKey']: password}) if 'SecretStringTemplate' in generated else password
        name = properties.get('Name') or context.name(64)
        replicas = [{'Region': one['Region']} for one in properties.get('ReplicaRegions', [])]
        try:
            made = client.create_secret(Name=name, SecretString=text, Description=properties.get('Description', ''), Tags=properties.get('Tags', []),
                                        **({'AddReplicaRegions': replicas} if replicas else {}))
        except client.exceptions.InvalidRequestException as error:
            raise AwsError('InvalidRequestException', str(error)) from error
        return made['ARN'], {'Id': made['ARN']}

    def update(self, context, physical, old, new):
        if old.get('GenerateSecretString') != new.get('GenerateSecretString'):
            raise ResourceFailed('simulated: a secret is not generated anew')
        return {}

    def delete(self, context, physical, properties, policy):
        """CloudFormation deletes a secret at once; its replicas go first."""
        client = context.aws('secretsmanager')

        def remove():
            regions = [one['Region'] for one in properties.get('ReplicaRegions', [])]
            if regions:
                client.remove_regions_from_replication(SecretId=physical, RemoveReplicaRegions=regions)
            client.delete_secret(SecretId=physical, ForceDeleteWithoutRecovery=True)
        ignoring_missing(remove)


@handles('AWS::S3::BucketPolicy')
class BucketPolicy(Handler):
    def create(self, context, properties):
        context.aws('s3').put_bucket_policy(Bucket=properties['Bucket'], Policy=json.dumps(properties['PolicyDocument']))
        return properties['Bucket'], {}

    def update(self, context, physical, old, new):
        self.create(context, new)
        return {}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('s3').delete_bucket_policy(Bucket=properties['Bucket']))
