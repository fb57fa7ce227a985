"""The operations of RDS on clusters, global clusters and their instances."""

from .core import AwsError


class AuroraOperations:
    def __init__(self, world):
        self.world, self.clusters = world, world.databases.clusters

    def handlers(self):
        names = {'DescribeDBClusters': self.describe, 'DescribeGlobalClusters': self.describe_globals, 'ModifyDBCluster': self.modify, 'ModifyGlobalCluster': self.modify_global,
                 'RemoveFromGlobalCluster': self.remove, 'SwitchoverGlobalCluster': self.switch_over, 'FailoverGlobalCluster': self.fail_over, 'DeleteDBCluster': self.delete, 'RestoreDBClusterToPointInTime': self.clone,
                 'DescribeDBClusterParameters': self.parameters, 'DescribeDBClusterSnapshots': self.snapshots, 'DescribeDBClusterParameterGroups': self.parameter_groups}
        return {('rds', name): function for name, function in names.items()}

    def describe(self, call):
        name = call.params.get('DBClusterIdentifier')
        if name:
            return {'DBClusters': [self.clusters.describe(self.clusters.must_find(call.region, name))]}
        return {'DBClusters': [self.clusters.describe(one) for one in self.world.databases.all() if one.is_cluster and one.region == call.region]}

    def describe_globals(self, call):
        name = call.params.get('GlobalClusterIdentifier')
        found = [self.clusters.must_find_global(name)] if name else list(self.clusters.globals.values())
        return {'GlobalClusters': [self.clusters.describe_global(whole) for whole in found]}

    def modify(self, call):
        cluster = self.clusters.must_find(call.region, call.params['DBClusterIdentifier'])
        if cluster.status != 'available':
            raise AwsError('InvalidDBClusterStateFault', f'Cluster {cluster.identifier} is not available ({cluster.status})')
        cluster.settings.update({key: value for key, value in call.params.items() if key not in ('DBClusterIdentifier', 'ApplyImmediately', 'MasterUserPassword')})
        return {'DBCluster': self.clusters.describe(cluster)}

    def modify_global(self, call):
        whole = self.clusters.must_find_global(call.params['GlobalClusterIdentifier'])
        whole['protected'] = bool(call.params.get('DeletionProtection', whole['protected']))
        return {'GlobalCluster': self.clusters.describe_global(whole)}

    def remove(self, call):
        """A secondary that leaves takes writes of its own."""
        whole = self.clusters.must_find_global(call.params['GlobalClusterIdentifier'])
        cluster = self.clusters.must_find(call.region, call.params['DbClusterIdentifier'])
        if cluster.key not in whole['members']:
            raise AwsError('DBClusterNotFoundFault', f'Cluster {cluster.identifier} is no member of {whole["name"]}', 404)
        if cluster.source is None and len(whole['members']) > 1:
            raise AwsError('InvalidGlobalClusterStateFault', 'The primary cluster cannot be removed while there are secondaries.')
        whole['members'].remove(cluster.key)
        cluster.group = None
        if cluster.source is not None:
            cluster.source = None
            if cluster.server.is_running():
                cluster.server.promote()
        return {'GlobalCluster': self.clusters.describe_global(whole)}

    def _move(self, call, loses):
        whole = self.clusters.must_find_global(call.params['GlobalClusterIdentifier'])
        target = self.clusters.must_find(call.region, call.params['TargetDbClusterIdentifier'])
        writer = self.clusters.writer(whole)
        if not loses and writer is not None and (writer.region != call.region or not writer.server.is_running()):
            raise AwsError('InvalidGlobalClusterStateFault', 'A switchover is asked of the region of the primary cluster, which has to be healthy.')
        self.clusters.check_move(whole, target, call.region)
        self.clusters.begin_move(whole, target, loses)
        return {'GlobalCluster': self.clusters.describe_global(whole)}

    def switch_over(self, call):
        return self._move(call, False)

    def fail_over(self, call):
        if not call.params.get('AllowDataLoss') and not call.params.get('Switchover'):
            raise AwsError('InvalidParameterCombination', 'AllowDataLoss or Switchover has to be given.')
        return self._move(call, bool(call.params.get('AllowDataLoss')))

    def delete(self, call):
        cluster = self.clusters.must_find(call.region, call.params['DBClusterIdentifier'])
        if not call.params.get('SkipFinalSnapshot') and not call.params.get('FinalDBSnapshotIdentifier'):
            raise AwsError('InvalidParameterCombination', 'FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.')
        self.clusters.delete(cluster, call.params.get('FinalDBSnapshotIdentifier'))
        return {'DBCluster': self.clusters.describe(cluster)}

    def clone(self, call):
        """Nothing but a clone of what is there now: no point in time is kept."""
        params = dict(call.params)
        if (params.pop('RestoreType', 'full-copy'), params.pop('UseLatestRestorableTime', False)) != ('copy-on-write', True):
            raise AwsError('InvalidParameterCombination', 'The simulation makes clones of the latest state only: RestoreType copy-on-write with UseLatestRestorableTime.')
        source = self.clusters.must_find(call.region, params.pop('SourceDBClusterIdentifier'))
        tags = {tag['Key']: tag.get('Value', '') for tag in params.pop('Tags', [])}
        return {'DBCluster': self.clusters.describe(self.clusters.clone(source, params, tags))}

    def parameters(self, call):
        name = call.params['DBClusterParameterGroupName']
        call.params['DBParameterGroupName'] = name
        return self.world.databases.groups.describe_parameters(call)

    def parameter_groups(self, call):
        call.params['DBParameterGroupName'] = call.params.get('DBClusterParameterGroupName')
        groups = self.world.databases.groups.describe_parameter_groups(call)['DBParameterGroups']
        return {'DBClusterParameterGroups': [{'DBClusterParameterGroupName': one['DBParameterGroupName'], 'DBParameterGroupFamily': one['DBParameterGroupFamily'],
                                              'Description': one['Description'], 'DBClusterParameterGroupArn': one['DBParameterGroupArn']} for one in groups]}

    def snapshots(self, call):
        found = [snapshot for (region, _), snapshot in self.world.databases.snapshots.snapshots.items() if region == call.region and snapshot.get('is_cluster')]
        return {'DBClusterSnapshots': [{'DBClusterSnapshotIdentifier': one['DBSnapshotIdentifier'], 'DBClusterIdentifier': one['DBInstanceIdentifier'], 'Status': one['Status'],
                                        'SnapshotType': one['SnapshotType'], 'SnapshotCreateTime': one['SnapshotCreateTime'], 'Engine': 'aurora-postgresql',
                                        'DBClusterSnapshotArn': one['DBSnapshotArn'].replace(':snapshot:', ':cluster-snapshot:')} for one in found
                                       if call.params.get('DBClusterIdentifier') in (None, one['DBInstanceIdentifier'])]}
