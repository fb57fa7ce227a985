"""Proves that docs/openapi.json is sound, and that the documents of tests/golden are what it says they are.

Every field that it names must be there and no other may be: it would not be documented.

usage: openapi_test.py SOURCE_DIR
"""

import json
import pathlib
import sys
import warnings

import jsonschema

# What the command line prints for itself (load, journal, help) is no document of the controller.
DOCUMENTS = {'error': 'Error', 'status-healthy': 'Status', 'status-region-lost': 'Status', 'plan': 'Plan', 'verify': 'Verify', 'log': 'Log',
             'operation': 'Operation', 'report-failover': 'Report', 'report-refused': 'Report', 'operations': 'Operations', 'outlook': 'Outlook',
             'audit': 'Audit'}


def references(node):
    if isinstance(node, dict):
        if '$ref' in node:
            yield node['$ref']
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def target(document, reference):
    node = document
    for part in reference.removeprefix('#/').split('/'):
        node = node[part]
    return node


def closed(node):
    """The same schema, with no other fields than it names."""
    if isinstance(node, list):
        return [closed(child) for child in node]
    if not isinstance(node, dict):
        return node
    made = {key: closed(child) for key, child in node.items()}
    if isinstance(made.get('properties'), dict) and 'additionalProperties' not in made:
        made['additionalProperties'] = False
    return made


def main():
    # An older jsonschema warns about what a newer one calls otherwise.
    warnings.simplefilter('ignore', DeprecationWarning)
    source = pathlib.Path(sys.argv[1])
    document = json.loads((source / 'docs/openapi.json').read_text(encoding='utf-8'))
    problems = []
    if not document['openapi'].startswith('3.1.'):
        problems.append(f'openapi is {document["openapi"]}')
    for reference in set(references(document)):
        try:
            target(document, reference)
        except KeyError:
            problems.append(f'{reference} leads nowhere')
    operations = [operation for methods in document['paths'].values() for operation in methods.values()]
    names = [operation['operationId'] for operation in operations]
    problems += [f'operationId {name} is there twice' for name in set(names) if names.count(name) > 1]
    for path, methods in document['paths'].items():
        for operation in methods.values():
            named = {part[1:-1] for part in path.replace('.html', '').split('/') if part.startswith('{')}
            declared = {one['name'] for one in operation.get('parameters', []) if one.get('in') == 'path'}
            if named != declared:
                problems.append(f'{path}: the path has {sorted(named)}, its parameters {sorted(declared)}')
    schemas = document['components']['schemas']
    for name, schema in schemas.items():
        jsonschema.Draft202012Validator.check_schema(schema)
    strict = {'components': {'schemas': closed(schemas)}}
    checked = 0
    for example, name in DOCUMENTS.items():
        text = (source / 'tests/golden/cli' / f'{example}.json').read_text(encoding='utf-8')
        validator = jsonschema.Draft202012Validator({'$ref': f'#/components/schemas/{name}', **strict})
        for error in validator.iter_errors(json.loads(text)):
            problems.append(f'{example}.json is no {name}: {error.json_path}: {error.message[:200]}')
        checked += 1
    for problem in problems:
        print(problem)
    print(f'{len(document["paths"])} paths, {len(schemas)} schemas, {checked} documents, {len(problems)} problems')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
