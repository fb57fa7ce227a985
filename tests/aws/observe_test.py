"""A look at regions that botocore has built on moto, a simulation of AWS on the loopback: what Lifeboat sees over the wire. No real AWS."""

import json
import logging
import ssl
import subprocess
import tempfile
import threading
import time
import unittest
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import botocore.session
from moto.cloudwatch.models import cloudwatch_backends
from moto.server import ThreadedMotoServer

from probe import Probe

ACCOUNT, HOME, STANDBY = '123456789012', 'us-east-2', 'us-west-1'
BLOCKS = {HOME: '10.10.0.0/16', STANDBY: '10.20.0.0/16'}
KEYS = {'AWS_ACCESS_KEY_ID': 'testing', 'AWS_SECRET_ACCESS_KEY': 'testing'}
STACK = '''
stack: shop
world: aws
regions:
  - {name: us-east-2, role: home, zones: [us-east-2a, us-east-2b], address_block: 10.10.0.0/16}
  - {name: us-west-1, role: standby, zones: [us-west-1a, us-west-1b], address_block: 10.20.0.0/16}
load_balancer: {port: 80}
web: {count: 2}
dns: {domain: shop.example.org, record: api, ttl: 30s}
'''
ADOPTED = '''
stack: orders
world: aws
regions: [{name: us-east-2, role: home}, {name: us-west-1, role: standby}]
load_balancer: {port: 80}
web: {count: 2}
dns: {domain: shop.example.org, record: api, ttl: 30s}
aws:
  existing:
    instances: {us-east-2: "tag:lifeboat:web=shop", us-west-1: "tag:lifeboat:web=shop"}
    load_balancer: {us-east-2: shop, us-west-1: shop}
    database: {us-east-2: shop-db, us-west-1: shop-db}
    database_security_group: {us-east-2: "tag:lifeboat:database-of=shop", us-west-1: "tag:lifeboat:database-of=shop"}
    health_check: {us-east-2: no-such-check, us-west-1: no-such-check}
    sql_command: psql service=shop
'''


def tags(asset, **more):
    pairs = {'lifeboat:stack': 'shop', 'lifeboat:asset': asset, **{name.replace('_', ':', 1).replace('_', '-'): value for name, value in more.items()}}
    return [{'Key': key, 'Value': value} for key, value in pairs.items()]


def tagged(kind, asset, **more):
    return [{'ResourceType': kind, 'Tags': tags(asset, **more)}]


