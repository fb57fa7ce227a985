"""The whole client against moto, a simulation of AWS's services on the loopback: over the wire, signed, read. No real AWS."""

import json
import logging
import ssl
import subprocess
import tempfile
import threading
import unittest
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import botocore.session
from moto.server import ThreadedMotoServer

from answers_test import projected, with_times
from probe import Probe

REGION = 'us-east-2'
KEYS = {'AWS_ACCESS_KEY_ID': 'testing', 'AWS_SECRET_ACCESS_KEY': 'testing'}
TEMPLATE = json.dumps({
    'AWSTemplateFormatVersion': '2010-09-09',
    'Parameters': {'Name': {'Type': 'String', 'Default': 'lifeboat'}},
    'Resources': {
        'Network': {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.1.0.0/16', 'Tags': [{'Key': 'Name', 'Value': {'Ref': 'Name'}}]}},
        'SubnetA': {'Type': 'AWS::EC2::Subnet', 'Properties': {'VpcId': {'Ref': 'Network'}, 'CidrBlock': '10.1.1.0/24', 'AvailabilityZone': 'us-east-2a'}},
        'SubnetB': {'Type': 'AWS::EC2::Subnet', 'Properties': {'VpcId': {'Ref': 'Network'}, 'CidrBlock': '10.1.2.0/24', 'AvailabilityZone': 'us-east-2b'}},
        'Door': {'Type': 'AWS::EC2::SecurityGroup', 'Properties': {
            'GroupDescription': 'the door & more', 'VpcId': {'Ref': 'Network'},
            'SecurityGroupIngress': [{'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 80, 'CidrIp': '10.0.0.0/8'}]}},
        'Balancer': {'Type': 'AWS::ElasticLoadBalancingV2::LoadBalancer', 'Properties': {
            'Name': 'web', 'Subnets': [{'Ref': 'SubnetA'}, {'Ref': 'SubnetB'}], 'SecurityGroups': [{'Ref': 'Door'}]}},
        'Targets': {'Type': 'AWS::ElasticLoadBalancingV2::TargetGroup', 'Properties': {
            'Name': 'web', 'Protocol': 'HTTP', 'Port': 8080, 'VpcId': {'Ref': 'Network'}, 'HealthCheckPath': '/health'}}},
    'Outputs': {'NetworkId': {'Value': {'Ref': 'Network'}}}})


class MotoTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
        cls.server.start()
        host, port = cls.server.get_host_and_port()
        cls.url = f'http://{host}:{port}'
        cls.environment = {**KEYS, 'AWS_ENDPOINT_URL': cls.url, 'AWS_EC2_METADATA_DISABLED': 'true', 'HOME': '/nonexistent'}
        cls.probe = Probe(cls.environment)
        cls.catalogue = cls.probe.ask('catalogue')

    @classmethod
    def tearDownClass(cls):
        cls.probe.close()
        cls.server.stop()

    def theirs(self, service):
        return botocore.session.get_session().create_client(service, region_name=REGION, endpoint_url=self.url, aws_access_key_id='testing',
                                                            aws_secret_access_key='testing')

    def ask(self, service, operation, values=None, **more):
        return self.probe.ask('call', service=service, operation=operation, region=REGION, input=values or {}, **more)

    def answer(self, service, operation, values=None, **more):
        given = self.ask(service, operation, values, **more)
        self.assertIn('answer', given, given)
        return given['answer']

    def same_as_botocore(self, service, operation, values=None):
        """Both ask the server; what botocore reads is what we read, as far as the row has names for it."""
        ours, shape = self.answer(service, operation, values), self.catalogue[service]['operations'][operation]['output']
        method = {'DescribeDBInstances': 'describe_db_instances', 'DescribeDBSnapshots': 'describe_db_snapshots', 'DescribeDBParameters': 'describe_db_parameters'}
        name = method.get(operation) or ''.join('_' + c.lower() if c.isupper() else c for c in operation).lstrip('_')
        theirs = getattr(self.theirs(service), name)(**(values or {}))
        ours_read, theirs_read = with_times(shape, ours), projected(shape, theirs)
        for read in (ours_read, theirs_read):  # This one is the moment of asking.
            for database in read.get('DBInstances', []):
                database.pop('LatestRestorableTime')
        self.assertEqual(ours_read, theirs_read, (service, operation))
        return ours

    def test_zones_are_listed(self):
        zones = self.same_as_botocore('ec2', 'DescribeAvailabilityZones', {'Filters': [{'Name': 'state', 'Values': ['available']}]})['AvailabilityZones']
        self.assertIn('us-east-2a', [zone['ZoneName'] for zone in zones])

    def test_a_stack_is_made_by_a_change_set(self):
        # moto takes warnings of a linter for errors, and zones by name are such a warning; ours come from DescribeAvailabilityZones.
        plain = json.dumps({'Parameters': {'Name': {'Type': 'String', 'Default': 'a b'}}, 'Resources': {'Network': {
            'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.1.0.0/16', 'Tags': [{'Key': 'Name', 'Value': {'Ref': 'Name'}}]}}}})
        self.same_as_botocore('cloudformation', 'ValidateTemplate', {'TemplateBody': plain})
        names = {'StackName': 'base', 'ChangeSetName': 'first'}
        made = self.answer('cloudformation', 'CreateChangeSet', {**names, 'ChangeSetType': 'CREATE', 'TemplateBody': TEMPLATE, 'Capabilities': ['CAPABILITY_IAM'],
                                                                 'Parameters': [{'ParameterKey': 'Name', 'ParameterValue': 'Grüße & <more>'}]})
        self.assertIn(':changeSet/first/', made['Id'])
        changes = self.same_as_botocore('cloudformation', 'DescribeChangeSet', names)
        self.assertEqual({change['ResourceChange']['Action'] for change in changes['Changes']}, {'Add'})
        self.assertEqual(len(changes['Changes']), 6)
        self.assertEqual(self.answer('cloudformation', 'ExecuteChangeSet', names), {})
        stack = self.same_as_botocore('cloudformation', 'DescribeStacks', {'StackName': 'base'})['Stacks'][0]
        self.assertEqual(stack['StackStatus'], 'CREATE_COMPLETE')
        self.same_as_botocore('cloudformation', 'DescribeStackEvents', {'StackName': 'base'})
        resources = self.same_as_botocore('cloudformation', 'DescribeStackResources', {'StackName': 'base'})['StackResources']
        self.look_at_the_stack({resource['LogicalResourceId']: resource['PhysicalResourceId'] for resource in resources})

    def look_at_the_stack(self, ids):
        network = self.same_as_botocore('ec2', 'DescribeVpcs', {'VpcIds': [ids['Network']]})['Vpcs'][0]
        self.assertIn({'Key': 'Name', 'Value': 'Grüße & <more>'}, network['Tags'])
        subnets = self.same_as_botocore('ec2', 'DescribeSubnets', {'Filters': [{'Name': 'vpc-id', 'Values': [ids['Network']]}]})['Subnets']
        self.assertEqual(sorted(subnet['AvailabilityZone'] for subnet in subnets), ['us-east-2a', 'us-east-2b'])
        self.same_as_botocore('elbv2', 'DescribeLoadBalancers', {'Names': ['web']})
        self.same_as_botocore('elbv2', 'DescribeTargetGroups')
        self.same_as_botocore('elbv2', 'DescribeTargetHealth', {'TargetGroupArn': ids['Targets']})
        self.close_and_open(ids['Door'])

    def close_and_open(self, group):
        rule = [{'IpProtocol': 'tcp', 'FromPort': 80, 'ToPort': 80, 'IpRanges': [{'CidrIp': '10.0.0.0/8'}]}]

        def permissions():
            return self.same_as_botocore('ec2', 'DescribeSecurityGroups', {'GroupIds': [group]})['SecurityGroups'][0]['IpPermissions']
        self.assertEqual(permissions()[0]['IpRanges'][0]['CidrIp'], '10.0.0.0/8')
        self.assertTrue(self.answer('ec2', 'RevokeSecurityGroupIngress', {'GroupId': group, 'IpPermissions': rule})['Return'])
        self.assertEqual(permissions(), [])
        self.assertTrue(self.answer('ec2', 'AuthorizeSecurityGroupIngress', {'GroupId': group, 'IpPermissions': rule})['Return'])
        self.assertEqual(len(permissions()), 1)

    def test_instances_stop_and_start(self):
        ec2 = self.theirs('ec2')
        image = ec2.describe_images()['Images'][0]['ImageId']
        name = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, InstanceType='t3.micro')['Instances'][0]['InstanceId']
        state = self.answer('ec2', 'StopInstances', {'InstanceIds': [name]})['StoppingInstances'][0]
        self.assertEqual((state['InstanceId'], state['PreviousState']['Name']), (name, 'running'))
        found = self.same_as_botocore('ec2', 'DescribeInstances', {'InstanceIds': [name]})['Reservations'][0]['Instances'][0]
        self.assertEqual(found['State'], {'Code': 80, 'Name': 'stopped'})
        self.answer('ec2', 'StartInstances', {'InstanceIds': [name]})

    def test_databases_are_listed_page_by_page(self):
        rds = self.theirs('rds')
        for number in range(45):
            rds.create_db_instance(DBInstanceIdentifier=f'db-{number:02}', Engine='postgres', DBInstanceClass='db.t3.micro', AllocatedStorage=20,
                                   MasterUsername='lifeboat', MasterUserPassword='not-a-secret', Tags=[{'Key': 'a b', 'Value': 'ü&<>'}])
        page = self.answer('rds', 'DescribeDBInstances', {'MaxRecords': 20})
        self.assertEqual(len(page['DBInstances']), 20)
        whole = self.answer('rds', 'DescribeDBInstances', {'MaxRecords': 20}, all=True)
        self.assertEqual([database['DBInstanceIdentifier'] for database in whole['DBInstances']], [f'db-{number:02}' for number in range(45)])
        self.assertNotIn('Marker', whole)
        self.same_as_botocore('rds', 'DescribeDBInstances', {'DBInstanceIdentifier': 'db-07'})
        stopped = self.answer('rds', 'StopDBInstance', {'DBInstanceIdentifier': 'db-07'})['DBInstance']
        self.assertEqual(stopped['DBInstanceStatus'], 'stopped')
        gone = self.ask('rds', 'StartDBInstance', {'DBInstanceIdentifier': 'no-such'})['failure']
        self.assertEqual((gone['kind'], gone['code'], gone['status']), ('missing', 'DBInstanceNotFound', 404))

    def test_records_are_changed_and_listed_page_by_page(self):
        zone = self.theirs('route53').create_hosted_zone(Name='example.org', CallerReference='1')['HostedZone']['Id']
        changes = [{'Action': 'UPSERT', 'ResourceRecordSet': {'Name': f'h{number:02}.example.org', 'Type': 'A', 'TTL': 60, 'ResourceRecords': [{'Value': f'192.0.2.{number}'}]}}
                   for number in range(12)]
        made = self.answer('route53', 'ChangeResourceRecordSets', {'HostedZoneId': zone, 'ChangeBatch': {'Comment': 'Grüße', 'Changes': changes}})
        self.assertIn(self.answer('route53', 'GetChange', {'Id': made['ChangeInfo']['Id']})['ChangeInfo']['Status'], ('PENDING', 'INSYNC'))
        self.same_as_botocore('route53', 'GetHostedZone', {'Id': zone})
        self.same_as_botocore('route53', 'ListHostedZonesByName', {'DNSName': 'example.org'})
        self.same_as_botocore('route53', 'ListResourceRecordSets', {'HostedZoneId': zone})
        whole = self.answer('route53', 'ListResourceRecordSets', {'HostedZoneId': zone, 'MaxItems': '5'}, all=True)['ResourceRecordSets']
        self.assertEqual(len([record for record in whole if record['Type'] == 'A']), 12)
        self.assertEqual(self.ask('route53', 'GetHostedZone', {'Id': 'ZNONE'})['failure']['code'], 'NoSuchHostedZone')

    def test_health_checks_are_flipped(self):
        made = self.theirs('route53').create_health_check(CallerReference='1', HealthCheckConfig={'IPAddress': '192.0.2.1', 'Port': 80, 'Type': 'HTTP', 'ResourcePath': '/'})
        name = made['HealthCheck']['Id']
        self.answer('route53', 'UpdateHealthCheck', {'HealthCheckId': name, 'Inverted': True, 'FailureThreshold': 5})
        config = self.same_as_botocore('route53', 'GetHealthCheck', {'HealthCheckId': name})['HealthCheck']['HealthCheckConfig']
        self.assertEqual((config['Inverted'], config['FailureThreshold']), (True, 5))

    def test_an_object_is_made_only_where_there_is_none(self):
        self.theirs('s3').create_bucket(Bucket='journal', CreateBucketConfiguration={'LocationConstraint': REGION})
        where = {'Bucket': 'journal', 'Key': 'stack/a b+ü.json'}
        made = self.answer('s3', 'PutObject', {**where, 'Body': '{"term": 1}', 'IfNoneMatch': '*'})
        again = self.ask('s3', 'PutObject', {**where, 'Body': '{"term": 2}', 'IfNoneMatch': '*'})['failure']
        self.assertEqual((again['status'], again['code']), (412, 'PreconditionFailed'))
        read = self.answer('s3', 'GetObject', where)
        self.assertEqual((read['Body'], read['ETag']), ('{"term": 1}', made['ETag']))
        self.assertEqual(self.answer('s3', 'HeadObject', where)['ContentLength'], 11)
        self.assertEqual(self.ask('s3', 'HeadObject', {**where, 'Key': 'none'})['failure']['kind'], 'missing')

    def test_a_bucket_lives_and_is_emptied(self):
        bucket = {'Bucket': 'dr-shop'}
        self.answer('s3', 'CreateBucket', {**bucket, 'CreateBucketConfiguration': {'LocationConstraint': REGION}})
        self.answer('s3', 'PutBucketVersioning', {**bucket, 'VersioningConfiguration': {'Status': 'Enabled'}})
        self.answer('s3', 'PutBucketEncryption', {**bucket, 'ServerSideEncryptionConfiguration': {
            'Rules': [{'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'AES256'}}]}})
        closed = dict.fromkeys(('BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'), True)
        self.answer('s3', 'PutPublicAccessBlock', {**bucket, 'PublicAccessBlockConfiguration': closed})
        theirs = self.theirs('s3')
        self.assertEqual(theirs.get_bucket_versioning(**bucket)['Status'], 'Enabled')
        self.assertEqual(theirs.get_public_access_block(**bucket)['PublicAccessBlockConfiguration'], closed)
        self.answer('s3', 'HeadBucket', bucket)
        self.assertEqual(self.ask('s3', 'HeadBucket', {'Bucket': 'none-of-ours'})['failure']['kind'], 'missing')
        self.assertEqual(self.same_as_botocore('s3', 'GetBucketLocation', bucket)['LocationConstraint'], REGION)
        for key in ('journal/a', 'journal/b & c', 'duty.json'):
            self.answer('s3', 'PutObject', {**bucket, 'Key': key, 'Body': key})
        listed = self.answer('s3', 'ListObjectsV2', {**bucket, 'Prefix': 'journal/', 'MaxKeys': 1}, all=True)
        self.assertEqual([each['Key'] for each in listed['Contents']], ['journal/a', 'journal/b & c'])
        self.answer('s3', 'DeleteObject', {**bucket, 'Key': 'duty.json'})
        every = self.answer('s3', 'ListObjectVersions', bucket)
        self.assertEqual([len(every['Versions']), len(every['DeleteMarkers'])], [3, 1])
        gone = [{'Key': each['Key'], 'VersionId': each['VersionId']} for each in every['Versions'] + every['DeleteMarkers']]
        self.assertEqual(len(self.answer('s3', 'DeleteObjects', {**bucket, 'Delete': {'Objects': gone}})['Deleted']), 4)
        self.answer('s3', 'DeleteBucket', bucket)
        self.assertEqual([each['Name'] for each in theirs.list_buckets()['Buckets'] if each['Name'] == 'dr-shop'], [])

    def test_health_checks_are_made_with_tags_and_removed(self):
        check = {'CallerReference': 'lifeboat-shop-us-east-2', 'HealthCheckConfig': {
            'Type': 'HTTP', 'FullyQualifiedDomainName': 'lb.example', 'Port': 80, 'ResourcePath': '/ready', 'Disabled': True}}
        made = self.answer('route53', 'CreateHealthCheck', check)['HealthCheck']
        self.assertTrue(made['HealthCheckConfig']['Disabled'])
        where = {'ResourceType': 'healthcheck', 'ResourceId': made['Id']}
        self.answer('route53', 'ChangeTagsForResource', {**where, 'AddTags': [{'Key': 'lifeboat:stack', 'Value': 'shop'}]})
        self.assertEqual(self.same_as_botocore('route53', 'ListTagsForResource', where)['ResourceTagSet']['Tags'],
                         [{'Key': 'lifeboat:stack', 'Value': 'shop'}])
        self.assertIn(made['Id'], [each['Id'] for each in self.answer('route53', 'ListHealthChecks', {'MaxItems': '1'}, all=True)['HealthChecks']])
        self.answer('route53', 'DeleteHealthCheck', {'HealthCheckId': made['Id']})
        self.assertEqual(self.ask('route53', 'GetHealthCheck', {'HealthCheckId': made['Id']})['failure']['kind'], 'missing')

    def test_the_json_services_answer(self):
        self.theirs('ssm').put_parameter(Name='/lifeboat/a', Value='Grüße', Type='String')
        self.assertEqual(self.same_as_botocore('ssm', 'GetParameter', {'Name': '/lifeboat/a'})['Parameter']['Value'], 'Grüße')
        self.assertEqual(self.ask('ssm', 'GetParameter', {'Name': 'none'})['failure']['code'], 'ParameterNotFound')
        self.theirs('eks').create_cluster(name='monitoring', roleArn='arn:aws:iam::123456789012:role/eks', resourcesVpcConfig={})
        self.same_as_botocore('eks', 'DescribeCluster', {'name': 'monitoring'})
        self.same_as_botocore('eks', 'ListNodegroups', {'clusterName': 'monitoring'})
        self.assertEqual(self.ask('eks', 'DescribeCluster', {'name': 'none'})['failure']['kind'], 'missing')

    def test_identity_and_metrics(self):
        self.assertEqual(self.same_as_botocore('sts', 'GetCallerIdentity')['Account'], '123456789012')
        self.same_as_botocore('autoscaling', 'DescribeAutoScalingGroups')
        numbers = self.answer('cloudwatch', 'GetMetricStatistics', {
            'Namespace': 'AWS/RDS', 'MetricName': 'ReplicaLag', 'StartTime': '2026-11-24T00:00:00Z', 'EndTime': '2026-11-24T01:00:00Z', 'Period': 60,
            'Statistics': ['Average'], 'Dimensions': [{'Name': 'DBInstanceIdentifier', 'Value': 'db-1'}]})
        self.assertEqual(numbers['Datapoints'], [])

    def test_a_profile_with_a_role_signs(self):
        with tempfile.TemporaryDirectory() as folder:
            config = Path(folder, 'config')
            config.write_text('[profile dr]\nrole_arn = arn:aws:iam::123456789012:role/dr\nsource_profile = base\n'
                              '[profile base]\naws_access_key_id = testing\naws_secret_access_key = testing\n')
            environment = {'AWS_CONFIG_FILE': str(config), 'AWS_SHARED_CREDENTIALS_FILE': str(Path(folder, 'none')), 'AWS_PROFILE': 'dr', 'AWS_ENDPOINT_URL': self.url}
            with Probe(environment) as probe:
                answer = probe.ask('call', service='sts', operation='GetCallerIdentity', region=REGION, input={})['answer']
        self.assertIn(':assumed-role/dr/lifeboat', answer['Arn'])


class Identity(BaseHTTPRequestHandler):
    def do_POST(self):
        body = b'<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>'
        self.send_response(200)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class TlsTest(unittest.TestCase):
    """A certificate that nobody vouches for is refused, and accepted from the authority that AWS_CA_BUNDLE names."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.certificate, key = (str(Path(self.folder.name, name)) for name in ('certificate.pem', 'key.pem'))
        subprocess.run(['openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', self.certificate, '-days', '2', '-subj', '/CN=test',
                        '-addext', 'subjectAltName=IP:127.0.0.1'], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        self.server = HTTPServer(('127.0.0.1', 0), Identity)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.server.handle_error = lambda *_: None
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def tearDown(self):
        self.server.shutdown()
        self.server.server_close()
        self.folder.cleanup()

    def who(self, **environment):
        with Probe({**KEYS, 'AWS_ENDPOINT_URL': f'https://127.0.0.1:{self.server.server_port}', 'HOME': '/nonexistent', **environment}) as probe:
            return probe.ask('call', service='sts', operation='GetCallerIdentity', region=REGION, input={})

    def test_an_unknown_certificate_is_refused(self):
        failure = self.who()['failure']
        self.assertEqual(failure['kind'], 'unreachable')
        self.assertIn('certificate', failure['message'])

    def test_a_certificate_of_the_given_authority_is_accepted(self):
        self.assertEqual(self.who(AWS_CA_BUNDLE=self.certificate), {'answer': {'Account': '1'}})


if __name__ == '__main__':
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    unittest.main(argv=['moto_test'], verbosity=2)
