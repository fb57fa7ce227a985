"""runbooks_test.py ROOT: every alert has its page, its tests and metrics that exist, and every page its alert."""

import re
import sys
from pathlib import Path

import yaml

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2])
PROMETHEUS, RUNBOOKS, METRICS = ROOT / 'deploy/prometheus', ROOT / 'docs/runbooks', ROOT / 'docs/metrics.md'
TEST_FILES = ['alerts_test.yml', 'service_levels_test.yml']
SUFFIX = re.compile(r'_(bucket|sum|count)$')  # of a histogram's series


def load(name):
    return yaml.safe_load((PROMETHEUS / name).read_text(encoding='utf-8'))


def rules():
    return [rule for group in load('rules.yml')['groups'] for rule in group['rules']]


def alerts():
    return {rule['alert']: rule for rule in rules() if 'alert' in rule}


def pages():
    return {page.stem: page.read_text(encoding='utf-8') for page in RUNBOOKS.glob('*.md') if page.name != 'README.md'}


def page_problems():
    for name in sorted(alerts().keys() ^ pages().keys()):
        where = 'no alert' if name in pages() else 'no page in docs/runbooks'
        yield f'{name}: {where}'
    for name, rule in alerts().items():
        named = rule.get('annotations', {}).get('runbook')
        if named != f'docs/runbooks/{name}.md':
            yield f'{name}: its annotation "runbook" is {named}'
        if rule.get('labels', {}).get('severity') not in ('critical', 'warning'):
            yield f'{name}: its severity is neither critical nor warning'


def text_problems():
    help_text = (ROOT / 'tests/golden/cli/help.txt').read_text(encoding='utf-8')
    subcommands = help_text.split('Subcommands:')[1].split('\n\n')[0]
    commands = set(re.findall(r'^  (\w+)', subcommands, re.MULTILINE))
    for name, text in pages().items():
        if not text.startswith(f'# {name}\n'):
            yield f'{name}.md: does not begin with its alert\'s name'
        for part in ('**Look**', '**Do**', '**Over**'):
            if part not in text:
                yield f'{name}.md: has no {part}'
        for command in set(re.findall(r'(?:^|`)lifeboat ([a-z]+)', text, re.MULTILINE)) - commands:
            yield f'{name}.md: there is no command "lifeboat {command}"'
        for link in re.findall(r'\]\(([^)#]+)\)', text):
            if not (RUNBOOKS / link).exists():
                yield f'{name}.md: links to {link}, which is missing'


def test_problems():
    fires, rests = set(), set()
    for name in TEST_FILES:
        for case in load(name)['tests']:
            for check in case.get('alert_rule_test', []):
                (fires if check.get('exp_alerts') else rests).add(check['alertname'])
    for name in sorted(alerts().keys() - fires):
        yield f'{name}: no test in which it fires'
    for name in sorted(alerts().keys() - rests):
        yield f'{name}: no test in which it does not'


def selected(expression):
    """The metrics that an expression selects: names that are no function, no keyword and no label."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(by|on|without|ignoring|group_left)\s*\([^)]*\)', ' ', expression)
    names = re.findall(r'[a-zA-Z_][\w:]*(?!\s*\()\b', re.sub(r'\b\w+\s*(?=\()', ' ', bare))
    return set(names) - {'and', 'or', 'unless', 'bool', 'by', 'on'}


def metric_problems():
    documented = set(re.findall(r'^\| `([a-zA-Z_:][\w:]*)`', METRICS.read_text(encoding='utf-8'), re.MULTILINE))
    recorded = {rule['record'] for rule in rules() if 'record' in rule}
    for name in sorted(recorded - documented):
        yield f'{name}: recorded, and not in docs/metrics.md'
    for rule in rules():
        for metric in sorted(selected(rule['expr']) - recorded - {'up'}):
            if metric not in documented and SUFFIX.sub('', metric) not in documented:
                yield f'{rule.get("alert") or rule["record"]}: {metric} is not in docs/metrics.md'


def main():
    if len(alerts()) < 10 or not selected('sum by (region) (rate(a_total{x="y"}[5m])) > 2 * b:c') == {'a_total', 'b:c'}:
        print('this test does not see the rules')
        return 1
    problems = [*page_problems(), *text_problems(), *test_problems(), *metric_problems()]
    print('\n'.join(problems) or f'{len(alerts())} alerts, each with its page and its tests')
    return 1 if problems else 0


if __name__ == '__main__':
    sys.exit(main())
