"""Our CloudFormation templates: cfn-lint and our own rules over every template of several stack files, and the network, the web tier and the zone made by moto,
a simulation of AWS. No real AWS."""

import copy
import json
import logging
import subprocess
import sys
import unittest
from unittest.mock import patch

import botocore.session
from cfnlint.api import lint
from cfnlint.config import ManualArgs
from moto.kms.models import Key
from moto.server import ThreadedMotoServer

import template_rules

REGIONS = """
regions:
  - {name: us-east-2, role: home, zones: [us-east-2a, us-east-2b], address_block: 10.10.0.0/16}
  - {name: us-west-1, role: standby, zones: [us-west-1a, us-west-1b], address_block: 10.20.0.0/16}
"""
THREE_ZONES = """
regions:
  - {name: us-east-2, role: home, zones: [us-east-2c, us-east-2a, us-east-2b], address_block: 10.10.0.0/24}
  - {name: us-west-1, role: standby, zones: [us-west-1a, us-west-1b, us-west-1c], address_block: 172.16.0.0/20}
"""
CERTIFICATES = """
load_balancer: {port: 443}
aws:
  certificate:
    us-east-2: arn:aws:acm:us-east-2:123456789012:certificate/11111111-2222-3333-4444-555555555555
    us-west-1: arn:aws:acm:us-west-1:123456789012:certificate/11111111-2222-3333-4444-555555555555
"""
PROGRAM = """
web:
  command: [gunicorn, --bind, "{address}:{port}", "app:app"]
  port: 9000
  health_path: /alive
  environment: {GREETING: "It's ${HOME} & \\"more\\"\\nLIFEBOAT_FILE\\n"}
aws: {program: build/app.tar.gz, hosted_zone: Z0123456789ABC}
"""
HEAD = 'stack: shop\nworld: aws\ndns: {domain: example.org}\n'
FILES = {
    'rds': HEAD + REGIONS,
    'aurora': HEAD + REGIONS + 'database: {aws: aurora-global, version: "16.9", size: db.r6g.large}\n',
    'certificate': HEAD + REGIONS + CERTIFICATES,
    'three zones': HEAD + THREE_ZONES + 'web: {count: 4}\nmonitoring: {nodes: 3, size: t4g.medium}\ndatabase: {nodes: 1, synchronous_in_region: false, version: 16}\n',
    'no monitoring': HEAD + REGIONS + 'monitoring: {enabled: false}\n',
    'program': HEAD + REGIONS + PROGRAM,
}
# Zones are the stack file's, which says them on purpose; RDS takes a major version alone and chooses the minor one, which the linter's list does not have.
EXPECTED_WARNINGS = {'W3010', 'W3691'}


def templates_of(file, outputs=None):
    done = subprocess.run([sys.argv[1], json.dumps(outputs or {})], input=file, capture_output=True, text=True, timeout=60)
    if done.returncode != 0:
        raise AssertionError(done.stderr)
    return json.loads(done.stdout)


def world_of(name, stack):
    blocks = {'us-east-2': '10.10.0.0/24', 'us-west-1': '172.16.0.0/20'} if name == 'three zones' else {'us-east-2': '10.10.0.0/16', 'us-west-1': '10.20.0.0/16'}
    region = stack.split('/')[0]
    return {'stack': 'shop', 'region': region, 'block': blocks.pop(region), 'other_block': blocks.popitem()[1], 'listener_port': 443 if name == 'certificate' else 8080,
            'web_port': 9000 if name == 'program' else 8000}


class TemplatesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.stacks = {name: templates_of(file) for name, file in FILES.items()}

    def each(self):
        return [(name, stack, template) for name, stacks in self.stacks.items() for stack, template in stacks.items()]

    def test_every_region_has_its_stacks(self):
        both = {'network', 'database', 'web', 'monitoring', 'database promoted', 'database replica'}
        expected = {f'us-east-2/{concern}' for concern in both | {'peer-route'}} | {f'us-west-1/{concern}' for concern in both | {'peering', 'dns'}}
        self.assertEqual(set(self.stacks['rds']), expected)
        self.assertEqual(expected - set(self.stacks['program']), {'us-west-1/dns'})
        self.assertEqual(expected - set(self.stacks['no monitoring']), {'us-east-2/monitoring', 'us-west-1/monitoring'})

    def test_the_linter_finds_nothing(self):
        seen = set()  # Most stacks are the same for several files, and the linter takes its time.
        for name, stack, template in self.each():
            if json.dumps(template) in seen:
                continue
            seen.add(json.dumps(template))
            found = lint(json.dumps(template), config=ManualArgs(regions=[stack.split('/')[0]]))
            with self.subTest(file=name, stack=stack):
                self.assertEqual([f'{match.rule.id} {match.message} at {match.path}' for match in found if match.rule.id not in EXPECTED_WARNINGS], [])

    def test_the_linter_would_find_something(self):
        template = copy.deepcopy(self.stacks['rds']['us-east-2/network'])
        template['Resources']['Vpc']['Properties']['CidrBlok'] = '10.0.0.0/16'
        self.assertIn('E3002', {match.rule.id for match in lint(json.dumps(template), config=ManualArgs(regions=['us-east-2']))})

    def test_our_rules_find_nothing(self):
        for name, stack, template in self.each():
            with self.subTest(file=name, stack=stack):
                self.assertEqual(template_rules.problems(template, world_of(name, stack)), [])

    def test_every_rule_sees_what_was_broken_for_it(self):
        for number, (name, stack, damage, rule) in enumerate(template_rules.PLANTED):
            template = copy.deepcopy(self.stacks[name][stack])
            damage(template)
            with self.subTest(number=number, rule=rule.__name__):
                self.assertNotEqual(list(rule(template, world_of(name, stack))), [])
        self.assertEqual({rule for *_, rule in template_rules.PLANTED}, set(template_rules.RULES))

    def test_a_promotion_takes_away_the_source_and_nothing_else(self):
        for region in ('us-east-2', 'us-west-1'):
            replica, promoted = copy.deepcopy(self.stacks['rds'][f'{region}/database replica']), self.stacks['rds'][f'{region}/database promoted']
            source = replica['Resources']['Instance']['Properties'].pop('SourceDBInstanceIdentifier')
            self.assertRegex(source, r'^arn:aws:rds:us-[a-z]+-\d:123456789012:db:shop-db$')
            self.assertEqual(json.dumps(replica), json.dumps(promoted))
        self.assertEqual(self.stacks['rds']['us-west-1/database'], self.stacks['rds']['us-west-1/database replica'])
        # Aurora's global cluster knows the roles; the templates do not.
        self.assertEqual(self.stacks['aurora']['us-west-1/database replica'], self.stacks['aurora']['us-west-1/database promoted'])

    def test_a_zone_more_moves_no_subnet(self):
        more = templates_of(FILES['rds'].replace('[us-east-2a, us-east-2b]', '[us-east-2c, us-east-2b, us-east-2a]'))['us-east-2/network']['Resources']
        for name, resource in self.stacks['rds']['us-east-2/network']['Resources'].items():
            if resource['Type'] != 'AWS::RDS::DBSubnetGroup':
                self.assertEqual(more[name], resource, name)

    def test_an_instance_is_told_what_to_run(self):
        script = self.stacks['program']['us-east-2/web']['Resources']['LaunchTemplate']['Properties']['LaunchTemplateData']['UserData']['Fn::Base64']
        settings = json.loads(script.split("<<'LIFEBOAT_FILE'\n", 1)[1].split('\n', 1)[0])
        self.assertEqual(settings['command'], ['gunicorn', '--bind', '0.0.0.0:9000', 'app:app'])
        self.assertEqual((settings['program'], settings['program_digest']), ('program/app.tar.gz', '0a1b'))
        self.assertEqual(settings['environment'], {'GREETING': 'It\'s ${HOME} & "more"\nLIFEBOAT_FILE\n'})
        checked = subprocess.run(['bash', '-n'], input=script, capture_output=True, text=True)
        self.assertEqual((checked.returncode, checked.stderr), (0, ''))


