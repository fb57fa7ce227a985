"""dashboards_test.py: what the dashboards promise: panels in their places, names that are one's own, queries that Prometheus
takes of metrics that exist, links that lead somewhere, the four service levels, and the same beginning for all.

Each promise is then broken on purpose, and has to be noticed. That every query finds data is tests/e2e/dashboards_test.py's.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from dashboards import FOLDER, ROOT, dashboards, finish, queries_of

COLUMNS = 24
SUFFIX = re.compile(r'_(bucket|sum|count)$')  # of a histogram's series
UNITS = {'Bps', 'bytes', 'none', 'ops', 'percentunit', 'reqps', 's', 'µs'}
OF_PROMETHEUS = {'up', 'ALERTS'}
SERVICE_LEVELS = {'Availability': 'region:http_requests:availability5m', 'p90 latency': 'region:http_request_duration_seconds:p90_5m',
                  'Error budget': 'region:error_budget:remaining1d', 'Throughput': 'region:http_requests_succeeded:rate5m'}
SAME_IN_ALL = ('annotations', 'links', 'tags', 'schemaVersion', 'refresh', 'timezone', 'editable')


def each(boards, of):
    for name, board in boards.items():
        yield from (f'{name}: {problem}' for problem in of(board))


def cells(panel):
    position = panel['gridPos']
    return {(x, y) for x in range(position['x'], position['x'] + position['w']) for y in range(position['y'], position['y'] + position['h'])}


def places(boards):
    def of(board):
        taken = {}
        for panel in board['panels']:
            if not cells(panel) or any(not 0 <= x < COLUMNS or y < 0 for x, y in cells(panel)):
                yield f'{panel["title"]} lies outside the {COLUMNS} columns: {panel["gridPos"]}'
            for other in sorted({taken[cell] for cell in cells(panel) & taken.keys()}):
                yield f'{panel["title"]} lies on {other}'
            taken |= dict.fromkeys(cells(panel), panel['title'])
        rows = {y for _, y in taken}
        if rows != set(range(len(rows))):
            yield 'there is a gap between its panels'
    return each(boards, of)


def names(boards):
    for what in ('uid', 'title'):
        if len({board[what] for board in boards.values()}) != len(boards):
            yield f'two dashboards have the same {what}'
    for name, board in boards.items():
        if f'{board["uid"]}.json' != f'lifeboat-{name}':
            yield f'{name}: its uid is {board["uid"]}'
        for what in ('id', 'title'):
            found = [panel[what] for panel in board['panels']]
            if len(set(found)) != len(found):
                yield f'{name}: two panels have the same {what}'
        for panel in board['panels']:
            refs = [target['refId'] for target in panel.get('targets', [])]
            if len(set(refs)) != len(refs):
                yield f'{name}: {panel["title"]}: two queries have the same refId'


def sources(boards):
    def of(board):
        variables = {variable['name'] for variable in board['templating']['list']}
        if 'datasource' not in variables:
            yield 'nobody can choose the data source'
        parts = [*board['annotations']['list'], *(panel for panel in board['panels'] if 'targets' in panel)]
        parts += [target for panel in board['panels'] for target in panel.get('targets', [])]
        parts += [variable for variable in board['templating']['list'] if variable['type'] == 'query']
        for part in parts:
            if part.get('datasource') != {'type': 'prometheus', 'uid': '${datasource}'}:
                yield f'a part asks another data source: {part.get("datasource")}'
        text = str(board)
        for name in set(re.findall(r'\$(?!__)\{?(\w+)', text)) - variables:
            yield f'there is no variable {name}'
        for name in variables - set(re.findall(r'\$\{?(\w+)', text)):
            yield f'nothing uses the variable {name}'
    return each(boards, of)


def selected(expression):
    """The metrics that an expression selects: names that are no function, no keyword and no label."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|\b(by|on|without|ignoring|group_left)\s*\([^)]*\)', ' ', expression)
    found = re.findall(r'(?<![\w.:])[a-zA-Z_:][\w:]*(?!\s*\()\b', re.sub(r'\boffset\s+\w+|\b\w+\s*(?=\()', ' ', bare))
    return set(found) - {'and', 'or', 'unless', 'bool', 'by', 'on'}


