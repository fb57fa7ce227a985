"""requests_test.py PROBE FILE_OR_TEST…: what tests and programs really sent, held against botocore's models of the services.

A test is a program whose clients send through aws::testing::RecordingTransport; it is run here, and what it recorded is read. A file ending in .jsonl has
recorded requests, or entries of the simulated AWS's call log (service, operation, params), one JSON object a line."""

import json
import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from probe import Probe
from samples import least_input, whole_input, without_lists
from wire_requests import Unreadable, model_of, problems_of, protocol_of, read_request

GIVEN = sys.argv[2:]
# Fakes make up shorter ids than AWS does; what they answered is what they are asked for again.
MADE_UP = re.compile(r'InstanceIds?(\[\])?: i-\d+ does not fit|Invalid length for parameter CommandId')


def lines_of(path):
    with open(path, encoding='utf-8') as file:
        return [json.loads(line) for line in file if line.strip()]


def recorded_by(program):
    with tempfile.TemporaryDirectory(prefix='lifeboat-requests-') as folder:
        run = subprocess.run([program], env={**os.environ, 'LIFEBOAT_REQUEST_LOG': folder}, capture_output=True, text=True, timeout=300)
        if run.returncode != 0:
            raise AssertionError(f'{program} failed:\n{run.stdout[-4000:]}{run.stderr[-2000:]}')
        return [line for file in sorted(Path(folder).iterdir()) for line in lines_of(file)]


def entries_of(given):
    return lines_of(given) if given.endswith('.jsonl') else recorded_by(given)


def read_entry(entry):
    if 'params' in entry:
        return entry['service'], entry['operation'], entry['params']
    return read_request(entry)


def problems_of_entry(entry):
    try:
        return problems_of(*read_entry(entry))
    except Unreadable as error:
        return [f'{entry.get("host")}{entry.get("path")} {entry.get("body", "")[:200]}: {error}']


def said(model, values, service):
    """What of an input a request can say: no list without elements in a form of ec2 or where the list's name is repeated, no
    element of a form without members, and of Route 53's ids what follows the slash."""
    if isinstance(values, dict) and model.type_name == 'structure':
        kept = {name: said(model.members[name], value, service) for name, value in values.items()}
        return {name: value for name, value in kept.items() if not unsaid(model.members[name], value, service)}
    if isinstance(values, list):
        return [said(model.member, value, service) for value in values]
    is_id = service == 'route53' and model.serialization.get('location') == 'uri'
    return values.split('/')[-1] if is_id else values


def unsaid(model, value, service):
    protocol = protocol_of(service)
    if not isinstance(value, list):
        return False
    if value:
        return protocol in ('query', 'ec2') and all(element == {} for element in value)
    return protocol == 'ec2' or (protocol == 'rest-xml' and model.serialization.get('flattened', False))


class ReaderTest(unittest.TestCase):
    """The reader itself: whatever the client can say is read back as it was meant, and what is wrong is found."""

    @classmethod
    def setUpClass(cls):
        cls.probe = Probe()
        cls.catalogue = cls.probe.ask('catalogue')

    @classmethod
    def tearDownClass(cls):
        cls.probe.close()

    def recorded(self, service, operation, values):
        made = self.probe.ask('record', service=service, operation=operation, region='us-east-2', input=values)
        self.assertNotIn('error', made, (service, operation, values))
        return json.loads(made['line'])

    def same(self, shape, meant, read):
        if shape['type'] == 'structure':
            self.assertEqual(set(meant), set(read))
            for name in meant:
                self.same(shape['members'][name], meant[name], read[name])
        elif shape['type'] in ('list', 'map') and isinstance(meant, list):
            self.assertEqual(len(meant), len(read))
            for ours, theirs in zip(meant, read):
                self.same(shape['element'], ours, theirs)
        elif shape['type'] == 'timestamp':
            self.assertTrue(read, meant)
        elif shape['type'] == 'blob':
            self.assertEqual(meant, read if isinstance(read, str) else read.decode())
        else:
            self.assertEqual(meant, read)

    def test_every_row_is_read_back(self):
        hidden, read_back = {'MasterUserPassword', 'PreSignedUrl', 'WebIdentityToken'}, 0
        for service, operation, row, values in self.inputs():
            meant = {name: 'redacted' if name in hidden else value for name, value in values.items()}
            found_service, found_operation, read = read_request(self.recorded(service, operation, meant))
            self.assertEqual((found_service, found_operation), (service, operation))
            with self.subTest(operation=operation, values=meant):
                model = model_of(service).operation_model(operation).input_shape
                self.same(row['input'], said(model, meant, service), read)
            read_back += 1
        self.assertGreater(read_back, 250)

    def inputs(self):
        for service, about in self.catalogue.items():
            for operation, row in about['operations'].items():
                model = model_of(service).operation_model(operation).input_shape
                for make in (whole_input, least_input, without_lists):
                    yield service, operation, row, make(row['input'], model)

    def test_what_is_wrong_is_found(self):
        for service, operation, values, words in (
                ('rds', 'ModifyDBInstance', {'DBInstanceIdentifier': 'a', 'MultiAz': True}, 'Unknown parameter'),
                ('rds', 'ModifyDBInstance', {'MultiAZ': True}, 'Missing required parameter'),
                ('rds', 'ModifyDBInstance', {'DBInstanceIdentifier': 'a', 'MultiAZ': 'yes'}, 'Invalid type'),
                ('route53', 'ChangeTagsForResource', {'ResourceType': 'zone', 'ResourceId': 'Z1'}, 'is none of'),
                ('ssm', 'GetCommandInvocation', {'CommandId': 'x', 'InstanceId': 'i-1'}, 'does not fit'),
                ('sts', 'AssumeRole', {'RoleArn': 'a' * 20, 'RoleSessionName': 'n', 'DurationSeconds': 1}, 'Invalid'),
                ('eks', 'NoSuchThing', {}, 'has no operation')):
            self.assertIn(words, ' '.join(problems_of(service, operation, values)), (service, operation, values))

    def test_a_list_spelt_in_another_way_is_found(self):
        request = self.recorded('rds', 'AddTagsToResource', {'ResourceName': 'arn', 'Tags': [{'Key': 'a', 'Value': 'b'}]})
        self.assertEqual(problems_of_entry(request), [])
        for wrong in ('Tags.member.1', 'Tags.1', 'Tag.1', 'Tags.Tag.2'):
            self.assertNotEqual(problems_of_entry({**request, 'body': request['body'].replace('Tags.Tag.1', wrong)}), [], wrong)


class RequestsTest(unittest.TestCase):
    def test_the_models_have_nothing_against_what_was_sent(self):
        for given in GIVEN:
            entries = entries_of(given)
            self.assertGreater(len(entries), 0, f'{given} recorded nothing')
            problems = sorted({problem for entry in entries for problem in problems_of_entry(entry) if not MADE_UP.search(problem)})
            self.assertEqual(problems, [], f'{given}, {len(entries)} requests')
            print(f'{Path(given).name}: {len(entries)} requests, {len({read_entry(entry)[:2] for entry in entries})} operations')


if __name__ == '__main__':
    unittest.main(argv=['requests_test'], verbosity=2)
