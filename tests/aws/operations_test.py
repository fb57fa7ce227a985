"""Every row of the table against botocore's models of the services: its members, its requests, and how it reads answers."""

import base64
import hashlib
import json
import unittest
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import botocore.serialize
import botocore.session

from probe import Probe
from samples import enum_problems, least_input, whole_input, without_lists

MODELS = botocore.session.get_session()
# Query is one of the protocols that the service's model lists; botocore itself would choose a newer one.
PROTOCOLS = {'cloudwatch': 'query'}
# What AWS requires of a service and what it calls integers, in our words.
SAME_KINDS = {'long': 'integer', 'integer': 'integer', 'float': 'double', 'double': 'double', 'character': 'string'}


def model_of(service):
    return MODELS.get_service_model(service)


def protocol_of(service):
    return PROTOCOLS.get(service, model_of(service).metadata['protocol'])


def theirs(service, operation, values):
    """botocore's request; its hand-written preparations for Route 53's ids are what `ids_carry_paths` stands for."""
    model = model_of(service).operation_model(operation)
    if service == 'route53':
        in_path = [name for name, member in model.input_shape.members.items() if member.serialization.get('location') == 'uri']
        values = {name: value.split('/')[-1] if name in in_path else value for name, value in values.items()}
    return botocore.serialize.create_serializer(protocol_of(service)).serialize_to_request(values, model)


def text_of(value):
    """A value of a query as botocore writes it in the end."""
    return ('true' if value else 'false') if isinstance(value, bool) else str(value)


def xml(text):
    def tree(node):
        return node.tag, sorted(node.attrib.items()), node.text or '', [tree(child) for child in sorted(node, key=lambda child: child.tag)]
    return tree(ElementTree.fromstring(text))


class OperationsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.probe = Probe()
        cls.catalogue = cls.probe.ask('catalogue')

    @classmethod
    def tearDownClass(cls):
        cls.probe.close()

    def rows(self):
        for service, about in self.catalogue.items():
            for operation, row in about['operations'].items():
                yield service, operation, row

    def request(self, service, operation, values):
        return self.probe.ask('request', service=service, operation=operation, region='us-east-2', input=values)

    def test_every_operation_that_lifeboat_needs_has_a_row(self):
        self.assertGreaterEqual(sum(1 for _ in self.rows()), 50)

    def test_services_are_called_as_their_models_say(self):
        for service, about in self.catalogue.items():
            metadata = model_of(service).metadata
            self.assertEqual(about['host'], metadata['endpointPrefix'])
            self.assertEqual(about['signing_name'], metadata.get('signingName', metadata['endpointPrefix']))
            self.assertEqual(about['variable'], metadata['serviceId'].replace(' ', '_').upper())
            self.assertIn(about['version'], ('', metadata['apiVersion']))
            if about['target_prefix']:
                self.assertEqual(about['target_prefix'], metadata['targetPrefix'])

    def compare_shapes(self, ours, model, where, is_input):
        self.assertEqual(ours['type'], SAME_KINDS.get(model.type_name, model.type_name), where)
        if model.type_name in ('list', 'map'):
            self.compare_shapes(ours['element'], model.member if model.type_name == 'list' else model.value, where + '[]', is_input)
        if model.type_name == 'structure':
            for name, member in ours['members'].items():
                self.assertIn(name, model.members, where)
                self.compare_shapes(member, model.members[name], f'{where}.{name}', is_input)
                if is_input:
                    self.assertEqual(member['required'], name in model.required_members, f'{where}.{name}')
            if is_input:
                self.assertLessEqual(set(model.required_members), set(ours['members']), where)

    def test_members_are_those_of_the_models(self):
        for service, operation, row in self.rows():
            model = model_of(service).operation_model(operation)
            for side, shape in (('input', model.input_shape), ('output', model.output_shape)):
                if shape is None:
                    self.assertEqual(row[side]['members'], {}, (service, operation, side))
                else:
                    self.compare_shapes(row[side], shape, f'{service} {operation} {side}', side == 'input')

    def test_paging_names_members_of_both_sides(self):
        for service, operation, row in self.rows():
            for pair in row['pages'].split():
                out, into = pair.split('>')
                self.assertIn(out, row['output']['members'], (service, operation))
                self.assertIn(into, row['input']['members'], (service, operation))
            self.assertEqual(bool(row['pages']), bool(row['list']), (service, operation))
            if row['list']:
                self.assertEqual(row['output']['members'][row['list']]['type'], 'list', (service, operation))

    def test_paging_is_that_of_the_models(self):
        paged = 0
        for service, operation, row in self.rows():
            paginators = MODELS.get_component('data_loader').load_service_model(service, 'paginators-1')['pagination']
            about = paginators.get(operation)
            if not row['pages'] or about is None:
                continue
            pairs = [pair.split('>') for pair in row['pages'].split()]
            tokens = [value if isinstance(value, list) else [value] for value in (about['output_token'], about['input_token'])]
            self.assertEqual([[out for out, _ in pairs], [into for _, into in pairs]], tokens, (service, operation))
            keys = about['result_key'] if isinstance(about['result_key'], list) else [about['result_key']]
            self.assertIn(row['list'], keys, (service, operation))
            paged += 1
        self.assertGreaterEqual(paged, 15)

    def inputs(self):
        for service, operation, row in self.rows():
            model = model_of(service).operation_model(operation).input_shape
            for make in (whole_input, least_input, without_lists):
                values = make(row['input'], model)
                self.assertEqual(enum_problems(model, values), [], (service, operation))
                yield service, operation, values

    def test_requests_are_botocores(self):
        for service, operation, values in self.inputs():
            ours, model = self.request(service, operation, values), theirs(service, operation, values)
            where = (service, operation, values)
            self.assertNotIn('error', ours, where)
            self.assertEqual(ours['method'], model['method'], where)
            url = urlsplit(ours['url'])
            path = url.path
            if service == 's3':  # The bucket moved to the host, as botocore does after serialising.
                path = '/' + url.netloc.split('.')[0] + ('' if path == '/' else path)
            their_path, _, word = model['url_path'].partition('?')
            self.assertEqual(path, their_path, where)
            query = parse_qsl(word, True) + [(name, text_of(value)) for name, value in dict(model['query_string']).items()]
            self.assertEqual(sorted(parse_qsl(url.query, True)), sorted(query), where)
            self.compare_headers(service, dict(map(tuple, ours['headers'])), model['headers'], where)
            self.compare_bodies(ours['body'], model['body'], where)

    def compare_headers(self, service, ours, model, where):
        model = {name.lower(): str(value) for name, value in model.items()}
        ours = {name.lower(): value for name, value in ours.items()}
        if protocol_of(service) == 'rest-xml':  # botocore leaves the type of Route 53's documents to the service.
            ours.pop('content-type', None), model.pop('content-type', None)
        ours.pop('x-amz-checksum-sha256', None)  # botocore adds checksums later; they have a test of their own.
        self.assertEqual(ours, model, where)

    def test_bodies_go_with_their_checksum_where_the_service_wants_it(self):
        checked = 0
        for service, operation, values in self.inputs():
            model, ours = model_of(service).operation_model(operation), self.request(service, operation, values)
            given = dict(map(tuple, ours['headers'])).get('x-amz-checksum-sha256')
            wanted = model.http_checksum_required or (model.http_checksum or {}).get('requestChecksumRequired', False)
            digest = base64.b64encode(hashlib.sha256(ours['body'].encode()).digest()).decode()
            self.assertEqual(given, digest if wanted else None, (service, operation))
            checked += wanted
        self.assertGreaterEqual(checked, 12)

    def compare_bodies(self, ours, model, where):
        if isinstance(model, dict):
            self.assertEqual(sorted(parse_qsl(ours, True)), sorted((name, str(value)) for name, value in model.items()), where)
            return
        model = model.decode() if isinstance(model, bytes) else model
        if ours.startswith('<') and not model:  # botocore sends nothing where there is nothing to say; we send the empty document.
            self.assertEqual(len(ElementTree.fromstring(ours)), 0, where)
        elif ours.startswith('<'):
            self.assertEqual(xml(ours), xml(model), where)
        elif ours.startswith('{'):
            self.assertEqual(sorted(json.loads(ours).items()), sorted(json.loads(model).items()), where)
        else:
            self.assertEqual(ours, model, where)

    def test_an_unknown_member_is_refused(self):
        for service, operation, row in self.rows():
            values = least_input(row['input'], model_of(service).operation_model(operation).input_shape)
            refused = self.request(service, operation, {**values, 'NoSuchMember': 'x'})
            self.assertEqual(refused['error']['code'], 'aws_refused', (service, operation))
            self.assertIn('has no member NoSuchMember', refused['error']['text'])

    def test_a_missing_required_member_is_refused(self):
        tried = 0
        for service, operation, row in self.rows():
            values = least_input(row['input'], model_of(service).operation_model(operation).input_shape)
            for name in values:
                refused = self.request(service, operation, {key: value for key, value in values.items() if key != name})
                self.assertIn(f'lacks {name}', refused['error']['text'], (service, operation))
                tried += 1
        self.assertGreater(tried, 30)

    def test_a_value_of_another_kind_is_refused(self):
        for service, operation, row in self.rows():
            values = whole_input(row['input'], model_of(service).operation_model(operation).input_shape)
            for name in values:
                for wrong in (None, 1.5, {'a': 1}, [1]):
                    self.assertIn('error', self.request(service, operation, {**values, name: wrong}), (service, operation, name, wrong))

    def test_endpoints_are_botocores(self):
        for region in ('us-east-2', 'us-west-1', 'eu-central-1', 'cn-north-1', 'us-gov-west-1'):
            for service, about in self.catalogue.items():
                client = MODELS.create_client(service, region_name=region, aws_access_key_id='a', aws_secret_access_key='b')
                operation, row = next(iter(about['operations'].items()))
                values = least_input(row['input'], model_of(service).operation_model(operation).input_shape)
                ours = self.probe.ask('request', service=service, operation=operation, region=region, input=values)
                host = urlsplit(ours['url']).netloc
                if service == 's3':
                    host = host.split('.', 1)[1]
                self.assertEqual(host, urlsplit(client.meta.endpoint_url).netloc, (service, region))


if __name__ == '__main__':
    unittest.main(argv=['operations_test'], verbosity=2)