def known_metrics():
    rules = yaml.safe_load((ROOT / 'deploy/prometheus/rules.yml').read_text(encoding='utf-8'))
    recorded = {rule['record'] for group in rules['groups'] for rule in group['rules'] if 'record' in rule}
    documented = re.findall(r'^\| `([a-zA-Z_:][\w:]*)`', (ROOT / 'docs/metrics.md').read_text(encoding='utf-8'), re.MULTILINE)
    return recorded | set(documented) | OF_PROMETHEUS


def metrics(boards):
    known = known_metrics()

    def of(board):
        asked = [(query.where, selected(query.expression)) for query in queries_of(board)]
        asked += [(variable['name'], set(re.findall(r'label_values\(([\w:]+),', variable['query']['query'])))
                  for variable in board['templating']['list'] if variable['type'] == 'query']
        for where, found in asked:
            if not found:
                yield f'{where}: asks for no metric'
            for metric in sorted(found):
                if metric not in known and SUFFIX.sub('', metric) not in known:
                    yield f'{where}: {metric} is not in docs/metrics.md'
    return each(boards, of)


def expressions(boards):
    """Prometheus' own word: each query as a rule."""
    if not shutil.which('promtool'):
        print('queries are not checked with promtool: it is not installed (apt-get install prometheus)')
        return
    asked = [(name, query) for name, board in boards.items() for query in queries_of(board)]
    rules = [{'record': f'query:{index}', 'expr': query.expression} for index, (_, query) in enumerate(asked)]
    with tempfile.NamedTemporaryFile('w', suffix='.yml', encoding='utf-8') as file:
        yaml.safe_dump({'groups': [{'name': 'queries', 'rules': rules}]}, file)
        file.flush()
        done = subprocess.run(['promtool', 'check', 'rules', file.name], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        found = re.findall(r'"query:(\d+)".*?: (.*)', done.stderr)
        yield from (f'{asked[int(index)][0]}: {asked[int(index)][1].where}: {said}' for index, said in found)
        if not found:
            yield f'promtool: {done.stdout}{done.stderr}'


def words(boards):
    def of(board):
        for panel in board['panels']:
            defaults = panel.get('fieldConfig', {}).get('defaults', {})
            if 'targets' in panel and not panel.get('description'):
                yield f'{panel["title"]} does not say what it shows'
            if 'targets' in panel and panel['type'] != 'state-timeline' and defaults.get('unit') not in UNITS:
                yield f'{panel["title"]}: its unit is {defaults.get("unit")}'
            if panel['type'] == 'state-timeline' and not defaults.get('mappings'):
                yield f'{panel["title"]}: its states have no names'
            yield from (f'{panel["title"]}: a query without a legend' for target in panel.get('targets', []) if not target.get('legendFormat'))
        for page in set(re.findall(r'docs/[\w/.-]*\w', str(board))):
            if not (ROOT / page).exists():
                yield f'{page} does not exist'
    return each(boards, of)


def alike(boards):
    first = next(iter(boards.values()))
    for name, board in boards.items():
        yield from (f'{name}: its {key} are not those of the others' for key in SAME_IN_ALL if board[key] != first[key])
    if [link['tags'] for link in first['links']] != [first['tags']]:
        yield 'the dashboards do not link to each other'
    if not {'Operations', 'Losses'} <= {annotation['name'] for annotation in first['annotations']['list']}:
        yield 'operations and losses are not annotated'


def service_levels(boards):
    shown = {panel['title']: panel for panel in boards['service-levels.json']['panels'][:len(SERVICE_LEVELS)]}
    for title, metric in SERVICE_LEVELS.items():
        if not any(metric in target['expr'] for target in shown.get(title, {}).get('targets', [])):
            yield f'service-levels.json: {title} is not among the first panels, or not {metric}'


def listed(_):
    kustomization = yaml.safe_load((FOLDER / 'kustomization.yaml').read_text(encoding='utf-8'))
    if sorted(kustomization['configMapGenerator'][0]['files']) != sorted(path.name for path in FOLDER.glob('*.json')):
        yield 'kustomization.yaml does not list the dashboards of its folder'


CHECKS = (places, names, sources, metrics, expressions, words, alike, service_levels, listed)


def problems_of(boards):
    return [problem for check in CHECKS for problem in check(boards)]


def panel(title, board='disaster-recovery.json'):
    return lambda boards: next(panel for panel in boards[board]['panels'] if panel['title'] == title)


LAG = panel('Replication lag')


def move(boards):
    LAG(boards)['gridPos']['x'] += 1


def leave_a_gap(boards):
    below = [panel['gridPos'] for panel in boards['web-tier.json']['panels'] if panel['gridPos']['y'] > 0]
    for position in below:
        position['y'] += 1


def mistype(boards):
    LAG(boards)['targets'][0]['expr'] = LAG(boards)['targets'][0]['expr'].replace('_lag_', '_lagg_')


def share_a_uid(boards):
    boards['database.json']['uid'] = boards['web-tier.json']['uid']


def drop_a_level(boards):
    del boards['service-levels.json']['panels'][2]


def forget_annotations(boards):
    for board in boards.values():
        board['annotations']['list'] = board['annotations']['list'][1:]


MISTAKES = {
    'lies on its neighbour': move,
    'is wider than the grid': lambda boards: LAG(boards)['gridPos'].update(w=25),
    'leaves a gap': leave_a_gap,
    'has the id of another panel': lambda boards: LAG(boards).update(id=1),
    'has the refId of another query': lambda boards: LAG(boards)['targets'][1].update(refId='A'),
    'has the uid of another dashboard': share_a_uid,
    'asks a data source of its own': lambda boards: LAG(boards)['targets'][0].update(datasource={'type': 'prometheus', 'uid': 'mine'}),
    'uses a variable that is not there': lambda boards: LAG(boards)['targets'][0].update(expr='lifeboat_epoch{region="$regoin"}'),
    'asks for a metric that nobody exports': mistype,
    'is no expression': lambda boards: LAG(boards)['targets'][0].update(expr='sum by (region) (lifeboat_epoch'),
    'does not fit its type': lambda boards: LAG(boards)['targets'][0].update(expr='rate(lifeboat_epoch)'),
    'has no unit': lambda boards: LAG(boards)['fieldConfig']['defaults'].pop('unit'),
    'has no words': lambda boards: LAG(boards).update(description=''),
    'has no legend': lambda boards: LAG(boards)['targets'][0].update(legendFormat=''),
    'leads to a page that is missing': lambda boards: LAG(boards).update(description='docs/runbooks/LagAboveObjektive.md'),
    'is refreshed otherwise than the others': lambda boards: boards['web-tier.json'].update(refresh='1m'),
    'annotates no operations': forget_annotations,
    'lacks a service level': drop_a_level,
}
NEEDS_PROMTOOL = ('is no expression', 'does not fit its type')


def main():
    if selected('sum by (region) (rate(a_total{x="y"}[5m])) > 2 * b:c unless d == last_over_time(e[1h] offset 5s)') != {'a_total', 'b:c', 'd', 'e'}:
        finish(['this test does not see the metrics of an expression'], '')
    boards = dashboards()
    problems = problems_of(boards)
    noticed = 0
    for name, mistake in MISTAKES.items():
        if name in NEEDS_PROMTOOL and not shutil.which('promtool'):
            continue
        broken = dashboards()
        mistake(broken)
        noticed += 1
        if problems_of(broken) == problems:
            problems.append(f'a dashboard that {name} is not noticed')
    count = sum(len(list(queries_of(board))) for board in boards.values())
    finish(problems, f'{len(boards)} dashboards, {count} queries; {noticed} mistakes were noticed')


if __name__ == '__main__':
    sys.exit(main())
