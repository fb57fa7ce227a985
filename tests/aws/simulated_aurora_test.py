"""An Aurora global database on the simulation of AWS: switched over without loss, failed over with it, and taken apart."""

import sys
import unittest

from simulated_case import SimulatedCase
from simulated_stack import HOME, STACK_FILE, STANDBY, wait_until


class Aurora(SimulatedCase):
    stack_file = STACK_FILE.replace('web: {count: 2}', 'web: {count: 1}') + 'database: {aws: aurora-global, size: db.r6g.large}\n'
    concerns = tuple(one for one in SimulatedCase.concerns if one[1] != 'dns')

    def arn(self, region):
        return f'arn:aws:rds:{region}:123456789012:cluster:shop-db'

    def whole(self, region=STANDBY):
        return self.client('rds', region).describe_global_clusters(GlobalClusterIdentifier='shop-global')['GlobalClusters'][0]

    def writer(self):
        return next(one['DBClusterArn'] for one in self.whole()['GlobalClusterMembers'] if one['IsWriter'])

    def await_settled(self):
        wait_until(lambda: self.whole()['Status'] == 'available' and 'FailoverState' not in self.whole(), 'the move to end', 60)

    def await_synchronized(self):
        wait_until(lambda: all(one['SynchronizationStatus'] == 'connected' for one in self.whole()['GlobalClusterMembers']), 'both clusters to be connected', 60)

    def position(self, region):
        status, output, problem = self.stack.sql(region, f"SELECT highest_lsn_written FROM aurora_global_db_status() WHERE aws_region = '{region}'")
        self.assertEqual(status, 'Success', problem)
        return int(output)

    def write_sql(self, region, name):
        status, _, problem = self.stack.sql(region, f"CREATE TABLE IF NOT EXISTS story (name text); INSERT INTO story VALUES ('{name}')")
        self.assertEqual(status, 'Success', problem)

    def names(self, region):
        return self.stack.sql(region, 'SELECT name FROM story ORDER BY name')[1].split()

    def test_1_the_clusters_follow_one_another(self):
        cluster = self.client('rds', HOME).describe_db_clusters(DBClusterIdentifier='shop-db')['DBClusters'][0]
        self.assertEqual((cluster['Status'], cluster['GlobalClusterIdentifier'], len(cluster['DBClusterMembers'])), ('available', 'shop-global', 2))
        members = self.client('rds', HOME).describe_db_instances(Filters=[{'Name': 'db-cluster-id', 'Values': ['shop-db']}])['DBInstances']
        self.assertEqual([one['DBInstanceIdentifier'] for one in members], ['shop-db-1', 'shop-db-2'])
        self.write_sql(HOME, 'first')
        wait_until(lambda: self.names(STANDBY) == ['first'], 'the secondary to have it')
        followed = self.position(STANDBY)
        self.assertGreaterEqual(self.position(HOME), followed)

    def test_2_a_switchover_loses_nothing(self):
        self.write_sql(HOME, 'before')
        moved = self.client('rds', HOME).switchover_global_cluster(GlobalClusterIdentifier='shop-global', TargetDbClusterIdentifier=self.arn(STANDBY))['GlobalCluster']
        self.assertEqual((moved['Status'], moved['FailoverState']['IsDataLossAllowed']), ('switching-over', False))
        self.await_settled()
        self.assertEqual(self.writer(), self.arn(STANDBY))
        self.assertEqual(self.names(STANDBY), ['before', 'first'])
        self.write_sql(STANDBY, 'after')
        self.await_synchronized()
        wait_until(lambda: 'after' in self.names(HOME), 'the old primary to follow', 60)
        self.assertEqual(self.stack.sql(HOME, "INSERT INTO story VALUES ('no')")[0], 'Failed')

    def test_3_a_failover_allows_for_loss_and_the_old_primary_comes_back_as_a_secondary(self):
        self.aws.control('replication', source=STANDBY, to=HOME, paused=True)
        self.write_sql(STANDBY, 'lost')
        self.aws.control('kill_region', region=STANDBY)
        self.client('rds', HOME).failover_global_cluster(GlobalClusterIdentifier='shop-global', TargetDbClusterIdentifier=self.arn(HOME), AllowDataLoss=True)
        self.await_settled()
        self.assertEqual(self.writer(), self.arn(HOME))
        self.assertNotIn('lost', self.names(HOME))
        self.assertIn('pending-resync', [one['SynchronizationStatus'] for one in self.whole(HOME)['GlobalClusterMembers']])
        self.aws.control('revive_region', region=STANDBY)
        self.await_synchronized()
        self.assertNotIn('lost', self.names(STANDBY))

    def test_4_a_global_database_is_taken_apart_before_it_goes(self):
        rds = self.client('rds', STANDBY)
        rds.modify_db_cluster(DBClusterIdentifier='shop-db', DeletionProtection=False)
        self.client('cloudformation', STANDBY).delete_stack(StackName='lifeboat-shop-database')
        stack = self.stack.settled(STANDBY, 'lifeboat-shop-database')
        self.assertIn('part of a global cluster', stack['failures'][0])
        rds.remove_from_global_cluster(GlobalClusterIdentifier='shop-global', DbClusterIdentifier=self.arn(STANDBY))
        self.stack.remove(STANDBY, 'database')
        self.assertEqual([one['Status'] for one in rds.describe_db_cluster_snapshots()['DBClusterSnapshots']], ['available'])
        self.assertEqual([one['DBClusterArn'] for one in self.whole(HOME)['GlobalClusterMembers']], [self.arn(HOME)])
        self.assertEqual(self.aws.look('state')['problems'], [])


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
