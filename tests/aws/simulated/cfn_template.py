"""CloudFormation's templates: reading, references, and what AWS's own schemas say of each type."""

import functools
import json
import re
from pathlib import Path

from .core import ACCOUNT, AwsError

LARGEST_BODY = 51200
NO_VALUE = object()
UNKNOWN = '{{changeSet:KNOWN_AFTER_APPLY}}'
_SUB = re.compile(r'\$\{([^!}][^}]*)\}')
_RESOLVE = re.compile(r'\{\{resolve:secretsmanager:(.+?):SecretString:([^:}]+)(?::[^}]*)?\}\}')


def validation(message):
    return AwsError('ValidationError', message)


@functools.cache
def _schemas():
    import cfnlint
    folder = Path(cfnlint.__file__).parent / 'data/schemas'
    return folder, json.loads((folder / 'providers/us-east-2.json').read_text(encoding='utf-8'))


@functools.cache
def schema(kind):
    folder, index = _schemas()
    return json.loads((folder / 'resources' / f'{index[kind]}.json').read_text(encoding='utf-8')) if kind in index else None


def recreation(kind, name):
    """What a change of the property means: "Always", "Conditionally" or "Never", by AWS's schema."""
    known, path = schema(kind), '/properties/' + name
    if path in known.get('createOnlyProperties', []):
        return 'Always'
    return 'Conditionally' if path in known.get('conditionalCreateOnlyProperties', []) else 'Never'


def parse(body):
    if len(body.encode()) > LARGEST_BODY:
        raise validation("1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to 51200")
    try:
        template = json.loads(body)
    except ValueError as error:
        raise validation(f'Template format error: JSON not well-formed. ({error})') from error
    check(template)
    return template


def check(template):
    resources = template.get('Resources')
    if not isinstance(resources, dict) or not resources:
        raise validation('Template format error: At least one Resources member must be defined.')
    unknown = sorted({resource.get('Type', '') for resource in resources.values() if schema(resource.get('Type', '')) is None})
    if unknown:
        raise validation(f'Template format error: Unrecognized resource types: [{", ".join(unknown)}]')
    for section in ('Resources', 'Outputs'):
        for name in mentioned(template.get(section, {})):
            if name not in resources and name not in template.get('Parameters', {}) and not name.startswith('AWS::'):
                raise validation(f'Template format error: Unresolved resource dependencies [{name}] in the {section} block of the template')
    for name, resource in resources.items():
        for other in _listed(resource.get('DependsOn', [])):
            if other not in resources:
                raise validation(f'Template format error: Unresolved resource dependencies [{other}] in the Resources block of the template')
    in_order(template)


def needed_capabilities(template):
    kinds = [(resource['Type'], resource.get('Properties', {})) for resource in template['Resources'].values() if resource['Type'].startswith('AWS::IAM::')]
    if any({'RoleName', 'InstanceProfileName', 'PolicyName', 'UserName', 'GroupName'} & set(properties) - ({'PolicyName'} if kind == 'AWS::IAM::Policy' else set())
           for kind, properties in kinds):
        return {'CAPABILITY_NAMED_IAM'}
    return {'CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM'} if kinds else set()


def _listed(value):
    return [value] if isinstance(value, str) else list(value)


def mentioned(value):
    """The names that Ref, Fn::GetAtt and Fn::Sub name."""
    found = set()
    if isinstance(value, list):
        for item in value:
            found |= mentioned(item)
    elif isinstance(value, dict):
        if set(value) == {'Ref'}:
            return {value['Ref']}
        if set(value) == {'Fn::GetAtt'}:
            return {value['Fn::GetAtt'][0] if isinstance(value['Fn::GetAtt'], list) else value['Fn::GetAtt'].split('.')[0]}
        if set(value) == {'Fn::Sub'}:
            text, own = value['Fn::Sub'] if isinstance(value['Fn::Sub'], list) else (value['Fn::Sub'], {})
            found |= {name.split('.')[0] for name in _SUB.findall(text) if name not in own}
            return found | mentioned(own)
        for item in value.values():
            found |= mentioned(item)
    return found