class Region:
    """What Lifeboat's templates make, made by hand."""

    def __init__(self, url, name):
        self.url, self.name, self.ids, self.clients = url, name, {}, {}

    def client(self, service):
        if service not in self.clients:
            self.clients[service] = botocore.session.get_session().create_client(service, region_name=self.name, endpoint_url=self.url, aws_access_key_id='testing',
                                                                                 aws_secret_access_key='testing')
        return self.clients[service]

    def make_network(self):
        ec2 = self.client('ec2')
        self.ids['vpc'] = ec2.create_vpc(CidrBlock=BLOCKS[self.name], TagSpecifications=tagged('vpc', 'vpc'))['Vpc']['VpcId']
        prefix = BLOCKS[self.name].split('.')[1]
        self.zones = [self.name + letter for letter in 'ab']
        self.ids['subnets'] = [ec2.create_subnet(VpcId=self.ids['vpc'], CidrBlock=f'10.{prefix}.{number}.0/24', AvailabilityZone=zone)['Subnet']['SubnetId']
                               for number, zone in enumerate(self.zones)]
        for group in ('lb', 'web', 'database'):
            marks = {'lifeboat_database_of': 'shop'} if group == 'database' else {}
            self.ids[group] = ec2.create_security_group(GroupName=f'{group}-{self.name}', Description=group, VpcId=self.ids['vpc'],
                                                        TagSpecifications=tagged('security-group', f'{group}-security-group', **marks))['GroupId']
        self.admit('lb', 80, IpRanges=[{'CidrIp': '0.0.0.0/0'}])
        self.admit('web', 8000, UserIdGroupPairs=[{'GroupId': self.ids['lb']}])
        self.open_database()

    def admit(self, group, port, **source):
        self.client('ec2').authorize_security_group_ingress(GroupId=self.ids[group], IpPermissions=[{'IpProtocol': 'tcp', 'FromPort': port, 'ToPort': port, **source}])

    def open_database(self):
        peer = BLOCKS[STANDBY if self.name == HOME else HOME]
        self.admit('database', 5432, UserIdGroupPairs=[{'GroupId': self.ids['web']}])
        self.admit('database', 5432, IpRanges=[{'CidrIp': peer}])

    def close_database(self):
        ec2 = self.client('ec2')
        rules = ec2.describe_security_groups(GroupIds=[self.ids['database']])['SecurityGroups'][0]['IpPermissions']
        ec2.revoke_security_group_ingress(GroupId=self.ids['database'], IpPermissions=rules)

    def make_web(self):
        ec2, elb = self.client('ec2'), self.client('elbv2')
        image = ec2.describe_images()['Images'][0]['ImageId']
        self.ids['web-instances'] = [
            ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType='t3.micro', SubnetId=subnet, SecurityGroupIds=[self.ids['web']],
                              TagSpecifications=tagged('instance', f'web-{number}', lifeboat_web='shop'))['Instances'][0]['InstanceId']
            for number, subnet in enumerate(self.ids['subnets'], 1)]
        balancer = elb.create_load_balancer(Name='shop', Subnets=self.ids['subnets'], SecurityGroups=[self.ids['lb']], Tags=tags('lb'))['LoadBalancers'][0]
        self.ids['arn'], self.ids['door'] = balancer['LoadBalancerArn'], balancer['DNSName']
        self.ids['targets'] = elb.create_target_group(Name='shop', Protocol='HTTP', Port=8000, VpcId=self.ids['vpc'], HealthCheckPath='/readyz')['TargetGroups'][0]['TargetGroupArn']
        self.ids['listener'] = elb.create_listener(LoadBalancerArn=self.ids['arn'], Protocol='HTTP', Port=80, DefaultActions=[self.forward()])['Listeners'][0]['ListenerArn']
        elb.register_targets(TargetGroupArn=self.ids['targets'], Targets=[{'Id': name} for name in self.ids['web-instances']])

    def forward(self):
        return {'Type': 'forward', 'TargetGroupArn': self.ids['targets']}

    def make_database(self, source=None):
        rds = self.client('rds')
        rds.create_db_parameter_group(DBParameterGroupName='shop-pg', DBParameterGroupFamily='postgres15', Description='shop')
        rds.modify_db_parameter_group(DBParameterGroupName='shop-pg', Parameters=[{'ParameterName': 'rds.force_ssl', 'ParameterValue': '1', 'ApplyMethod': 'immediate'}])
        common = {'DBInstanceIdentifier': 'shop-db', 'DBInstanceClass': 'db.t3.small', 'MultiAZ': True, 'VpcSecurityGroupIds': [self.ids['database']],
                  'DBParameterGroupName': 'shop-pg', 'Tags': tags('database')}
        if source:
            rds.create_db_instance_read_replica(SourceDBInstanceIdentifier=source, **common)
        else:
            rds.create_db_instance(Engine='postgres', EngineVersion='15.8', AllocatedStorage=20, StorageEncrypted=True, BackupRetentionPeriod=5, MasterUsername='lifeboat',
                                   MasterUserPassword='not-a-secret', **common)

    def make_cluster(self):
        eks = self.client('eks')
        eks.create_cluster(name='shop', version='1.31', roleArn=f'arn:aws:iam::{ACCOUNT}:role/eks', resourcesVpcConfig={'subnetIds': self.ids['subnets']})
        eks.create_nodegroup(clusterName='shop', nodegroupName='shop', nodeRole=f'arn:aws:iam::{ACCOUNT}:role/nodes', subnets=self.ids['subnets'], instanceTypes=['t3.medium'],
                             diskSize=20, amiType='AL2023_x86_64_STANDARD', version='1.31', scalingConfig={'minSize': 2, 'maxSize': 3, 'desiredSize': 2})

    def make(self, source=None):
        self.client('s3').create_bucket(Bucket=f'dr-shop-{ACCOUNT}-{self.name}', CreateBucketConfiguration={'LocationConstraint': self.name})
        self.client('s3').create_bucket(Bucket=f'dr-orders-{ACCOUNT}-{self.name}', CreateBucketConfiguration={'LocationConstraint': self.name})
        self.make_network()
        self.make_web()
        self.make_database(source)
        self.make_cluster()


class ObserveTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)
        host, port = cls.server.get_host_and_port()
        url = f'http://{host}:{port}'
        cls.probe = Probe({**KEYS, 'AWS_ENDPOINT_URL': url, 'AWS_EC2_METADATA_DISABLED': 'true', 'HOME': '/nonexistent'})
        cls.addClassCleanup(cls.probe.close)
        cls.home, cls.standby = Region(url, HOME), Region(url, STANDBY)
        cls.home.make()
        cls.standby.make(source=f'arn:aws:rds:{HOME}:{ACCOUNT}:db:shop-db')

    def ask(self, what, stack=STACK, **fields):
        answer = self.probe.ask(what, stack=stack, **fields)
        self.assertNotIn('error', answer, (what, fields))
        return answer

    def set_duty(self, region, role, epoch, **more):
        return self.ask('duty', region=region, role=role, epoch=epoch, **more)

    def test_1_before_it_is_started_a_region_does_not_answer(self):
        seen = self.ask('look', region=HOME)
        self.assertFalse(seen['reachable'])
        self.assertEqual((seen['nodes'], seen['assets']), ({}, {}))

    def test_2_the_active_region_is_seen(self):
        self.set_duty(HOME, 'active', 1)
        seen = self.ask('look', region=HOME)
        self.assertEqual((seen['reachable'], seen['role'], seen['epoch'], seen['traffic'], seen['writer']), (True, 'active', 1, 'serve', 'db-1'))
        self.assertEqual({name: asset['state'] for name, asset in seen['assets'].items()},
                         {'vpc': 'ready', 'web-1': 'ready', 'web-2': 'ready', 'lb': 'ready', 'monitoring': 'ready'})
        self.assertEqual([seen['assets'][name]['zone'] for name in ('web-1', 'web-2')], self.home.zones)
        self.assertEqual(seen['load_balancer'], {'name': self.home.ids['door'], 'serves': True})
        self.assertEqual(seen['nodes']['db-1']['state'], 'ready')
        self.assertTrue(seen['nodes']['db-1']['address'].startswith('shop-db.'))
        self.assertEqual(seen['nodes']['db-2']['role'], 'synchronous_standby')
        self.assertEqual(sorted(seen['ingress']), [f'tcp 5432 from {BLOCKS[STANDBY]}', f'tcp 5432 from {self.home.ids["web"]}'])

    def test_3_the_replica_is_seen_with_its_lag(self):
        self.set_duty(STANDBY, 'standby', 1)
        moment = datetime.now(timezone.utc).replace(tzinfo=None) - timedelta(minutes=1)
        cloudwatch_backends[ACCOUNT][STANDBY].put_metric_data('AWS/RDS', [
            {'MetricName': 'ReplicaLag', 'Value': 2.5, 'Unit': 'Seconds', 'Timestamp': moment, 'Dimensions': [{'Name': 'DBInstanceIdentifier', 'Value': 'shop-db'}]}])
        seen = self.ask('look', region=STANDBY)
        self.assertEqual((seen['role'], seen['writer']), ('standby', ''))
        replica = seen['nodes']['db-1']
        self.assertEqual((replica['role'], replica['accepts_writes'], replica['lag_ms']), ('cross_region_replica', False, 2500))
        self.assertEqual(replica['upstream'], f'{HOME}/shop-db')
        # moto tells nothing of replication, and what is not told is not taken for granted.
        self.assertEqual((replica['streaming'], replica['detail']), (False, 'RDS says nothing of its replication'))

    def test_4_a_fence_shows_twice(self):
        self.set_duty(HOME, 'active', 2, fenced_through=2)
        self.assertEqual(self.ask('look', region=HOME)['writer'], '')
        self.set_duty(HOME, 'active', 3)
        self.home.close_database()
        closed = self.ask('look', region=HOME)
        self.home.open_database()
        self.assertEqual((closed['writer'], closed['ingress']), ('', []))
        self.assertEqual(self.ask('look', region=HOME)['writer'], 'db-1')

    def test_5_a_stopped_instance_is_stopped(self):
        name = self.home.ids['web-instances'][0]
        self.home.client('ec2').stop_instances(InstanceIds=[name])
        stopped = self.ask('look', region=HOME)['assets']['web-1']
        self.home.client('ec2').start_instances(InstanceIds=[name])
        self.assertEqual((stopped['state'], stopped['detail']), ('stopped', f'{name} is stopped'))

    def test_6_a_closed_listener_is_seen(self):
        elb, ids = self.home.client('elbv2'), self.home.ids
        elb.modify_listener(ListenerArn=ids['listener'], DefaultActions=[{'Type': 'fixed-response', 'FixedResponseConfig': {'StatusCode': '503', 'ContentType': 'text/plain'}}])
        closed = self.ask('look', region=HOME)
        elb.modify_listener(ListenerArn=ids['listener'], DefaultActions=[self.home.forward()])
        self.assertFalse(closed['load_balancer']['serves'])
        self.assertEqual(closed['assets']['lb']['state'], 'ready')

    def test_7_the_regions_are_compared(self):
        # What moto makes otherwise than was asked for in one of the regions: its replicas have no backups and no encryption.
        found = self.ask('differences')['differences']
        known = ('database: backups', 'database: encrypted')
        self.assertEqual([text for text in found if not text.startswith(known)], [])
        self.home.client('elbv2').modify_target_group(TargetGroupArn=self.home.ids['targets'], HealthCheckPath='/other')
        found = self.ask('differences')['differences']
        self.home.client('elbv2').modify_target_group(TargetGroupArn=self.home.ids['targets'], HealthCheckPath='/readyz')
        self.assertEqual([text.split(' is ')[0] for text in found if not text.startswith(known)], ['lb: health check'])

    def test_8_facts_are_in_words(self):
        parts = self.ask('facts', region=HOME)['parts']
        self.assertEqual(parts['database']['admits'], 'tcp 5432 from the peer region; tcp 5432 from the web tier')
        self.assertEqual(parts['web']['admits'], 'tcp 8000 from the load balancer')
        self.assertEqual(parts['lb']['admits'], 'tcp 80 from everybody')
        self.assertEqual(parts['web']['instances'], '2 × t3.micro')
        self.assertEqual(parts['monitoring']['version'], '1.31')
        self.assertEqual(parts['database']['setting rds.force_ssl'], '1')

    def test_9_an_adopted_stack_is_seen(self):
        self.probe.ask('duty', stack=ADOPTED, region=HOME, role='active', epoch=1)
        seen = self.ask('look', stack=ADOPTED, region=HOME)
        self.assertEqual({name: asset['state'] for name, asset in seen['assets'].items()}, {'web-1': 'ready', 'web-2': 'ready', 'lb': 'ready'})
        self.assertEqual(seen['writer'], 'db-1')

    def make_front_door(self):
        route53 = self.home.client('route53')
        zone = route53.create_hosted_zone(Name='shop.example.org', CallerReference='1')['HostedZone']['Id'].split('/')[-1]
        changes = []
        for region, failover, door in ((HOME, 'PRIMARY', self.home.ids['door']), (STANDBY, 'SECONDARY', self.standby.ids['door'])):
            check = route53.create_health_check(CallerReference=region, HealthCheckConfig={'FullyQualifiedDomainName': door, 'Port': 80, 'Type': 'HTTP', 'ResourcePath': '/',
                                                                                           'Disabled': True, 'Inverted': region == STANDBY})['HealthCheck']['Id']
            changes.append({'Action': 'CREATE', 'ResourceRecordSet': {'Name': 'api.shop.example.org', 'Type': 'CNAME', 'SetIdentifier': region, 'Failover': failover, 'TTL': 30,
                                                                      'HealthCheckId': check, 'ResourceRecords': [{'Value': door}]}})
        route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={'Changes': changes})
        return zone

    def test_the_front_door_is_seen(self):
        zone = self.make_front_door()
        door = self.ask('front_door')
        self.assertEqual(door['zone'], zone)
        self.assertGreaterEqual(len(door['name_servers']), 2)
        self.assertEqual(door['records'][HOME]['target'], self.home.ids['door'])
        self.assertEqual([(record['is_primary'], record['is_healthy'], record['ttl_s']) for record in (door['records'][HOME], door['records'][STANDBY])],
                         [(True, True, 30), (False, False, 30)])

    def test_nobody_there_is_an_unreachable_region(self):
        with Probe({**KEYS, 'AWS_ENDPOINT_URL': 'http://127.0.0.1:1', 'AWS_EC2_METADATA_DISABLED': 'true', 'HOME': '/nonexistent'}) as probe:
            begun = time.monotonic()
            error = probe.ask('look', stack=STACK, region=HOME, limit_ms=1000)['error']
        self.assertEqual(error['code'], 'region_unreachable')
        self.assertLess(time.monotonic() - begun, 10)


