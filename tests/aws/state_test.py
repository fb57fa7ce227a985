"""A stack's state (buckets, duties, seat, journal) and its CloudFormation stacks against moto, over the wire. No real AWS."""

import json
import logging
import statistics

import tempfile
import unittest

import botocore.session
from moto.server import ThreadedMotoServer

from probe import Probe

HOME, STANDBY = 'us-east-2', 'us-west-1'
TEMPLATE = {
    'Resources': {'Network': {'Type': 'AWS::EC2::VPC', 'Properties': {'CidrBlock': '10.1.0.0/16'}},
                  'Door': {'Type': 'AWS::EC2::SecurityGroup', 'Properties': {'GroupDescription': 'door', 'VpcId': {'Ref': 'Network'}}}},
    'Outputs': {'NetworkId': {'Value': {'Ref': 'Network'}}}}


class StateTest(unittest.TestCase):
    def setUp(self):
        self.server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
        self.server.start()
        self.addCleanup(self.server.stop)
        host, port = self.server.get_host_and_port()
        self.url = f'http://{host}:{port}'
        self.probe = Probe({'AWS_ACCESS_KEY_ID': 'testing', 'AWS_SECRET_ACCESS_KEY': 'testing', 'AWS_ENDPOINT_URL': self.url, 'HOME': '/nonexistent'})
        self.addCleanup(self.probe.close)

    def theirs(self, service, region=HOME):
        return botocore.session.get_session().create_client(service, region_name=region, endpoint_url=self.url, aws_access_key_id='testing', aws_secret_access_key='testing')

    def ask(self, what, **fields):
        return self.probe.ask(what, **fields)

    def well(self, what, **fields):
        answer = self.ask(what, **fields)
        if isinstance(answer, dict):
            self.assertNotIn('error', answer)
        return answer

    def tearDown(self):
        # moto's account is one for the whole process.
        for region in (HOME, STANDBY):
            self.ask('delete_bucket', region=region)

    def make_buckets(self):
        for region in (HOME, STANDBY):
            self.well('make_bucket', region=region)

    @staticmethod
    def bucket(region):
        return f'dr-shop-123456789012-{region}'

    def test_buckets_are_made_closed_and_removed_with_every_version(self):
        self.make_buckets()
        self.make_buckets()
        for region in (HOME, STANDBY):
            s3, name = self.theirs('s3', region), self.bucket(region)
            self.assertEqual(s3.get_bucket_location(Bucket=name)['LocationConstraint'], region)
            self.assertEqual(s3.get_bucket_versioning(Bucket=name)['Status'], 'Enabled')
            self.assertEqual(set(s3.get_public_access_block(Bucket=name)['PublicAccessBlockConfiguration'].values()), {True})
            rules = s3.get_bucket_encryption(Bucket=name)['ServerSideEncryptionConfiguration']['Rules']
            self.assertEqual(rules[0]['ApplyServerSideEncryptionByDefault']['SSEAlgorithm'], 'AES256')
            rules = s3.get_bucket_lifecycle_configuration(Bucket=name)['Rules']
            self.assertEqual((rules[0]['Status'], rules[0]['NoncurrentVersionExpiration']['NoncurrentDays']), ('Enabled', 30))
            for number in range(1005):
                s3.put_object(Bucket=name, Key='seat.json', Body=str(number))
            s3.put_object(Bucket=name, Key='a b+ü', Body='x')
            s3.delete_object(Bucket=name, Key='a b+ü')
            self.well('delete_bucket', region=region)
            self.assertNotIn(name, [bucket['Name'] for bucket in s3.list_buckets()['Buckets']])
            self.well('delete_bucket', region=region)

    def test_a_duty_is_changed_by_conditions(self):
        self.assertIsNone(self.ask('read_duty', region=HOME))
        self.assertEqual(self.ask('fence', region=HOME, epoch=3)['error']['code'], 'aws_missing')
        self.make_buckets()
        self.assertIsNone(self.ask('read_duty', region=HOME))
        self.assertEqual(self.well('fence', region=HOME, epoch=3), {'newest': 3, 'fenced': 3})
        self.assertEqual(self.well('read_duty', region=HOME), {'newest': 3, 'fenced': 3})
        self.assertEqual(self.ask('fence', region=HOME, epoch=2)['error']['code'], 'stale_epoch')
        self.assertIsNone(self.ask('read_duty', region=STANDBY))
        body = json.loads(self.theirs('s3').get_object(Bucket=self.bucket(HOME), Key='duty.json')['Body'].read())
        self.assertEqual((body['format'], body['fenced_through']), (1, 3))

    def test_one_operator_at_a_time_has_the_seat(self):
        self.make_buckets()
        self.assertIsNone(self.ask('look', who='ana'))
        self.assertEqual(self.well('take', who='ana'), {'term': 1, 'before': 0})
        held = self.well('look', who='bob')
        self.assertEqual((held['who'], held['is_held']), ('ana', True))
        self.assertLess(held['age_ms'], 10_000)
        refused = self.ask('take', who='bob')['error']
        self.assertEqual(refused['code'], 'lock_held')
        self.assertIn('ana changes this stack', refused['message'])
        self.well('renew', who='ana')
        self.well('leave', who='ana')
        self.assertEqual(self.well('take', who='bob'), {'term': 2, 'before': 1})
        self.assertEqual(self.ask('renew', who='ana')['error']['code'], 'stale_term')
        self.well('renew', who='bob')

    def test_a_journal_is_in_both_buckets_and_on_every_laptop(self):
        self.make_buckets()
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            self.assertEqual(self.well('journal', folder=one, append=['a', 'b'])['texts'], ['a', 'b'])
            self.assertEqual(self.well('journal', folder=two, append=['c'])['texts'], ['a', 'b', 'c'])
            self.assertEqual(self.well('journal', folder=one, append=['d'])['texts'], ['a', 'b', 'c', 'd'])
            for region in (HOME, STANDBY):
                body = self.theirs('s3', region).get_object(Bucket=self.bucket(region), Key='journal/journal.lbj')['Body'].read()
                self.assertTrue(body.startswith(b'lifeboat journal copy 1\nstate both\nbefore -\nlifeboat journal 1\n'), body[:80])

    def test_a_large_journal_is_kept_in_parts(self):
        self.make_buckets()
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
            texts = [f'{number} ' + 'x' * 60_000 for number in range(40)]
            times = self.well('journal', folder=one, append=texts)['times_ms']
            keys = [entry['Key'] for entry in self.theirs('s3').list_objects_v2(Bucket=self.bucket(HOME), Prefix='journal/')['Contents']]
            # Eight records fill 512 kB: four closed objects and the current one.
            self.assertEqual(len(keys), 5, keys)
            small = self.well('journal', folder=one, append=['small'] * 10)['times_ms']
            print(f'  appending 60 kB: median {statistics.median(times):.1f} ms; a short record behind up to 512 kB: {statistics.median(small):.1f} ms')
            self.assertEqual(self.well('journal', folder=two, append=[])['texts'], texts + ['small'] * 10)

    def test_stacks_are_made_left_alone_changed_and_removed(self):
        stack = {'region': HOME, 'name': 'lifeboat-shop-network', 'body': json.dumps(TEMPLATE)}
        self.assertEqual(sorted(self.well('preview', **stack)), [['Add', 'Door', 'AWS::EC2::SecurityGroup', False], ['Add', 'Network', 'AWS::EC2::VPC', False]])
        self.assertEqual(self.theirs('cloudformation').list_stacks()['StackSummaries'], [])
        made = self.well('apply', **stack)
        self.assertEqual(made['status'], 'CREATE_COMPLETE')
        # moto forgets the outputs of a stack that a change set made; the simulation and aws_stacks_test have them.
        self.assertEqual([vpc['CidrBlock'] for vpc in self.theirs('ec2').describe_vpcs(VpcIds=[made['ids']['Network']])['Vpcs']], ['10.1.0.0/16'])
        self.assertIn('lifeboat-shop-network CREATE_COMPLETE', made['events'])
        [described] = self.theirs('cloudformation').describe_stacks(StackName=stack['name'])['Stacks']
        self.assertEqual(described['Tags'], [{'Key': 'lifeboat:stack', 'Value': 'shop'}])
        self.well('remove', region=HOME, name=stack['name'])
        self.well('remove', region=HOME, name=stack['name'])

    def test_a_template_that_is_too_large_is_said(self):
        stack = {'region': HOME, 'name': 'lifeboat-shop-web', 'body': json.dumps({**TEMPLATE, 'Description': 'x' * 51_200})}
        self.assertIn('CloudFormation takes 51200', self.ask('apply', **stack)['error']['message'])


if __name__ == '__main__':
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    unittest.main(argv=['state_test'], verbosity=2)
