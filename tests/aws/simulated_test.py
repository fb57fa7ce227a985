"""The simulation of AWS itself, driven by botocore through a whole life of a stack: everything here is simulated, no real AWS."""

import json
import sys
import time
import unittest
import urllib.request

from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, HTTPClientError

from simulated_case import SimulatedCase, ask_name_server, stamp, working_below
from simulated_stack import HOME, STANDBY, Account, wait_until

NO_ANSWER = (ConnectionClosedError, EndpointConnectionError, HTTPClientError)


class Simulated(SimulatedCase):
    """The tests follow the stack's life in the order of their names."""

    # The life of the stack.
    def test_01_a_closed_load_balancer_answers_by_itself_and_a_serving_one_forwards(self):
        wait_until(lambda: self.health(HOME) == self.health(STANDBY) == ['healthy'] * 2, 'all targets to be healthy')
        self.assertEqual(self.http(HOME)[0], 503)
        for region in (HOME, STANDBY):
            self.serve(region)
            status, text = self.http(region)
            self.assertEqual((status, json.loads(text)['region'], json.loads(text)['writable']), (200, region, True))
        self.write(HOME, 'first')
        self.write(STANDBY, 'by the peer')  # Its instances find the writer in the other region.
        wait_until(lambda: self.count(STANDBY, '%') == 2, 'the replica to have both')

    def test_02_the_database_is_described_as_the_template_says(self):
        home, standby = self.account.database(HOME), self.account.database(STANDBY)
        self.assertEqual((home['MultiAZ'], home['StorageEncrypted'], home['BackupRetentionPeriod'], home['MasterUsername']), (True, True, 5, 'lifeboat'))
        self.assertEqual(home['ReadReplicaDBInstanceIdentifiers'], [standby['DBInstanceArn']])
        self.assertEqual(standby['ReadReplicaSourceDBInstanceIdentifier'], home['DBInstanceArn'])
        self.assertEqual(standby['StatusInfos'][0]['Status'], 'replicating')
        self.assertNotEqual(home['AvailabilityZone'], home['SecondaryAvailabilityZone'])

    def test_03_sql_runs_as_a_role_that_is_no_superuser(self):
        status, output, _ = self.stack.sql(HOME, "SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user; SELECT 'a|b', NULL")
        self.assertEqual((status, output), ('Success', 'lifeboat|f\na|b|\n'))
        status, _, problem = self.stack.sql(HOME, 'SELECT nonsense')
        self.assertEqual(status, 'Failed')
        self.assertIn('column "nonsense" does not exist', problem)
        self.assertEqual(self.stack.sql(STANDBY, 'CREATE TABLE x ()')[0], 'Failed')
        gone = self.refused(self.client('ssm').send_command, InstanceIds=['i-00000000000000000'], DocumentName='AWS-RunShellScript', Parameters={'commands': ['true']})
        self.assertEqual(gone['Code'], 'InvalidInstanceId')

    def test_04_what_rds_refuses(self):
        rds = self.client('rds', HOME)
        self.assertEqual(self.refused(rds.stop_db_instance, DBInstanceIdentifier='shop-db')['Code'], 'InvalidDBInstanceState')
        self.assertEqual(self.refused(rds.promote_read_replica, DBInstanceIdentifier='shop-db')['Code'], 'InvalidDBInstanceState')
        self.assertIn('protected', self.refused(rds.delete_db_instance, DBInstanceIdentifier='shop-db', SkipFinalSnapshot=True)['Message'])
        self.assertEqual(self.refused(rds.describe_db_instances, DBInstanceIdentifier='none')['Code'], 'DBInstanceNotFound')

    def test_05_change_sets_say_what_would_be_replaced(self):
        name, body = 'lifeboat-shop-database', json.loads(self.stack.body(HOME, 'database'))
        _, same = self.stack.change_set(HOME, name, json.dumps(body), 'UPDATE')
        self.assertEqual((same['Status'], same['StatusReason']), ('FAILED', "The submitted information didn't contain changes. Submit different information to create a change set."))
        body['Resources']['Instance']['Properties'].update(MultiAZ=False, KmsKeyId='other')
        _, changed = self.stack.change_set(HOME, name, json.dumps(body), 'UPDATE')
        change = changed['Changes'][0]['ResourceChange']
        self.assertEqual((change['LogicalResourceId'], change['Action'], change['Replacement'], change['PhysicalResourceId']), ('Instance', 'Modify', 'True', 'shop-db'))
        self.assertEqual({detail['Target']['Name']: detail['Target']['RequiresRecreation'] for detail in change['Details']}, {'KmsKeyId': 'Always', 'MultiAZ': 'Conditionally'})
        _, promoted = self.stack.change_set(STANDBY, name, self.stack.body(STANDBY, 'database promoted'), 'UPDATE')
        self.assertEqual([(one['ResourceChange']['Replacement'], one['ResourceChange']['Details'][0]['Target']['Name']) for one in promoted['Changes']],
                         [('Conditional', 'SourceDBInstanceIdentifier')])

    def test_06_a_stack_that_fails_is_rolled_back_with_its_reason(self):
        self.aws.control('fail_resource', stack='broken', resource='Second', action='CREATE', reason='no room left')
        body = json.dumps({'Resources': {'First': {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.99.0.0/16'}},
                                         'Second': {'Type': 'AWS::EC2::Subnet', 'Properties': {'VpcId': {'Ref': 'First'}, 'CidrBlock': '10.99.1.0/24', 'AvailabilityZone': HOME + 'a'}}}})
        cloudformation = self.client('cloudformation', HOME)
        label, _ = self.stack.change_set(HOME, 'broken', body, 'CREATE')
        cloudformation.execute_change_set(StackName='broken', ChangeSetName=label)
        stack = self.stack.settled(HOME, 'broken')
        self.assertEqual(stack['StackStatus'], 'ROLLBACK_COMPLETE')
        self.assertIn('no room left', stack['failures'][0])
        self.assertEqual(self.client('ec2').describe_vpcs(Filters=[{'Name': 'cidr-block-association.cidr-block', 'Values': ['10.99.0.0/16']}])['Vpcs'], [])
        self.assertIn('ROLLBACK_COMPLETE', self.refused(cloudformation.create_change_set, StackName='broken', ChangeSetName='a', TemplateBody=body)['Message'])
        cloudformation.delete_stack(StackName='broken')
        wait_until(lambda: self.stack_is_gone('broken'), 'the stack to be gone')

    def test_06b_an_update_that_fails_is_taken_back(self):
        group = {'Type': 'AWS::EC2::SecurityGroup', 'Properties': {'GroupDescription': 'a door', 'VpcId': {'Ref': 'First'}, 'SecurityGroupIngress': []}}
        template = {'Resources': {'First': {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.98.0.0/16'}}, 'Door': group}}
        cloudformation = self.client('cloudformation', HOME)

        def execute(kind):
            label, change_set = self.stack.change_set(HOME, 'changing', json.dumps(template), kind)
            cloudformation.execute_change_set(StackName='changing', ChangeSetName=label)
            return change_set, self.stack.settled(HOME, 'changing')
        self.assertEqual(execute('CREATE')[1]['StackStatus'], 'CREATE_COMPLETE')
        group['Properties']['SecurityGroupIngress'] = [{'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 80, 'CidrIp': '10.0.0.0/8'}]
        template['Resources']['Late'] = {'Type': 'AWS::EC2::Subnet', 'DependsOn': ['Door'], 'Properties': {'VpcId': {'Ref': 'First'}, 'CidrBlock': '10.98.1.0/24', 'AvailabilityZone': HOME + 'a'}}
        self.aws.control('fail_resource', stack='changing', resource='Late', action='CREATE', reason='no room left')
        self.aws.control('fail_resource', stack='changing', resource='Door', action='DELETE')  # Of no rollback's concern.
        change_set, stack = execute('UPDATE')
        self.assertEqual([(one['ResourceChange']['LogicalResourceId'], one['ResourceChange']['Action']) for one in change_set['Changes']], [('Door', 'Modify'), ('Late', 'Add')])
        self.assertEqual(stack['StackStatus'], 'UPDATE_ROLLBACK_COMPLETE', stack)
        self.assertEqual(len(stack['failures']), 1, stack)
        self.assertIn('no room left', stack['failures'][0])
        resources = {one['LogicalResourceId']: one['PhysicalResourceId'] for one in cloudformation.describe_stack_resources(StackName='changing')['StackResources']}
        self.assertEqual(self.client('ec2').describe_security_groups(GroupIds=[resources['Door']])['SecurityGroups'][0]['IpPermissions'], [])
        self.assertNotIn('Late', resources)
        self.assertEqual(execute('UPDATE')[1]['StackStatus'], 'UPDATE_COMPLETE')
        self.assertEqual(self.client('service-quotas').get_service_quota(ServiceCode='ec2', QuotaCode='L-1216C47A')['Quota']['Value'], 64)

    def test_07_a_security_group_lets_open_connections_live_and_swallows_new_ones(self):
        ec2, group, rules = self.client('ec2', HOME), self.stack.outputs[HOME, 'network']['DatabaseSecurityGroupId'], self.rules(HOME)
        for _ in range(2):  # Both instances have a connection open.
            self.write(HOME, 'opens a connection')
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rules)
        self.assertEqual(self.rules(HOME), [])
        self.write(HOME, 'by an open connection')
        status, _, problem = self.stack.sql(HOME, 'SELECT 1')
        self.assertEqual(status, 'Failed', problem)
        self.assertIn('timeout', problem)
        instances = self.stack.instances(HOME)
        stopping = ec2.stop_instances(InstanceIds=instances)['StoppingInstances']
        self.assertEqual({one['CurrentState']['Name'] for one in stopping}, {'stopping'})
        ec2.get_waiter('instance_stopped').wait(InstanceIds=instances, WaiterConfig={'Delay': 1, 'MaxAttempts': 30})
        wait_until(lambda: self.health(HOME) == ['unused'] * 2, 'stopped instances to be no targets')
        self.assertEqual(self.http(HOME)[0], 503)
        self.assertEqual([way['connections'] for way in self.aws.look('state')['ways'] if (way['region'], way['from']) == (HOME, HOME)], [0])
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
        ec2.start_instances(InstanceIds=instances)
        wait_until(lambda: self.health(HOME) == ['healthy'] * 2, 'the started instances to be healthy')

    def test_08_without_a_route_the_peer_is_cut_off_with_its_open_connections(self):
        ec2, tables = self.client('ec2', STANDBY), self.stack.outputs[STANDBY, 'network']['WebRouteTableIds'].split(',')
        routes = [(table, route) for table in tables for route in ec2.describe_route_tables(RouteTableIds=[table])['RouteTables'][0]['Routes'] if 'VpcPeeringConnectionId' in route]
        self.assertEqual(len(routes), 2)
        self.write(STANDBY, 'with a route')
        for table, route in routes:
            ec2.delete_route(RouteTableId=table, DestinationCidrBlock=route['DestinationCidrBlock'])
        self.assertEqual(self.http(STANDBY, '/init', 'POST', {'name': 'no route', 'location': 'x', 'description': 'nobody there'})[0], 503)
        wait_until(lambda: self.health(STANDBY) == ['unhealthy'] * 2, 'instances without a database to be unhealthy')
        for table, route in routes:
            ec2.create_route(RouteTableId=table, DestinationCidrBlock=route['DestinationCidrBlock'], VpcPeeringConnectionId=route['VpcPeeringConnectionId'])
        wait_until(lambda: self.health(STANDBY) == ['healthy'] * 2, 'instances with a database to be healthy', 60)
        self.assertEqual(self.count(HOME, 'no route'), 0)

    def test_09_the_name_server_follows_flipped_health_checks(self):
        route53, zone, checks = self.client('route53', 'us-east-1'), self.stack.outputs[STANDBY, 'dns']['HostedZoneId'], {}
        changes = []
        for region, role in ((HOME, 'PRIMARY'), (STANDBY, 'SECONDARY')):
            config = {'Type': 'HTTP', 'FullyQualifiedDomainName': self.stack.outputs[region, 'web']['LoadBalancerDnsName'], 'Port': 8080, 'Disabled': True, 'Inverted': region != HOME}
            made = route53.create_health_check(CallerReference=f'lifeboat-shop-{region}', HealthCheckConfig=config)['HealthCheck']
            self.assertEqual(route53.create_health_check(CallerReference=f'lifeboat-shop-{region}', HealthCheckConfig=config)['HealthCheck']['Id'], made['Id'])
            checks[region] = made['Id']
            changes.append({'Action': 'CREATE', 'ResourceRecordSet': {'Name': 'api.shop.example.org', 'Type': 'CNAME', 'TTL': 5, 'SetIdentifier': region, 'Failover': role,
                                                                     'HealthCheckId': made['Id'], 'ResourceRecords': [{'Value': config['FullyQualifiedDomainName']}]}})
        made = route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={'Changes': changes})['ChangeInfo']
        self.assertEqual(made['Status'], 'PENDING')
        wait_until(lambda: route53.get_change(Id=made['Id'])['ChangeInfo']['Status'] == 'INSYNC', 'the change to be in sync')
        names = {region: self.stack.outputs[region, 'web']['LoadBalancerDnsName'] for region in (HOME, STANDBY)}
        self.assertEqual(self.front_door(), [(5, 5, names[HOME])])
        self.assertEqual(self.refused(route53.delete_health_check, HealthCheckId=checks[HOME])['Code'], 'HealthCheckInUse')
        self.assertEqual(self.refused(route53.change_resource_record_sets, HostedZoneId=zone, ChangeBatch={'Changes': changes})['Code'], 'InvalidChangeBatch')
        route53.update_health_check(HealthCheckId=checks[STANDBY], HealthCheckVersion=1, Inverted=False)
        route53.update_health_check(HealthCheckId=checks[HOME], Inverted=True)
        wait_until(lambda: self.front_door() == [(5, 5, names[STANDBY])], 'the name to point at the standby region', 10)
        self.assertEqual(self.refused(route53.update_health_check, HealthCheckId=checks[STANDBY], HealthCheckVersion=1, Inverted=True)['Code'], 'HealthCheckVersionMismatch')
        route53.update_health_check(HealthCheckId=checks[HOME], Inverted=False)
        wait_until(lambda: self.front_door() == [(5, 5, names[HOME])], 'the name to point home', 10)
        self.assertEqual(len(ask_name_server(self.aws.ports['dns_port'], 'api.shop.example.org', 1)), 2)  # A resolver is told the address too.

    def test_10_a_region_is_lost_and_the_replica_promoted_with_what_it_has(self):
        self.aws.control('replication', source=HOME, to=STANDBY, paused=True)
        for number in range(3):
            self.write(HOME, f'not replicated {number}')
        self.aws.control('kill_region', region=HOME)
        with self.assertRaises(NO_ANSWER):
            self.client('s3', HOME).get_object(Bucket=self.stack.bucket(HOME), Key='config/web.json')
        with self.assertRaises(NO_ANSWER):
            self.client('ssm', HOME).describe_instance_information()
        self.assertEqual(self.account.database(HOME)['DBInstanceStatus'], 'available')  # The control plane answers.
        with self.assertRaises(OSError):
            urllib.request.urlopen(f'http://{self.balancer(HOME)}:8080/', timeout=5)
        rds = self.client('rds', STANDBY)
        promoted = rds.promote_read_replica(DBInstanceIdentifier='shop-db', BackupRetentionPeriod=5)['DBInstance']
        self.assertEqual(promoted['DBInstanceStatus'], 'modifying')
        seen = self.account.await_database(STANDBY)
        self.assertEqual([status for status in seen if status in ('modifying', 'rebooting', 'available')], ['modifying', 'rebooting', 'available'])
        database = self.account.database(STANDBY)
        self.assertNotIn('ReadReplicaSourceDBInstanceIdentifier', database)
        self.assertEqual(database['BackupRetentionPeriod'], 5)
        wait_until(lambda: self.health(STANDBY) == ['healthy'] * 2, 'the standby region to serve', 60)
        self.assertEqual(self.count(STANDBY, 'not replicated %'), 0)
        self.assertEqual(self.count(STANDBY, 'first'), 1)
        status, output, _ = self.stack.sql(STANDBY, 'SELECT pg_is_in_recovery(), timeline_id FROM pg_control_checkpoint()')
        self.assertEqual((status, output), ('Success', 'f|2\n'))
        self.write(STANDBY, 'after the loss')
        # The template without its source is the promoted database; nothing is replaced.
        self.stack.apply(STANDBY, 'database', self.stack.body(STANDBY, 'database promoted'), 'UPDATE')

    def test_11_the_lost_region_comes_back_and_is_made_again_as_a_replica(self):
        self.aws.control('revive_region', region=HOME)
        wait_until(lambda: self.health(HOME).count('healthy') == 2, 'the old region to be back', 60)
        self.assertEqual(self.count(HOME, 'not replicated %'), 3)
        rds, cloudformation = self.client('rds', HOME), self.client('cloudformation', HOME)
        cloudformation.delete_stack(StackName='lifeboat-shop-database')
        failed = self.stack.settled(HOME, 'lifeboat-shop-database')
        self.assertEqual(failed['StackStatus'], 'DELETE_FAILED')
        self.assertIn('protected', failed['failures'][0])
        rds.modify_db_instance(DBInstanceIdentifier='shop-db', DeletionProtection=False, ApplyImmediately=True)
        self.account.await_database(HOME)
        self.stack.remove(HOME, 'database')
        self.assertEqual(self.refused(rds.describe_db_instances, DBInstanceIdentifier='shop-db')['Code'], 'DBInstanceNotFound')
        finals = rds.describe_db_snapshots(SnapshotType='manual')['DBSnapshots']
        self.assertEqual([(one['DBInstanceIdentifier'], one['Status']) for one in finals], [('shop-db', 'available')])
        self.assertTrue((self.aws.state / 'snapshots' / HOME / finals[0]['DBSnapshotIdentifier'] / 'PG_VERSION').exists())
        self.stack.apply(HOME, 'database', self.stack.body(HOME, 'database replica'))
        self.assertEqual(self.count(HOME, 'after the loss'), 1)
        self.assertEqual(self.count(HOME, 'not replicated %'), 0)
        self.assertEqual(self.account.database(HOME)['ReadReplicaSourceDBInstanceIdentifier'], self.account.database(STANDBY)['DBInstanceArn'])
        self.write(STANDBY, 'to the new replica')
        wait_until(lambda: self.count(HOME, 'to the new replica') == 1, 'the new replica to have it')

    def test_12_eks_clusters_become_active(self):
        self.stack.apply(HOME, 'monitoring')
        eks = self.client('eks', HOME)
        self.assertEqual(eks.describe_cluster(name='shop')['cluster']['status'], 'ACTIVE')
        group = eks.describe_nodegroup(clusterName='shop', nodegroupName='shop')['nodegroup']
        self.assertEqual((group['status'], group['scalingConfig']['desiredSize']), ('ACTIVE', 2))

    def test_13_a_dead_control_plane_answers_nothing_and_only_its_own_region(self):
        self.aws.control('kill_region', region=HOME, control_plane=True)
        for service, call in (('ec2', 'describe_vpcs'), ('rds', 'describe_db_instances'), ('cloudformation', 'describe_stacks'), ('s3', 'list_buckets')):
            with self.assertRaises(NO_ANSWER, msg=service):
                getattr(self.client(service, HOME), call)()
        self.client('ec2', STANDBY).describe_vpcs()
        self.client('route53', 'us-east-1').list_hosted_zones_by_name()
        self.aws.control('revive_region', region=HOME)
        self.client('ec2', HOME).describe_vpcs()

    def test_14_plans_strike_the_calls_they_name(self):
        ec2, rds = self.client('ec2', HOME), self.client('rds', HOME)
        self.aws.control('fault', kind='deny', service='ec2', operation='DescribeVpcs', times=1)
        self.assertEqual(self.refused(ec2.describe_vpcs)['Code'], 'UnauthorizedOperation')
        ec2.describe_vpcs()
        self.aws.control('fault', kind='throttle', service='rds', region=HOME, times=2)
        self.assertEqual([self.refused(rds.describe_db_instances)['Code'] for _ in range(2)], ['Throttling', 'Throttling'])
        self.client('rds', STANDBY).describe_db_instances()
        self.aws.control('fault', kind='html500', service='rds', operation='DescribeDBInstances', times=1)
        with self.assertRaises(Exception) as caught:
            rds.describe_db_instances()
        self.assertIn('Internal Server Error', str(vars(caught.exception)) + str(caught.exception))
        self.aws.control('fault', kind='lose', service='s3', operation='PutObject', times=1)
        with self.assertRaises(NO_ANSWER):
            self.client('s3').put_object(Bucket=self.stack.bucket(HOME), Key='lost', Body=b'it was done')
        self.assertEqual(self.client('s3').get_object(Bucket=self.stack.bucket(HOME), Key='lost')['Body'].read(), b'it was done')
        self.aws.control('fault', kind='slow', service='sts', delay_s=0.7, times=1)
        begun = time.monotonic()
        self.client('sts').get_caller_identity()
        self.assertGreater(time.monotonic() - begun, 0.6)

    def test_15_only_signed_requests_are_answered_and_the_log_says_who_asked(self):
        self.assertEqual(self.refused(Account(self.aws, secret='another').client('ec2').describe_vpcs)['Code'], 'SignatureDoesNotMatch')
        self.assertEqual(self.refused(Account(self.aws, key_id='AKIANOBODY').client('ec2').describe_vpcs)['Code'], 'InvalidClientTokenId')
        key = self.aws.control('key')
        other = Account(self.aws, key['access_key_id'], key['secret_access_key'])
        self.assertIn('password', json.loads(other.client('secretsmanager', STANDBY).get_secret_value(SecretId='lifeboat/shop/database')['SecretString']))
        other.client('s3', STANDBY).get_object(Bucket=self.stack.bucket(HOME), Key='config/web.json')  # botocore follows to the bucket's region.
        theirs = self.aws.look(f'calls?key_id={key["access_key_id"]}')
        self.assertEqual([(call['service'], call['operation'], call['region'], call['status']) for call in theirs if call['operation'] != 'HeadBucket'],
                         [('secretsmanager', 'GetSecretValue', STANDBY, 200), ('s3', 'GetObject', STANDBY, 301), ('s3', 'GetObject', HOME, 200)])
        password = json.loads(self.client('secretsmanager').get_secret_value(SecretId='lifeboat/shop/database')['SecretString'])['password']
        self.assertNotIn(password, json.dumps(self.aws.look('calls')))
        self.assertEqual(self.aws.look('state')['problems'], [])

    def test_16_lag_is_what_was_measured(self):
        now = time.time()
        points = self.cloudwatch({'Action': 'GetMetricStatistics', 'Version': '2010-08-01', 'Namespace': 'AWS/RDS', 'MetricName': 'ReplicaLag', 'Period': '60', 'Statistics.member.1': 'Maximum',
                                  'Dimensions.member.1.Name': 'DBInstanceIdentifier', 'Dimensions.member.1.Value': 'shop-db', 'StartTime': stamp(now - 600), 'EndTime': stamp(now + 60)})
        self.assertRegex(points, '<Maximum>[0-9.]+</Maximum>')

    def test_99_nothing_is_left_after_the_server_was_killed(self):
        state = self.aws.state
        self.assertTrue(working_below(state))
        self.aws.process.kill()
        self.aws.process.wait()
        wait_until(lambda: not working_below(state) and not state.exists(), f'all of {state} to be gone', 20)


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
