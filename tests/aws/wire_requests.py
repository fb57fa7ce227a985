"""HTTP requests read back into operations and their input by botocore's models, and what is wrong with them."""

import datetime
import json
import re
from functools import cache
from urllib.parse import parse_qsl, unquote
from xml.etree import ElementTree

import botocore.session
from botocore.validate import ParamValidator

MODELS = botocore.session.get_session()
# The rows' names of services by the names that requests are signed for.
SIGNED_FOR = {'elasticloadbalancing': 'elbv2', 'monitoring': 'cloudwatch', 'servicequotas': 'service-quotas'}
HIDDEN = ('redacted', '(not shown)')
REST = ('rest-xml', 'rest-json')


class Unreadable(Exception):
    pass


@cache
def model_of(service):
    return MODELS.get_service_model(service)


def protocol_of(service):
    # Query is one of the protocols that the service's model lists; botocore itself would choose a newer one.
    return 'query' if service == 'cloudwatch' else model_of(service).metadata['protocol']


def service_of(request):
    signed = request['scope'].split('/')[-1] or request['host'].split('.')[0]
    return SIGNED_FOR.get(signed, signed)


def scalar(shape, text):
    """Text of a form, a header, a path or a document as its type; what is not of that type stays text, and is found by the validation."""
    try:
        if shape.type_name in ('integer', 'long'):
            return int(text)
        if shape.type_name in ('float', 'double'):
            return float(text)
        if shape.type_name == 'timestamp':
            return datetime.datetime.fromisoformat(text.replace('Z', '+00:00'))
    except ValueError:
        return text
    if shape.type_name == 'boolean':
        return {'true': True, 'false': False}.get(text, text)
    return text.encode() if shape.type_name == 'blob' else text


# Forms

def tree_of(fields):
    """{'A.1.B': 'x'} → {'A': {'1': {'B': 'x'}}}; a value beside members is at ''."""
    tree = {}
    for name, value in fields:
        at = tree
        for part in name.split('.'):
            at = at.setdefault(part, {})
        if '' in at:
            raise Unreadable(f'{name} is given twice')
        at[''] = value
    return tree


def form_names(shape, service, name):
    """How a member is called in a form, and how many parts of its name a list's elements lie below it."""
    if protocol_of(service) == 'ec2':
        given = shape.serialization.get('queryName') or shape.serialization.get('name', name)
        return given[:1].upper() + given[1:], ()
    if shape.type_name != 'list':
        return shape.serialization.get('name', name), ()
    if shape.serialization.get('flattened'):
        return shape.member.serialization.get('name') or shape.serialization.get('name', name), ()
    return shape.serialization.get('name', name), (shape.member.serialization.get('name', 'member'),)


def from_form(shape, tree, service, below=()):
    if shape.type_name == 'structure':
        known = {form_names(member, service, name)[0]: (name, member) for name, member in shape.members.items()}
        values = {}
        for wire, part in tree.items():
            if wire not in known:
                values[wire or '(a value)'] = part  # The validation calls it unknown.
                continue
            name, member = known[wire]
            values[name] = from_form(member, part, service, form_names(member, service, name)[1])
        return values
    if shape.type_name == 'list':
        if tree == {'': ''}:
            return []
        for part in below:
            if set(tree) != {part}:
                raise Unreadable(f'a list has {sorted(tree)} in place of {part}')
            tree = tree[part]
        if sorted(tree, key=lambda key: key.rjust(9)) != [str(index + 1) for index in range(len(tree))]:
            raise Unreadable(f'a list is numbered {sorted(tree)}')
        return [from_form(shape.member, tree[str(index + 1)], service, form_names(shape.member, service, '')[1]) for index in range(len(tree))]
    if set(tree) != {''}:
        raise Unreadable(f'a {shape.type_name} has parts {sorted(tree)}')
    return scalar(shape, tree[''])


