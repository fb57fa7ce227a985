"""The dashboards, for the tests beside this file and for the one that runs their queries (tests/e2e/dashboards_test.py)."""

import json
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / 'deploy/grafana/dashboards'
SKIPPED = 77
# What Grafana puts in place of a variable, for a scrape every 5 s: the regions of "All", a rate over four scrapes, a step of one.
VARIABLES = {'$region': '.*', '$__rate_interval': '20s', '$__interval': '5s'}


class Query(NamedTuple):
    where: str  # The panel's or the annotation's name.
    expression: str  # As Prometheus takes it.
    instant: bool


def skip(why):
    print(f'skipped: {why}')
    sys.exit(SKIPPED)


def finish(problems, words):
    print('\n'.join(problems) or words)
    sys.exit(1 if problems else 0)


def dashboards():
    """By the name of their file; made anew by each call, because tests change them."""
    return {path.name: json.loads(path.read_text(encoding='utf-8')) for path in sorted(FOLDER.glob('*.json'))}


def substituted(expression):
    for name in sorted(VARIABLES, key=len, reverse=True):
        expression = expression.replace(name, VARIABLES[name])
    return expression


def queries_of(board):
    for annotation in board['annotations']['list']:
        yield Query(f'annotation {annotation["name"]}', substituted(annotation['target']['expr']), False)
    for panel in board['panels']:
        for target in panel.get('targets', []):
            yield Query(panel['title'], substituted(target['expr']), target.get('instant', False))