def dependencies(template, name):
    resource = template['Resources'][name]
    return {other for other in mentioned(resource.get('Properties', {})) | set(_listed(resource.get('DependsOn', []))) if other in template['Resources']}


def in_order(template):
    """The resources with those that they need before them."""
    left, done = dict(template['Resources']), []
    while left:
        ready = [name for name in left if not dependencies(template, name) & set(left)]
        if not ready:
            raise validation(f'Circular dependency between resources: [{", ".join(left)}]')
        done += ready
        for name in ready:
            del left[name]
    return done


class Evaluator:
    """Values of a template in a stack. `attribute` is asked for what resources are: (logical id, attribute or nothing)."""

    def __init__(self, region, stack_name, stack_id, parameters, attribute, secret):
        self.attribute, self.secret = attribute, secret
        self.plain = {'AWS::Region': region, 'AWS::AccountId': ACCOUNT, 'AWS::Partition': 'aws', 'AWS::URLSuffix': 'amazonaws.com', 'AWS::StackName': stack_name,
                      'AWS::StackId': stack_id, 'AWS::NoValue': NO_VALUE, **parameters}

    def value(self, value):
        if isinstance(value, list):
            return [item for item in (self.value(item) for item in value) if item is not NO_VALUE]
        if isinstance(value, str):
            return _RESOLVE.sub(lambda match: self.secret(match[1], match[2]), value) if self.secret else value
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            key, inner = next(iter(value.items()))
            if key == 'Ref' or key.startswith('Fn::'):
                return self._function(key, inner)
        return {key: item for key, item in ((key, self.value(item)) for key, item in value.items()) if item is not NO_VALUE}

    def _named(self, name):
        return self.plain[name] if name in self.plain else self.attribute(name, None)

    def _function(self, key, inner):
        if key == 'Ref':
            return self._named(inner)
        if key == 'Fn::GetAtt':
            name, attribute = inner if isinstance(inner, list) else inner.split('.', 1)
            return self.attribute(name, attribute)
        if key == 'Fn::Join':
            parts = self.value(inner[1])
            return UNKNOWN if any(UNKNOWN in str(part) for part in parts) else inner[0].join(str(part) for part in parts)
        if key == 'Fn::Sub':
            text, own = inner if isinstance(inner, list) else (inner, {})
            own = self.value(own)

            def one(match):
                name = match[1]
                if name in own:
                    return str(own[name])
                head, _, attribute = name.partition('.')
                return str(self.attribute(head, attribute) if attribute else self._named(head))
            return _SUB.sub(one, text).replace('${!', '${')
        if key == 'Fn::Base64':
            import base64
            return base64.b64encode(self.value(inner).encode()).decode()
        if key == 'Fn::Select':
            index, values = self.value(inner)
            return UNKNOWN if values == UNKNOWN else values[int(index)]
        if key == 'Fn::Split':
            text = self.value(inner[1])
            return UNKNOWN if text == UNKNOWN else text.split(inner[0])
        raise validation(f'Template error: simulated: {key} is not simulated')


def problem_of(kind, properties):
    """What AWS's schema refuses at once: unknown and missing properties, and those that only AWS writes."""
    known = schema(kind)
    unknown = sorted(set(properties) - set(known['properties']))
    if unknown:
        return f'Encountered unsupported property {unknown[0]}'
    missing = sorted(set(known.get('required', [])) - set(properties))
    if missing:
        return f'Properties validation failed for resource with message: #: required key [{missing[0]}] not found'
    read_only = sorted(name for name in properties if '/properties/' + name in known.get('readOnlyProperties', []))
    return f'Encountered readonly properties: {read_only[0]}' if read_only else None
