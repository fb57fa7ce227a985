"""Requests to operations and parameters, results to answers, by botocore's own service models."""

import functools
import re
from urllib.parse import parse_qsl, unquote

from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.datastructures import Headers, MultiDict

from .core import AwsError

# Signing names that are not the model's own name.
MODELS = {'monitoring': 'cloudwatch', 'elasticloadbalancing': 'elbv2', 'servicequotas': 'service-quotas'}


def model_of(signing_name):
    return get_service_model(MODELS.get(signing_name, signing_name))


@functools.cache
def routes(signing_name):
    """The REST operations of a service, the more specific first: (method, pattern, needed query, operation)."""
    found = []
    service = model_of(signing_name)
    for name in service.operation_names:
        operation = service.operation_model(name)
        path, _, query = operation.http['requestUri'].partition('?')
        if signing_name == 's3' and '{Bucket}' not in path and 'Bucket' in operation.input_shape.members if operation.input_shape else False:
            path = '/{Bucket}' + ('' if path == '/' else path)
        pattern = re.sub(r'\{(\w+)\+\}', r'(?P<\1>.+)', re.sub(r'\{(\w+)\}', r'(?P<\1>[^/]+)', path.rstrip('/') or '/'))
        needed = dict(parse_qsl(query, keep_blank_values=True))
        headers = [member.serialization['name'] for member in operation.input_shape.members.values()
                   if member.serialization.get('location') == 'header' and name in ('CopyObject', 'UploadPartCopy') and 'copy-source' in member.serialization['name']
                   and len(member.serialization['name']) < 18] if operation.input_shape else []
        required = [member.serialization['name'] for key, member in operation.input_shape.members.items() if member.serialization.get('location') == 'querystring'
                    and key in operation.input_shape.required_members] if operation.input_shape else []
        rank = (len(needed) + len(required) + len(headers), len(re.sub(r'\(.*?\)', '', pattern)), -pattern.count('.+'))
        found.append((rank, operation.http['method'], re.compile(pattern + '/?'), needed, required, headers, name))
    return sorted(found, key=lambda route: route[0], reverse=True)


def match_route(signing_name, method, raw_path, query, headers):
    given = dict(parse_qsl(query, keep_blank_values=True))
    for _, wanted, pattern, needed, required, wanted_headers, name in routes(signing_name):
        match = pattern.fullmatch(raw_path) if wanted == method else None
        if match is None or any(header not in headers for header in wanted_headers) or any(key not in given for key in required):
            continue
        if all(key in given and value in ('', given[key]) for key, value in needed.items()):
            return name, {key: value for key, value in match.groupdict().items()}
    return None, {}


def understand(signing_name, method, raw_path, query, headers, body):
    """(operation's name, its model, its parameters)."""
    try:
        service = model_of(signing_name)
    except Exception as error:
        raise AwsError('UnrecognizedClientException', f'there is no service {signing_name}', 403) from error
    protocol = service.metadata['protocol']
    values, url_params = MultiDict(parse_qsl(query, keep_blank_values=True)), {}
    if protocol in ('query', 'ec2'):
        # Models may prefer another protocol by now; a form is always the query protocol.
        values = MultiDict(parse_qsl(body.decode(), keep_blank_values=True)) if body else values
        name = values.get('Action')
    elif 'x-amz-target' in headers:
        protocol, name = 'json', headers['x-amz-target'].split('.')[-1]
    elif headers.get('content-type', '').startswith('application/x-www-form-urlencoded'):
        protocol, values = 'query', MultiDict(parse_qsl(body.decode(), keep_blank_values=True))
        name = values.get('Action')
    else:
        name, url_params = match_route(signing_name, method, raw_path, query, headers)
    if not name or name not in service.operation_names:
        raise AwsError('InvalidAction', f'The action {name or method + " " + unquote(raw_path)} is not valid for this web service.')
    operation = service.operation_model(name)
    if signing_name == 's3':  # Objects may be any bytes; what the log needs stands in the path.
        return name, operation, {key: unquote(value) for key, value in url_params.items()}
    request = {'method': method, 'values': values, 'headers': Headers(headers.items()), 'body': body, 'url_path': raw_path, 'url_params': url_params}
    parsed = PROTOCOL_PARSERS[protocol](operation).parse(request)
    return name, operation, parsed


def _protocol(operation, headers):
    protocol = operation.service_model.metadata['protocol']
    if headers.get('content-type', '').startswith('application/x-www-form-urlencoded') and protocol != 'ec2':
        return 'query'
    return 'json' if 'x-amz-target' in headers else protocol


def answer(operation, headers, result):
    """(status, headers, body bytes) of a result or an AwsError."""
    serializer = get_serializer_class(operation.service_model.service_name, _protocol(operation, headers))(operation_model=operation)
    made = serializer.serialize(result)
    status = result.status if isinstance(result, AwsError) else made['status_code']
    body = made['body']
    return status, dict(made['headers']), body.encode() if isinstance(body, str) else body


def plain_error(error, headers):
    """For requests of which not even the service is known."""
    if 'x-amz-target' in headers:
        import json
        return error.status, {'Content-Type': 'application/x-amz-json-1.1', 'x-amzn-ErrorType': error.code}, json.dumps({'__type': error.code, 'message': error.message}).encode()
    text = f'<ErrorResponse><Error><Type>Sender</Type><Code>{error.code}</Code><Message>{error.message}</Message></Error><RequestId>none</RequestId></ErrorResponse>'
    return error.status, {'Content-Type': 'text/xml'}, text.encode()