def read_form(service, request):
    fields = parse_qsl(request['body'], keep_blank_values=True, strict_parsing=True)
    heads = {name: value for name, value in fields if name in ('Action', 'Version')}
    if heads.get('Version') != model_of(service).metadata['apiVersion']:
        raise Unreadable(f'Version {heads.get("Version")}')
    shape = model_of(service).operation_model(heads['Action']).input_shape
    rest = [(name, value) for name, value in fields if name not in heads]
    if shape is None:
        return heads['Action'], dict(rest)
    return heads['Action'], from_form(shape, tree_of(rest), service)


# REST

def uri_pattern(template):
    parts = re.split(r'(\{\w+\+?\})', template)
    return ''.join(f'(?P<{part.strip("{}+")}>{".+" if "+" in part else "[^/]+"})' if part.startswith('{') else re.escape(part) for part in parts)


def whole_path(service, request):
    """With S3's bucket in the path, wherever it came."""
    if service != 's3' or '.s3.' not in '.' + request['host'] or request['host'].startswith('s3.'):
        return request['path']
    bucket = request['host'].split('.s3.')[0]
    return f'/{bucket}' + ('' if request['path'] == '/' else request['path'])


@cache
def rest_operations(service):
    """Of each operation its name, method, path, fixed part of the query, and what else must be in the query."""
    found = []
    for name in model_of(service).operation_names:
        operation = model_of(service).operation_model(name)
        http, shape = operation.http, operation.input_shape
        path, _, fixed = http['requestUri'].partition('?')
        wanted = [shape.members[member].serialization['name'] for member in (shape.required_members if shape else ())
                  if shape.members[member].serialization.get('location') == 'querystring']
        found.append((name, http['method'], re.compile(uri_pattern(path.rstrip('/')) + '/?'), parse_qsl(fixed, keep_blank_values=True), wanted))
    return found


def rest_candidates(service, request):
    """Operations that the method, the path and what must be in the query fit, the one that wants the most last."""
    query, path, found = dict(map(tuple, request['query'])), whole_path(service, request), []
    for name, method, pattern, pairs, wanted in rest_operations(service):
        match = method == request['method'] and pattern.fullmatch(path)
        if match and all(query.get(key) == value for key, value in pairs) and all(key in query for key in wanted):
            found.append((len(pairs) + len(wanted), name, match.groupdict(), [key for key, _ in pairs]))
    return sorted(found, key=lambda each: each[0])


def from_xml(shape, node):
    plain = {child.tag.split('}')[-1] for child in node}
    if shape.type_name == 'structure':
        values = {}
        known = {member.serialization.get('name', name): (name, member, member.type_name == 'list' and member.serialization.get('flattened'))
                 for name, member in shape.members.items()}
        for tag in plain:
            children = [child for child in node if child.tag.split('}')[-1] == tag]
            if tag not in known:
                values[tag] = children[0].text
                continue
            name, member, flattened = known[tag]
            if flattened:
                values[name] = [from_xml(member.member, child) for child in children]
            elif len(children) > 1:
                raise Unreadable(f'{tag} is given {len(children)} times')
            else:
                values[name] = from_xml(member, children[0])
        return values
    if shape.type_name == 'list':
        if plain - {shape.member.serialization.get('name', 'member')}:
            raise Unreadable(f'a list has {sorted(plain)}')
        return [from_xml(shape.member, child) for child in node]
    return scalar(shape, node.text or '')


def from_json(shape, value):
    if shape is not None and shape.type_name == 'structure' and isinstance(value, dict):
        known = {member.serialization.get('name', name): (name, member) for name, member in shape.members.items()}
        return {known[key][0] if key in known else key: from_json(known[key][1] if key in known else None, member) for key, member in value.items()}
    if shape is not None and shape.type_name == 'list' and isinstance(value, list):
        return [from_json(shape.member, element) for element in value]
    return value