ORIGINAL = Key.create_from_cloudformation_json.__func__


def key_with_tags(cls, name, resource, *where, **more):
    """moto 5.2.1 takes a key's tags from a template as KMS's own API names them, and fails on CloudFormation's names."""
    tags = [{'TagKey': tag['Key'], 'TagValue': tag['Value']} for tag in resource['Properties']['Tags']]
    return ORIGINAL(cls, name, {**resource, 'Properties': {**resource['Properties'], 'Tags': tags}}, *where, **more)


class MotoTest(unittest.TestCase):
    """CloudFormation as moto has it makes the resources, and the services' own APIs list them."""

    @classmethod
    def setUpClass(cls):
        cls.enterClassContext(patch.object(Key, 'create_from_cloudformation_json', classmethod(key_with_tags)))
        cls.server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
        cls.server.start()
        cls.url = 'http://{}:{}'.format(*cls.server.get_host_and_port())

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def client(self, service, region):
        return botocore.session.get_session().create_client(service, region_name=region, endpoint_url=self.url, aws_access_key_id='testing', aws_secret_access_key='testing')

    def deploy(self, region, name, template):
        cloudformation = self.client('cloudformation', region)
        # Not by a change set: moto's give a stack no outputs.
        cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Capabilities=['CAPABILITY_IAM'])
        stack = cloudformation.describe_stacks(StackName=name)['Stacks'][0]
        self.assertEqual(stack['StackStatus'], 'CREATE_COMPLETE')
        return {output['OutputKey']: output['OutputValue'] for output in stack.get('Outputs', [])}

    def test_both_regions_are_made_and_listed(self):
        first = templates_of(FILES['rds'])
        outputs = {region: self.deploy(region, 'lifeboat-shop-network', first[f'{region}/network']) for region in ('us-east-2', 'us-west-1')}
        second = templates_of(FILES['rds'], outputs)
        image = self.client('ec2', 'us-east-2').describe_images()['Images'][0]['ImageId']
        for region, zones in {'us-east-2': ['us-east-2a', 'us-east-2b'], 'us-west-1': ['us-west-1a', 'us-west-1b']}.items():
            text = json.dumps(second[f'{region}/web']).replace('ami-0123456789abcdef0', image)
            made = self.deploy(region, 'lifeboat-shop-web', json.loads(text))
            self.look_at_the_network(region, zones, outputs[region])
            self.look_at_the_groups(region, outputs[region])
            self.look_at_the_web_tier(region, zones, made)
        self.deploy('us-west-1', 'lifeboat-shop-dns', second['us-west-1/dns'])  # moto gives a zone neither outputs nor tags.
        zones = self.client('route53', 'us-west-1').list_hosted_zones()['HostedZones']
        self.assertEqual([(zone['Name'].rstrip('.'), zone['Config']['PrivateZone']) for zone in zones], [('example.org', False)])

    def look_at_the_network(self, region, zones, made):
        ec2 = self.client('ec2', region)
        network = ec2.describe_vpcs(VpcIds=[made['VpcId']])['Vpcs'][0]
        self.assertIn({'Key': 'lifeboat:stack', 'Value': 'shop'}, network['Tags'])
        for key in ('PublicSubnetIds', 'WebSubnetIds'):
            subnets = {subnet['SubnetId']: subnet for subnet in ec2.describe_subnets(SubnetIds=made[key].split(','))['Subnets']}
            self.assertEqual([subnets[name]['AvailabilityZone'] for name in made[key].split(',')], zones)
            self.assertEqual({subnet['VpcId'] for subnet in subnets.values()}, {made['VpcId']})
        gateways = ec2.describe_nat_gateways(Filter=[{'Name': 'vpc-id', 'Values': [made['VpcId']]}])['NatGateways']
        self.assertEqual(len(gateways), len(zones))
        tables = ec2.describe_route_tables(RouteTableIds=made['WebRouteTableIds'].split(','))['RouteTables']
        ways = [route['NatGatewayId'] for table in tables for route in table['Routes'] if route.get('DestinationCidrBlock') == '0.0.0.0/0']
        self.assertEqual(sorted(ways), sorted(gateway['NatGatewayId'] for gateway in gateways))
        groups = self.client('rds', region).describe_db_subnet_groups(DBSubnetGroupName=made['DatabaseSubnetGroup'])['DBSubnetGroups']
        self.assertEqual({subnet['SubnetIdentifier'] for subnet in groups[0]['Subnets']}, set(made['WebSubnetIds'].split(',')))

    def look_at_the_groups(self, region, made):
        ec2 = self.client('ec2', region)
        found = ec2.describe_security_groups(Filters=[{'Name': 'tag:lifeboat:database-of', 'Values': ['shop']}])['SecurityGroups']
        self.assertEqual([group['GroupId'] for group in found], [made['DatabaseSecurityGroupId']])
        admitted = [(rule['FromPort'], pair['GroupId']) for rule in found[0]['IpPermissions'] for pair in rule['UserIdGroupPairs']]
        admitted += [(rule['FromPort'], block['CidrIp']) for rule in found[0]['IpPermissions'] for block in rule['IpRanges']]
        other = '10.20.0.0/16' if region == 'us-east-2' else '10.10.0.0/16'
        self.assertEqual(admitted, [(5432, made['WebSecurityGroupId']), (5432, other)])
        web = ec2.describe_security_groups(GroupIds=[made['WebSecurityGroupId']])['SecurityGroups'][0]['IpPermissions']
        self.assertEqual([(rule['FromPort'], pair['GroupId']) for rule in web for pair in rule['UserIdGroupPairs']], [(8000, made['LoadBalancerSecurityGroupId'])])
        self.assertEqual([rule['IpRanges'] for rule in web], [[]])

    def look_at_the_web_tier(self, region, zones, made):
        ec2, balancing = self.client('ec2', region), self.client('elbv2', region)
        reservations = ec2.describe_instances(Filters=[{'Name': 'tag:lifeboat:web', 'Values': ['shop']}])['Reservations']
        instances = {tag['Value']: instance for reservation in reservations for instance in reservation['Instances'] for tag in instance['Tags'] if tag['Key'] == 'lifeboat:asset'}
        self.assertEqual({name: instance['Placement']['AvailabilityZone'] for name, instance in instances.items()},
                         {f'web-{index + 1}': zones[index % len(zones)] for index in range(3)})
        self.assertEqual({instance['InstanceType'] for instance in instances.values()}, {'t3.micro'})
        balancer = balancing.describe_load_balancers(LoadBalancerArns=[made['LoadBalancerArn']])['LoadBalancers'][0]
        self.assertEqual((balancer['Scheme'], balancer['DNSName']), ('internet-facing', made['LoadBalancerDnsName']))
        self.assertEqual(sorted(zone['ZoneName'] for zone in balancer['AvailabilityZones']), zones)
        listener = balancing.describe_listeners(LoadBalancerArn=made['LoadBalancerArn'])['Listeners'][0]
        self.assertEqual((listener['ListenerArn'], listener['Port'], listener['DefaultActions'][0]['Type']), (made['ListenerArn'], 8080, 'fixed-response'))
        rules = balancing.describe_rules(ListenerArn=made['ListenerArn'])['Rules']
        self.assertEqual([action['TargetGroupArn'] for rule in rules if not rule['IsDefault'] for action in rule['Actions']], [made['TargetGroupArn']])
        targets = balancing.describe_target_groups(TargetGroupArns=[made['TargetGroupArn']])['TargetGroups'][0]
        self.assertEqual((targets['HealthCheckPath'], targets['Port'], targets['VpcId']), ('/readyz', 8000, balancer['VpcId']))


if __name__ == '__main__':
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    unittest.main(argv=['templates_test'], verbosity=2)
