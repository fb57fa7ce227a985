"""What kustomize makes of the overlays, for the tests beside it."""

import functools
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
OVERLAYS = ROOT / 'deploy/kubernetes/overlays'
SKIPPED = 77


def skip(why):
    print(f'skipped: {why}')
    sys.exit(SKIPPED)


@functools.cache
def text_of(region):
    if not shutil.which('kubectl'):
        skip('no kubectl; install 1.27 or newer from https://kubernetes.io/docs/tasks/tools')
    return subprocess.run(['kubectl', 'kustomize', OVERLAYS / region], check=True, capture_output=True, text=True).stdout


def regions():
    found = sorted(path.name for path in OVERLAYS.iterdir())
    assert len(found) == 2, found
    return found


def objects_of(region):
    """Made anew by each call: tests change them."""
    return [item for item in yaml.safe_load_all(text_of(region)) if item]


def of_kind(objects, kind):
    return {item['metadata']['name']: item for item in objects if item['kind'] == kind}


def selects(selector, labels):
    """A label selector; only matchLabels is used here, and anything else would be misread."""
    assert set(selector) <= {'matchLabels'}, selector
    return all(labels.get(key) == value for key, value in selector.get('matchLabels', {}).items())


def finish(problems, words):
    print('\n'.join(problems) or words)
    sys.exit(1 if problems else 0)
