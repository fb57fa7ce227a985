"""How the table reads answers: whole answers made from botocore's models, read by botocore's parsers and by ours."""

import datetime
import json
import re
import unittest
from xml.etree.ElementTree import Element, SubElement, tostring

import botocore.parsers
import botocore.session

from operations_test import model_of, protocol_of
from probe import Probe
from samples import TEXTS

DEEPEST = 6
MOMENT = '2026-11-24T01:02:03Z'


def plain(shape, number):
    """A value for a shape without members, as JSON has it."""
    if getattr(shape, 'enum', None):
        return shape.enum[number % len(shape.enum)]
    return {'integer': 7 + number, 'long': 7000000000 + number, 'double': 0.25 + number, 'float': 0.25 + number, 'boolean': number % 2 == 0}.get(
        shape.type_name, TEXTS[number % len(TEXTS)])


def text(shape, number):
    if shape.type_name == 'timestamp':
        return MOMENT
    value = plain(shape, number)
    return value if isinstance(value, str) else json.dumps(value)


def members_of(shape):
    """All of them, but of a union one."""
    return list(shape.members.items())[:1 if shape.is_tagged_union else None]


def write_xml(parent, name, shape, elements, number=0, depth=0):
    """The element as the model spells it: an answer that the service could give."""
    if depth > DEEPEST:
        return
    if shape.type_name == 'list':
        flattened = shape.serialization.get('flattened')
        holder = parent if flattened else SubElement(parent, name)
        for index in range(elements):
            write_xml(holder, name if flattened else shape.member.serialization.get('name', 'member'), shape.member, elements, number + index, depth + 1)
        return
    element = SubElement(parent, name)
    if shape.type_name == 'structure':
        for index, (member_name, member) in enumerate(members_of(shape)):
            write_xml(element, member.serialization.get('name', member_name), member, elements, number + index, depth + 1)
    elif shape.type_name != 'map':
        element.text = text(shape, number)


def json_value(shape, elements, number=0, depth=0):
    if depth > DEEPEST:
        return None
    if shape.type_name == 'structure':
        return {member.serialization.get('name', name): json_value(member, elements, number + index, depth + 1)
                for index, (name, member) in enumerate(members_of(shape))}
    if shape.type_name == 'list':
        return [json_value(shape.member, elements, number + index, depth + 1) for index in range(elements)]
    if shape.type_name == 'map':
        return {f'key {index}': json_value(shape.value, elements, number + index, depth + 1) for index in range(elements)}
    return 1795482123.5 if shape.type_name == 'timestamp' else plain(shape, number)


def body_of(service, operation, model, elements, root_name=''):
    if protocol_of(service) in ('json', 'rest-json'):
        return json.dumps(json_value(model.output_shape, elements))
    root = Element('whole')
    root.append(Element('requestId'))
    answer = SubElement(root, root_name or f'{operation}Response')
    if model.output_shape is not None:
        wrapper = model.output_shape.serialization.get('resultWrapper')
        holder = SubElement(answer, wrapper) if wrapper else answer
        for number, (name, member) in enumerate(model.output_shape.members.items()):
            if 'location' not in member.serialization:
                write_xml(holder, member.serialization.get('name', name), member, elements, number)
    SubElement(SubElement(answer, 'ResponseMetadata'), 'RequestId').text = 'request-1'
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(answer, encoding='unicode')


def projected(ours, theirs):
    """botocore's value as far as our shape has names for it, in our spelling of times."""
    if isinstance(theirs, datetime.datetime):
        return theirs.astimezone(datetime.timezone.utc)
    if ours['type'] == 'structure':
        return {name: projected(member, theirs[name]) for name, member in ours['members'].items() if name in theirs}
    if ours['type'] == 'list':
        return [projected(ours['element'], element) for element in theirs]
    return theirs


def with_times(ours, value):
    if ours['type'] == 'timestamp':
        return datetime.datetime.fromisoformat(value)
    if ours['type'] == 'structure':
        return {name: with_times(ours['members'][name], member) for name, member in value.items()}
    return [with_times(ours['element'], element) for element in value] if ours['type'] == 'list' else value


class AnswersTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.probe = Probe()
        cls.catalogue = cls.probe.ask('catalogue')

    @classmethod
    def tearDownClass(cls):
        cls.probe.close()

    def read(self, service, operation, status, body, headers=()):
        return self.probe.ask('read', service=service, operation=operation, status=status, headers=list(headers), body=body)

    def parsed_by_botocore(self, service, operation, status, body, headers=()):
        parser = botocore.parsers.create_parser(protocol_of(service))
        answer = {'status_code': status, 'headers': {name.lower(): value for name, value in headers}, 'body': body.encode(), 'context': {'operation_name': operation}}
        return parser.parse(answer, model_of(service).operation_model(operation).output_shape)

    def rows(self):
        return ((service, operation, row) for service, about in self.catalogue.items() for operation, row in about['operations'].items() if service != 's3')

    def test_answers_are_read_as_botocore_reads_them(self):
        values = 0
        for service, operation, row in self.rows():
            model = model_of(service).operation_model(operation)
            for elements in (2, 1, 0):
                body = body_of(service, operation, model, elements)
                ours, theirs = self.read(service, operation, 200, body), self.parsed_by_botocore(service, operation, 200, body)
                self.assertIn('answer', ours, (service, operation, body[:300]))
                read = with_times(row['output'], ours['answer'])
                self.assertEqual(read, projected(row['output'], theirs), (service, operation, elements))
                self.assertEqual(set(read), set(row['output']['members']), (service, operation))
                values += len(json.dumps(ours['answer']))
        self.assertGreater(values, 20000)

    def test_absent_members_are_absent(self):
        for service, operation, row in self.rows():
            body = '{}' if protocol_of(service) in ('json', 'rest-json') else f'<{operation}Response><{operation}Result/></{operation}Response>'
            self.assertEqual(self.read(service, operation, 200, body), {'answer': {}}, (service, operation))

    def test_an_object_of_s3_is_its_bytes_and_headers(self):
        headers = [['ETag', '"abc"'], ['content-length', '12'], ['Content-Type', 'text/plain'], ['Last-Modified', 'Tue, 24 Nov 2026 01:02:03 GMT'],
                   ['X-Amz-Version-Id', 'v1']]
        ours = self.read('s3', 'GetObject', 200, '<not> parsed', headers)['answer']
        self.assertEqual(ours, {'Body': '<not> parsed', 'ETag': '"abc"', 'ContentLength': 12, 'ContentType': 'text/plain', 'LastModified': MOMENT, 'VersionId': 'v1'})
        for name, value in self.parsed_by_botocore('s3', 'HeadObject', 200, '', headers).items():
            if name not in ('ResponseMetadata', 'Metadata'):
                self.assertEqual(ours[name], value if name != 'LastModified' else MOMENT)

    def test_documents_of_s3_are_read_as_botocore_reads_them(self):
        read = 0
        for operation, row in self.catalogue['s3']['operations'].items():
            if not row['answer_element'] or operation == 'GetBucketLocation':
                continue
            for elements in (2, 1, 0):
                body = body_of('s3', operation, model_of('s3').operation_model(operation), elements, row['answer_element'])
                ours, theirs = self.read('s3', operation, 200, body), self.parsed_by_botocore('s3', operation, 200, body)
                self.assertIn('answer', ours, (operation, body[:300]))
                self.assertEqual(with_times(row['output'], ours['answer']), projected(row['output'], theirs), (operation, elements))
                read += 1
        self.assertGreaterEqual(read, 9)

    def test_where_a_bucket_is_stands_in_the_root_element(self):
        for words in ('us-west-1', ''):
            body = f'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">{words}</LocationConstraint>'
            self.assertEqual(self.read('s3', 'GetBucketLocation', 200, body), {'answer': {'LocationConstraint': words}})

    FAILURES = [
        ('rds', 'DescribeDBInstances', 404, 'missing', '<ErrorResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><Error><Type>Sender</Type><Code>DBInstanceNotFound</Code>'
         '<Message>DBInstance a not found.</Message></Error><RequestId>r-1</RequestId></ErrorResponse>'),
        ('rds', 'PromoteReadReplica', 400, 'refused', '<ErrorResponse><Error><Code>InvalidDBInstanceState</Code><Message>Not in available state</Message></Error>'
         '<RequestId>r-2</RequestId></ErrorResponse>'),
        ('cloudformation', 'DescribeStacks', 400, 'missing', '<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error>'
         '<RequestId>r-3</RequestId></ErrorResponse>'),
        ('cloudformation', 'DescribeStacks', 400, 'throttled', '<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error>'
         '<RequestId>r-4</RequestId></ErrorResponse>'),
        ('ec2', 'DescribeVpcs', 403, 'denied', '<?xml version="1.0"?><Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>no</Message></Error></Errors>'
         '<RequestID>r-5</RequestID></Response>'),
        ('ec2', 'DescribeVpcs', 503, 'throttled', '<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow</Message></Error></Errors>'
         '<RequestID>r-6</RequestID></Response>'),
        ('route53', 'GetHostedZone', 404, 'missing', '<ErrorResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Error><Type>Sender</Type><Code>NoSuchHostedZone</Code>'
         '<Message>No hosted zone</Message></Error><RequestId>r-7</RequestId></ErrorResponse>'),
        ('s3', 'PutObject', 412, 'refused', '<?xml version="1.0"?><Error><Code>PreconditionFailed</Code><Message>At least one</Message><RequestId>r-8</RequestId></Error>'),
        ('ssm', 'GetParameter', 400, 'missing', '{"__type": "com.amazonaws.ssm#ParameterNotFound", "message": "none"}'),
        ('eks', 'DescribeCluster', 404, 'missing', '{"message": "No cluster", "code": "ResourceNotFoundException"}'),
        ('sts', 'GetCallerIdentity', 403, 'expired', '<ErrorResponse><Error><Code>ExpiredToken</Code><Message>expired</Message></Error><RequestId>r-9</RequestId></ErrorResponse>'),
        ('s3', 'GetObject', 403, 'clock_skewed', '<Error><Code>RequestTimeTooSkewed</Code><Message>too large</Message><RequestId>r-10</RequestId></Error>'),
    ]

    def test_failures_are_read_as_botocore_reads_them(self):
        for service, operation, status, kind, body in self.FAILURES:
            headers = [['x-amzn-RequestId', 'from-header']]
            ours = self.read(service, operation, status, body, headers)['failure']
            theirs = self.parsed_by_botocore(service, operation, status, body, headers)
            self.assertEqual((ours['code'], ours['message']), (theirs['Error']['Code'], theirs['Error'].get('Message', '')), body)
            self.assertEqual((ours['kind'], ours['status']), (kind, status), body)
            self.assertEqual(ours['request_id'], re.search('r-[0-9]+', body).group(0) if body.startswith('<') else 'from-header')

    def test_a_refused_batch_of_records_names_every_reason(self):
        body = '<InvalidChangeBatch xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Messages><Message>first</Message><Message>second</Message></Messages></InvalidChangeBatch>'
        ours = self.read('route53', 'ChangeResourceRecordSets', 400, body)['failure']
        self.assertEqual((ours['code'], ours['message'], ours['kind']), ('InvalidChangeBatch', 'first; second', 'refused'))

    def test_what_no_service_answers_is_a_failure_with_a_message(self):
        page = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>'
        for status, body, kind, says in ((500, page, 'server_fault', '502 Bad Gateway'), (200, page, 'unreadable', '<html>'), (200, '', 'unreadable', 'no XML'),
                                         (502, '', 'server_fault', 'empty answer'), (200, '<DescribeVpcsResponse>', 'unreadable', 'no XML'), (403, page, 'denied', 'beginning'),
                                         (200, '<DescribeVpcsResponse><vpcSet><item><isDefault>yes</isDefault></item></vpcSet></DescribeVpcsResponse>', 'unreadable', 'Vpcs: IsDefault')):
            ours = self.read('ec2', 'DescribeVpcs', status, body)
            self.assertEqual(ours['failure']['kind'], kind, body)
            self.assertIn(says, ours['error']['text'])
        for body in ('', '[]', '{"Parameter": 1}', '{"Parameter": {"Version": "1"}}', '{"Parameter": {"LastModifiedDate": 1e300}}', page):
            self.assertEqual(self.read('ssm', 'GetParameter', 200, body)['failure']['kind'], 'unreadable', body)


if __name__ == '__main__':
    unittest.main(argv=['answers_test'], verbosity=2)