def read_rest_body(service, shape, body):
    payload = shape.serialization.get('payload')
    if payload:
        member = shape.members[payload]
        if member.type_name in ('blob', 'string'):
            return {payload: body} if body else {}
        return {payload: from_xml(member, ElementTree.fromstring(body))} if body else {}
    if not body:
        return {}
    return from_json(shape, json.loads(body)) if protocol_of(service) == 'rest-json' else from_xml(shape, ElementTree.fromstring(body))


def read_rest(service, request):
    candidates = rest_candidates(service, request)
    if not candidates:
        raise Unreadable('no operation has this method and path')
    _, operation, in_path, fixed = candidates[-1]
    shape = model_of(service).operation_model(operation).input_shape
    if shape is None:
        return operation, {}
    values = read_rest_body(service, shape, request['body'])
    places = {(member.serialization.get('location'), member.serialization.get('name', name).lower()): (name, member) for name, member in shape.members.items()}
    given = [('uri', name, unquote(text)) for name, text in in_path.items()] + [
        ('querystring', name, text) for name, text in request['query'] if name not in fixed] + [
        ('header', name, text) for name, text in request['headers'] if ('header', name.lower()) in places]
    for place, wire, text in given:
        if (place, wire.lower()) not in places:
            values[wire] = text
            continue
        name, member = places[place, wire.lower()]
        values[name] = scalar(member, text) if member.type_name != 'timestamp' else text
    return operation, values


def read_json(service, request):
    headers = {name.lower(): value for name, value in request['headers']}
    prefix, _, operation = headers.get('x-amz-target', '').rpartition('.')
    if prefix != model_of(service).metadata['targetPrefix']:
        raise Unreadable(f'X-Amz-Target {headers.get("x-amz-target")}')
    return operation, from_json(model_of(service).operation_model(operation).input_shape, json.loads(request['body']))


def read_request(request):
    """(service, operation, input) of one recorded request."""
    service = service_of(request)
    protocol = protocol_of(service)
    read = read_rest if protocol in REST else read_json if protocol == 'json' else read_form
    operation, values = read(service, request)
    return service, operation, values


# What is wrong with an input

def word_problems(model, values, where):
    """Words that the service does not know, and text that does not fit the model's pattern or length."""
    if isinstance(values, dict) and model.type_name == 'structure':
        return [problem for name, member in values.items() if name in model.members for problem in word_problems(model.members[name], member, f'{where}.{name}')]
    if isinstance(values, dict) and model.type_name == 'map':
        return [problem for member in values.values() for problem in word_problems(model.value, member, where + '{}')]
    if isinstance(values, list) and model.type_name == 'list':
        return [problem for member in values for problem in word_problems(model.member, member, where + '[]')]
    if not isinstance(values, str) or values in HIDDEN or '… (' in values:
        return []
    problems = []
    if getattr(model, 'enum', None) and values not in model.enum:
        problems.append(f'{where}: {values} is none of {model.enum}')
    pattern = model.metadata.get('pattern')
    if pattern and not re.search(pattern.replace('\\p{L}', '\\w').replace('\\p{Z}', '\\s').replace('\\p{N}', '\\d'), values):
        problems.append(f'{where}: {values} does not fit {pattern}')
    if len(values) > model.metadata.get('max', len(values)):
        problems.append(f'{where}: {len(values)} characters, at most {model.metadata["max"]}')
    return problems


def problems_of(service, operation, values):
    """Everything that the service's model has against the input, as sentences; empty where it is fine."""
    if operation not in model_of(service).operation_names:
        return [f'{service} has no operation {operation}']
    shape = model_of(service).operation_model(operation).input_shape
    if shape is None:
        return [f'{service} {operation} takes nothing, but was given {sorted(values)}'] if values else []
    unknown = ParamValidator().validate(values, shape)
    problems = [f'{service} {operation}: {line}' for line in unknown.generate_report().splitlines()] if unknown.has_errors() else []
    return problems + [f'{service} {operation}{problem}' for problem in word_problems(shape, values, '')]
