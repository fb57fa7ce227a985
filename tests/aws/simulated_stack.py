"""A Lifeboat stack on the simulated AWS without Lifeboat: its real templates, carried out with botocore by a test."""

import json
import subprocess
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

HOME, STANDBY, ACCOUNT = 'us-east-2', 'us-west-1', '123456789012'
STACK_FILE = '''
stack: shop
world: aws
regions:
  - {name: us-east-2, role: home, zones: [us-east-2a, us-east-2b], address_block: 10.10.0.0/16}
  - {name: us-west-1, role: standby, zones: [us-west-1a, us-west-1b], address_block: 10.20.0.0/16}
load_balancer: {port: 8080}
web: {count: 2}
dns: {domain: shop.example.org, record: api, ttl: 5s}
'''


def wait_until(condition, what, limit_s=30.0, interval_s=0.05):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(interval_s)
    raise AssertionError(f'waited {limit_s} s for {what}')


class Account:
    """Clients of the simulation, as a user of AWS has them."""

    def __init__(self, aws, key_id=None, secret=None):
        self.aws = aws
        self._keys = {'aws_access_key_id': key_id or aws.ports['access_key_id'], 'aws_secret_access_key': secret or aws.ports['secret_access_key']}
        self._clients = {}

    def client(self, service, region=HOME):
        if (service, region) not in self._clients:
            self._clients[service, region] = boto3.session.Session().client(
                service, region_name=region, endpoint_url=self.aws.url, config=Config(retries={'total_max_attempts': 1}, s3={'addressing_style': 'path'}), **self._keys)
        return self._clients[service, region]

    def database(self, region, name='shop-db'):
        return self.client('rds', region).describe_db_instances(DBInstanceIdentifier=name)['DBInstances'][0]

    def await_database(self, region, status='available', limit_s=40):
        seen = []

        def look():
            now = self.database(region)['DBInstanceStatus']
            if not seen or seen[-1] != now:
                seen.append(now)
            return now == status
        wait_until(look, f'the database of {region} to be {status}', limit_s, 0.02)
        return seen


