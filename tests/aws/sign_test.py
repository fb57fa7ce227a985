"""Signatures: ours against botocore's and against a verifier written from AWS's description of Signature Version 4."""

import datetime
import hashlib
import itertools
import unittest
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

from botocore import auth, awsrequest, credentials

from probe import Probe
from signature_verifier import encode, verified

NOW = datetime.datetime(2026, 11, 24, 1, 2, 3)
NOW_S = int(NOW.replace(tzinfo=datetime.timezone.utc).timestamp())
KEYS = {'id': 'AKIDEXAMPLE', 'secret': 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY'}
TOKEN = {**KEYS, 'token': 'IQoJb3JpZ2luX2VjE//+=='}
CHANGED_ON_THE_WAY = {'connection', 'user-agent', 'expect', 'x-amzn-trace-id', 'authorization', 'transfer-encoding'}


PATHS = ['/', '/a', '/a/', '/a//b', '/./a/../b', '/a/b%20c', '/a/%7Ebob', '/a/b%2Fc', '/%E2%82%AC', '/a/+:@', '/clusters/x/node-groups', '/a..b/...']
QUERIES = [[], [['b', '2'], ['a', '1']], [['a', '2'], ['a', '1']], [['a', '']], [['Zeta', 'x y'], ['alpha', '+/:@']], [['a', 'é€'], ['A', '~-._']],
           [['X-Amz-Target', '%41%2f']], [['a', 'b&c=d'], ['a=b', 'c']], [['name', '*!()\'']]]
HEADERS = [[], [['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']], [['x-amz-meta', '  a   b\tc ']], [['If-Match', '"abc"'], ['If-None-Match', '*']],
           [['User-Agent', 'x'], ['X-Amzn-Trace-Id', 'y'], ['X-Ray', 'z']], [['x-k8s-aws-id', 'cluster-1']], [['X-B', '1'], ['x-a', 'é']]]
BODIES = ['', 'Action=DescribeDBInstances&Version=2014-10-31', '{"a": "é"}', 'x' * 70000]
HOSTS = ['rds.us-east-2.amazonaws.com', '127.0.0.1:4566', 'UPPER.example.com']
SERVICES = ['rds', 's3', 'elasticloadbalancing']


def shapes():
    """Every path, query, header set, body, host and service, each with several of the others; all that are in no other order than the lists'."""
    for number, (path, service) in enumerate(itertools.product(PATHS, SERVICES)):
        yield path, QUERIES[number % 9], HEADERS[number % 7], BODIES[number % 4], HOSTS[number % 3], service, [KEYS, TOKEN][number % 2]
    for number, (query, headers) in enumerate(itertools.product(QUERIES, HEADERS)):
        yield PATHS[number % 12], query, headers, BODIES[number % 3], HOSTS[number % 2], SERVICES[number % 3], [TOKEN, KEYS][number // 2 % 2]


def requests():
    for path, query, headers, body, host, service, keys in shapes():
        yield {'request': {'method': 'POST' if body else 'GET', 'scheme': 'http' if ':' in host else 'https', 'host': host, 'path': path, 'query': query,
                           'headers': headers, 'body': body}, 'credentials': keys, 'region': 'us-east-2', 'service': service, 'now_s': NOW_S}


def by_botocore(question, signer_type, *options):
    """botocore signs a URL that is encoded already, as its serializers leave it."""
    request, keys = question['request'], question['credentials']
    url = f'{request["scheme"]}://{request["host"]}{request["path"]}'
    if request['query']:
        url += '?' + '&'.join(f'{encode(name)}={encode(value)}' for name, value in request['query'])
    prepared = awsrequest.AWSRequest(request['method'], url, dict(request['headers']), request['body'].encode())
    signer = signer_type(credentials.Credentials(keys['id'], keys['secret'], keys.get('token')), question['service'], question['region'], *options)
    with mock.patch.object(auth, 'get_current_datetime', return_value=NOW):
        signer.add_auth(prepared)
    return prepared


class SignTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.probe = Probe()

    @classmethod
    def tearDownClass(cls):
        cls.probe.close()

    def test_there_are_enough_shapes(self):
        self.assertGreaterEqual(len(list(requests())), 90)

    def test_signed_headers_are_botocores(self):
        for question in requests():
            ours = {name.lower(): value for name, value in self.probe.ask('sign', **question)['headers']}
            theirs = by_botocore(question, auth.S3SigV4Auth if question['service'] == 's3' else auth.SigV4Auth)
            for name in ('authorization', 'x-amz-date', 'x-amz-security-token', 'x-amz-content-sha256'):
                self.assertEqual(ours.get(name), theirs.headers.get(name), (name, question['request']))

    def test_signed_headers_satisfy_the_verifier(self):
        for question in requests():
            ours = self.probe.ask('sign', **question)
            headers = {name.lower(): value for name, value in ours['headers']}
            scope, signed, signature = (part.split('=', 1)[1] for part in headers['authorization'].split(' ', 1)[1].split(', '))
            names = set(signed.split(';'))
            self.assertTrue({'host', 'x-amz-date'} <= names and not names & CHANGED_ON_THE_WAY, signed)
            self.assertEqual('x-amz-security-token' in names, 'token' in question['credentials'])
            body_hash = hashlib.sha256(ours['body'].encode()).hexdigest()
            self.assertEqual(signature, verified(ours['method'], ours['url'], ours['headers'], body_hash, signed, question['credentials'],
                                                 scope.split('/', 1)[1], headers['x-amz-date']), question['request'])

    def presigned(self):
        for question in requests():
            if not question['request']['body']:
                yield question, self.probe.ask('presign', valid_for_s=900, **question)

    def test_presigned_urls_are_botocores(self):
        compared = 0
        for question, ours in self.presigned():
            names = [name for name, _ in question['request']['query']]
            # botocore drops the type of a form and repeated names before it presigns; we sign what we are given, as the verifier proves.
            if HEADERS[1][0] in question['request']['headers'] or len(set(names)) < len(names):
                continue
            compared += 1
            theirs = by_botocore(question, auth.S3SigV4QueryAuth if question['service'] == 's3' else auth.SigV4QueryAuth, 900).url
            self.assertEqual(sorted(parse_qsl(urlsplit(ours).query, True)), sorted(parse_qsl(urlsplit(theirs).query, True)), question['request'])
        self.assertGreater(compared, 20)

    def test_presigned_urls_satisfy_the_verifier(self):
        for question, ours in self.presigned():
            query = dict(parse_qsl(urlsplit(ours).query, True))
            body_hash = 'UNSIGNED-PAYLOAD' if question['service'] == 's3' else hashlib.sha256(b'').hexdigest()
            self.assertEqual(query['X-Amz-Signature'], verified('GET', ours, question['request']['headers'], body_hash, query['X-Amz-SignedHeaders'],
                                                                question['credentials'], query['X-Amz-Credential'].split('/', 1)[1], query['X-Amz-Date']),
                             question['request'])

    def test_a_changed_byte_changes_the_signature(self):
        question = next(requests())
        whole = dict(map(tuple, self.probe.ask('sign', **question)['headers']))['Authorization']
        for field, value in (('path', '/b'), ('body', 'b'), ('method', 'PUT'), ('host', 'b'), ('query', [['a', 'b']])):
            changed = {**question, 'request': {**question['request'], field: value}}
            self.assertNotEqual(whole, dict(map(tuple, self.probe.ask('sign', **changed)['headers']))['Authorization'], field)


if __name__ == '__main__':
    unittest.main(argv=['sign_test'], verbosity=2)
