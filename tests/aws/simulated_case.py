"""A stack on the simulated AWS that a class of tests shares, and questions to it."""

import json
import os
import socket
import struct
import subprocess
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from botocore import auth, awsrequest, credentials
from botocore.exceptions import ClientError

from simulated_server import SimulatedAws
from simulated_stack import HOME, STACK_FILE, STANDBY, Account, StackOnAws


def stamp(seconds):
    return time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime(seconds))


def working_below(folder):
    found = []
    for entry in Path('/proc').iterdir():
        try:
            if entry.name.isdigit() and os.readlink(entry / 'cwd').startswith(str(folder)):
                found.append(entry.name)
        except OSError:
            continue
    return found


def ask_name_server(port, name, kind=5):
    """(type, ttl, value) of each answer, asked and read by the test's own code; a CNAME's value is a name, an A's an address."""
    packet = struct.pack('>HHHHHH', 7, 0x0100, 1, 0, 0, 0) + b''.join(bytes([len(part)]) + part.encode() for part in name.split('.')) + b'\0' + struct.pack('>HH', kind, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(5)
        client.sendto(packet, ('127.0.0.1', port))
        answer = client.recv(4096)

    def read_name(at):
        labels = []
        while answer[at]:
            labels.append(answer[at + 1:at + 1 + answer[at]].decode())
            at += answer[at] + 1
        return '.'.join(labels), at + 1
    found, at = [], len(packet)
    for _ in range(struct.unpack('>H', answer[6:8])[0]):
        _, at = read_name(at)
        number, _, ttl, length = struct.unpack('>HHIH', answer[at:at + 10])
        value = read_name(at + 10)[0] if number == 5 else '.'.join(map(str, answer[at + 10:at + 10 + length]))
        found.append((number, ttl, value))
        at += 10 + length
    return found


class SimulatedCase(unittest.TestCase):
    """One stack for all of its tests."""

    stack_file = STACK_FILE
    concerns = ((HOME, 'network'), (STANDBY, 'network'), (STANDBY, 'peering'), (HOME, 'peer-route'), (STANDBY, 'dns'), (HOME, 'web'), (STANDBY, 'web'),
                (HOME, 'database'), (STANDBY, 'database'))

    @classmethod
    def setUpClass(cls):
        probe, program = sys.argv[2], Path(sys.argv[3])
        cls.aws = SimulatedAws('--speed', 400)
        cls.addClassCleanup(cls.aws.close)
        small = cls.aws.state.parent / f'{cls.aws.state.name}-program'
        cls.addClassCleanup(lambda: small.unlink(missing_ok=True))
        # Without its symbols: it goes through the bucket to each instance.
        subprocess.run(['strip', '-s', '-o', str(small), str(program)], check=True)
        cls.account = Account(cls.aws)
        cls.stack = StackOnAws(cls.account, probe, small, cls.stack_file)
        cls.stack.buckets()
        for region, concern in cls.concerns:
            cls.stack.apply(region, concern)
        cls.stack.name_databases()
        cls.client = cls.account.client

    def health(self, region):
        group = self.stack.outputs[region, 'web']['TargetGroupArn']
        return [one['TargetHealth']['State'] for one in self.client('elbv2', region).describe_target_health(TargetGroupArn=group)['TargetHealthDescriptions']]

    def balancer(self, region):
        return ask_name_server(self.aws.ports['dns_port'], self.stack.outputs[region, 'web']['LoadBalancerDnsName'], 1)[0][2]

    def http(self, region, path='/readyz', method='GET', body=None):
        request = urllib.request.Request(f'http://{self.balancer(region)}:8080{path}', method=method, data=None if body is None else json.dumps(body).encode(),
                                         headers={'Content-Type': 'application/json'})
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def write(self, region, name):
        status, text = self.http(region, '/init', 'POST', {'name': name, 'location': 'here', 'description': 'a story'})
        self.assertEqual(status, 201, text)

    def count(self, region, pattern):
        status, output, problem = self.stack.sql(region, f"SELECT count(*) FROM events WHERE name LIKE '{pattern}'")
        self.assertEqual(status, 'Success', problem)
        return int(output)

    def serve(self, region):
        outputs = self.stack.outputs[region, 'web']
        self.client('elbv2', region).modify_listener(ListenerArn=outputs['ListenerArn'], DefaultActions=[{'Type': 'forward', 'TargetGroupArn': outputs['TargetGroupArn']}])

    def refused(self, function, **params):
        with self.assertRaises(ClientError) as caught:
            function(**params)
        return caught.exception.response['Error']

    def rules(self, region):
        return self.client('ec2', region).describe_security_groups(GroupIds=[self.stack.outputs[region, 'network']['DatabaseSecurityGroupId']])['SecurityGroups'][0]['IpPermissions']

    def stack_is_gone(self, name):
        try:
            self.client('cloudformation', HOME).describe_stacks(StackName=name)
        except ClientError as error:
            return 'does not exist' in error.response['Error']['Message']
        return False

    def front_door(self):
        return ask_name_server(self.aws.ports['dns_port'], 'api.shop.example.org')

    def cloudwatch(self, form):
        """botocore speaks CBOR to CloudWatch by now; the simulation only the query protocol."""
        request = awsrequest.AWSRequest('POST', self.aws.url + '/', {'Content-Type': 'application/x-www-form-urlencoded'}, urllib.parse.urlencode(form))
        auth.SigV4Auth(credentials.Credentials(self.aws.ports['access_key_id'], self.aws.ports['secret_access_key']), 'monitoring', HOME).add_auth(request)
        prepared = request.prepare()
        with urllib.request.urlopen(urllib.request.Request(prepared.url, prepared.body.encode(), dict(prepared.headers), method='POST'), timeout=10) as answer:
            return answer.read().decode()