class Door(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        answer = json.dumps({'host': self.headers['Host'], 'token': self.headers['Authorization'], 'path': self.path, 'body': body.decode(), 'sni': self.connection.context.seen}).encode()
        self.send_response(201)
        self.send_header('X-Served-By', f'{HOME}/web-1')
        self.send_header('Content-Length', str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


class EncryptedDoorTest(unittest.TestCase):
    """The load balancer by its own name, under the front door's name and certificate."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.certificate, key = (str(Path(folder.name, name)) for name in ('certificate.pem', 'key.pem'))
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', self.certificate, '-days', '2', '-subj', '/CN=test',
                        '-addext', 'subjectAltName=DNS:api.shop.example.org'], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        context.seen = None
        context.sni_callback = lambda connection, name, itself: setattr(itself, 'seen', name)
        self.server = HTTPServer(('127.0.0.1', 0), Door)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)

    def ask(self, domain='shop.example.org', **environment):
        stack = STACK.replace('port: 80', f'port: {self.server.server_port}').replace('shop.example.org', domain)
        stack += f'aws: {{certificate: {{us-east-2: "arn:aws:acm:us-east-2:{ACCOUNT}:certificate/a", us-west-1: "arn:aws:acm:us-west-1:{ACCOUNT}:certificate/b"}}}}\n'
        with Probe({**KEYS, 'HOME': '/nonexistent', **environment}) as probe:
            return probe.ask('door', stack=stack, load_balancer='localhost', method='POST', target='/lifeboat/marker', body='{"number":7}', token='the-token')

    def test_the_doors_certificate_is_accepted_at_the_load_balancers_address(self):
        answer = self.ask(AWS_CA_BUNDLE=self.certificate)
        self.assertEqual((answer['status'], answer['served_by']), (201, f'{HOME}/web-1'))
        self.assertEqual(json.loads(answer['body']), {'host': f'api.shop.example.org:{self.server.server_port}', 'token': 'Bearer the-token', 'path': '/lifeboat/marker',
                                                      'body': '{"number":7}', 'sni': 'api.shop.example.org'})

    def test_a_certificate_of_nobody_and_one_for_another_name_are_refused(self):
        for answer in (self.ask(), self.ask('other.example.org', AWS_CA_BUNDLE=self.certificate)):
            self.assertEqual(answer['error']['code'], 'http_failed')
            self.assertNotIn('the-token', answer['error']['text'])


if __name__ == '__main__':
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    unittest.main(argv=['observe_test'], verbosity=2)
