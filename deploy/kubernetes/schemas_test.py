"""schemas_test.py ROOT CACHE: every object of every overlay against the published schemas of three Kubernetes versions.

The schemas are those of the PyPI package kubernetes-validate, fetched once into the folder CACHE and checked by its digest.
"""

import copy
import hashlib
import json
import re
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path

warnings.simplefilter('ignore')  # jsonschema's newer versions have another resolver; Debian's has this one.

import jsonschema

from manifests import finish, objects_of, regions, skip

VERSIONS = ('1.31.0', '1.34.0', '1.37.0')
PACKAGE, VERSION = 'kubernetes-validate', '1.37.0'
SHA256 = '85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9'


def wheel(cache):
    file = cache / f'kubernetes_validate-{VERSION}-py3-none-any.whl'
    if not file.exists():
        download = [sys.executable, '-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', str(cache), f'{PACKAGE}=={VERSION}']
        done = subprocess.run(download, capture_output=True, text=True, timeout=150, check=False)
        if done.returncode != 0:
            skip(f'{PACKAGE} {VERSION} can\'t be had from PyPI: {(done.stderr.strip().splitlines() or ["no pip"])[-1]}')
    if hashlib.sha256(file.read_bytes()).hexdigest() != SHA256:
        file.unlink()
        finish([f'{file.name} is not the one that was looked at: its SHA-256 differs'], '')
    return zipfile.ZipFile(file)


class Schemas:
    """Of one version; strict: a field that the schema does not know is an error."""

    def __init__(self, archive, version):
        self.archive, self.folder = archive, f'kubernetes_validate/kubernetes-json-schema/v{version}-local-strict'
        self.definitions, self.validators = self.read('_definitions'), {}

    def read(self, name):
        return json.loads(self.archive.read(f'{self.folder}/{name}.json'))

    def validator(self, item):
        group = re.sub(r'^([^./]*)(?:\.[^/]*)?/', r'\1-', item['apiVersion'])
        name = f'{item["kind"].lower()}-{group}'
        if name not in self.validators:
            schema = self.read(name)
            store = {base + '_definitions.json': self.definitions for base in ('', 'https://kubernetes.io/api/')}
            resolver = jsonschema.RefResolver(schema.get('$id', ''), schema, store=store)
            self.validators[name] = jsonschema.Draft7Validator(schema, resolver=resolver)
        return self.validators[name]

    def problems(self, item):
        for error in self.validator(item).iter_errors(item):
            yield f'{item["kind"]} {item["metadata"]["name"]}: {"/".join(map(str, error.path))}: {error.message[:200]}'


def misspelt(item):
    spec = item['spec']['template']['spec']
    spec['containers'][0]['readynessProbe'] = spec['containers'][0].pop('readinessProbe')


def of_wrong_type(item):
    item['spec']['replicas'] = 'two'


def main():
    cache = Path(sys.argv[2])
    cache.mkdir(parents=True, exist_ok=True)
    archive, problems, checked = wheel(cache), [], 0
    for version in VERSIONS:
        schemas = Schemas(archive, version)
        for region in regions():
            objects = objects_of(region)
            checked += len(objects)
            problems += [f'{version}: {region}: {problem}' for item in objects for problem in schemas.problems(item)]
            stateful_set = next(item for item in objects if item['kind'] == 'StatefulSet')
            for break_it in (misspelt, of_wrong_type):
                broken = copy.deepcopy(stateful_set)
                break_it(broken)
                if not list(schemas.problems(broken)):
                    problems.append(f'{version}: a manifest that is {break_it.__name__} is not noticed')
    finish(problems, f'{checked} objects are valid under the schemas of {", ".join(VERSIONS)}')


if __name__ == '__main__':
    main()