class StackOnAws:
    """Brings the stack up, region by region, as the provider does."""

    def __init__(self, account, templates_probe, program, stack_file=STACK_FILE):
        self.account, self.program = account, program
        text = subprocess.run([templates_probe], input=stack_file, capture_output=True, text=True, check=True).stdout
        self.templates = json.loads(text)
        self.outputs = {}

    # CloudFormation.
    def change_set(self, region, name, body, kind):
        client, label = self.account.client('cloudformation', region), 'c' + uuid.uuid4().hex
        client.create_change_set(StackName=name, ChangeSetName=label, ChangeSetType=kind, TemplateBody=body, Capabilities=['CAPABILITY_IAM'])

        def described():
            change_set = client.describe_change_set(StackName=name, ChangeSetName=label)
            return change_set if change_set['Status'] in ('CREATE_COMPLETE', 'FAILED') else None
        return label, wait_until(described, f'the change set of {name}')

    def settled(self, region, name, limit_s=90):
        def look():
            stack = self.account.client('cloudformation', region).describe_stacks(StackName=name)['Stacks'][0]
            return None if stack['StackStatus'].endswith('_IN_PROGRESS') else stack
        stack = wait_until(look, f'{name} in {region} to settle', limit_s)
        if 'ROLLBACK' in stack['StackStatus'] or stack['StackStatus'].endswith('_FAILED'):
            stack['failures'] = [f'{event["LogicalResourceId"]}: {event["ResourceStatusReason"]}' for event in self.events(region, name) if event['ResourceStatus'].endswith('_FAILED') and event['LogicalResourceId'] != name]
        return stack

    def events(self, region, name):
        return self.account.client('cloudformation', region).describe_stack_events(StackName=name)['StackEvents']

    def apply(self, region, concern, body=None, kind='CREATE'):
        name = f'lifeboat-shop-{concern}'
        body = body or self.body(region, concern)
        label, change_set = self.change_set(region, name, body, kind)
        assert change_set['Status'] == 'CREATE_COMPLETE', change_set
        self.account.client('cloudformation', region).execute_change_set(StackName=name, ChangeSetName=label)
        stack = self.settled(region, name)
        assert stack['StackStatus'] == kind + '_COMPLETE', stack
        self.outputs[region, concern] = {one['OutputKey']: one['OutputValue'] for one in stack.get('Outputs', [])}
        return stack

    def remove(self, region, concern):
        name, client = f'lifeboat-shop-{concern}', self.account.client('cloudformation', region)
        client.delete_stack(StackName=name)

        def is_gone():
            try:
                stack = client.describe_stacks(StackName=name)['Stacks'][0]
            except ClientError:
                return True
            assert stack['StackStatus'] == 'DELETE_IN_PROGRESS', (stack, [event for event in self.events(region, name) if event['ResourceStatus'] == 'DELETE_FAILED'])
            return False
        wait_until(is_gone, f'{name} to be gone', 60)

    def body(self, region, which):
        """The template, with what the other stacks made in place of the probe's stand-ins."""
        text, other = json.dumps(self.templates[f'{region}/{which}']), STANDBY if region == HOME else HOME
        network = self.outputs.get((region, 'network'), {})
        replace = {'vpc-0123456789abcdef0': network.get('VpcId'), 'vpc-0fedcba9876543210': self.outputs.get((other, 'network'), {}).get('VpcId'),
                   'sg-0000000000000000a': network.get('LoadBalancerSecurityGroupId'), 'sg-0000000000000000b': network.get('WebSecurityGroupId'),
                   'sg-0000000000000000c': network.get('DatabaseSecurityGroupId'), '"subnets"': f'"{network.get("DatabaseSubnetGroup")}"',
                   f'arn:aws:kms:{region}:{ACCOUNT}:key/11111111-2222-3333-4444-555555555555': network.get('DatabaseKeyArn'),
                   '"profile"': f'"{network.get("WebInstanceProfile")}"', 'pcx-0123456789abcdef0': self.outputs.get((STANDBY, 'peering'), {}).get('PeeringConnectionId'),
                   'ami-0123456789abcdef0': self.account.client('ssm', region).get_parameter(
                       Name='/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id')['Parameter']['Value']}
        for index, value in enumerate(network.get('WebRouteTableIds', '').split(',')):
            replace[f'rtb-{index + 1:017x}'] = value
        for old, new in replace.items():
            text = text.replace(old, str(new))
        template = json.loads(text)
        for name, resource in template['Resources'].items():
            template['Resources'][name] = self._in_subnets(resource, network, 'PublicSubnetIds' if name == 'LoadBalancer' else 'WebSubnetIds')
        return json.dumps(template)

    @staticmethod
    def _in_subnets(resource, network, key):
        """The probe gives its stand-ins the same numbers in public and private subnets."""
        text, subnets = json.dumps(resource), network.get(key, '').split(',')
        for index in range(8):
            text = text.replace(f'subnet-{index + 1:017x}', subnets[index % len(subnets)])
        resource = json.loads(text)
        if 'Subnets' in resource.get('Properties', {}):
            resource['Properties']['Subnets'] = sorted(set(resource['Properties']['Subnets']))
        return resource

    # Everything.
    def buckets(self):
        for region in (HOME, STANDBY):
            s3, bucket = self.account.client('s3', region), self.bucket(region)
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={'LocationConstraint': region})
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={'Status': 'Enabled'})
            s3.put_object(Bucket=bucket, Key='program/lifeboat-events', Body=self.program.read_bytes())

    @staticmethod
    def bucket(region):
        return f'dr-shop-{ACCOUNT}-{region}'

    def name_databases(self):
        """config/web.json: what the web instances wait for."""
        databases = {region: {'host': outputs['DatabaseEndpoint'], 'port': 5432, **({'reader': outputs['DatabaseReaderEndpoint']} if 'DatabaseReaderEndpoint' in outputs else {})}
                     for (region, concern), outputs in self.outputs.items() if concern == 'database'}
        for region in (HOME, STANDBY):
            self.account.client('s3', region).put_object(Bucket=self.bucket(region), Key='config/web.json', Body=json.dumps({'databases': databases, 'marker_token': 'x' * 32}))

    # Instances.
    def instances(self, region):
        found = self.account.client('ec2', region).describe_instances(Filters=[{'Name': 'tag:lifeboat:web', 'Values': ['shop']}])
        return sorted(instance['InstanceId'] for reservation in found['Reservations'] for instance in reservation['Instances'] if instance['State']['Name'] != 'terminated')

    def sql(self, region, text, limit_s=30):
        """Runs SQL on the region's own database, by SSM on one of its instances: (status, output, errors)."""
        import base64
        ssm, instance = self.account.client('ssm', region), self.instances(region)[0]
        command = f'echo {base64.b64encode(text.encode()).decode()} | base64 -d | /opt/lifeboat/sql'
        sent = ssm.send_command(InstanceIds=[instance], DocumentName='AWS-RunShellScript', Parameters={'commands': [command]})['Command']['CommandId']

        def ended():
            try:
                answer = ssm.get_command_invocation(CommandId=sent, InstanceId=instance)
            except ssm.exceptions.InvocationDoesNotExist:
                return None
            return answer if answer['Status'] not in ('Pending', 'InProgress') else None
        answer = wait_until(ended, 'the command to end', limit_s)
        return answer['Status'], answer['StandardOutputContent'], answer['StandardErrorContent']
