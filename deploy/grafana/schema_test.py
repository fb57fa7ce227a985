"""schema_test.py CACHE: every dashboard against the types that Grafana publishes for the version of deploy/kubernetes.

The types are those of the npm packages @grafana/schema and @grafana/prometheus, fetched once into the folder CACHE and checked by
their digests; TypeScript judges. What the schema leaves open is closed here: a panel's options and its queries are those of its own
kind, and a name that the types do not know is an error.
"""

import copy
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from dashboards import ROOT, dashboards, finish, skip

PACKAGES = {
    '@grafana/schema': ('12.1.1', '13ba9aea6fecf18d91e9cadbad1fd71fdb1f5de04d82cf477923773bc94c9fe1'),
    '@grafana/prometheus': ('12.1.1', '245d8f5fe0e8619bf94d77dfdd696a36efb853d09ae3ff0b56836fe577d4f582'),
    'typescript': ('5.8.3', '72e75dbeb92c2e6eb9a34cb59d74fab5c2ee6f32a0324a89405f6165d5a08374'),
}
PANELS = {'bargauge': 'BarGauge', 'stat': 'Stat', 'state-timeline': 'StateTimeline', 'text': 'Text', 'timeseries': 'TimeSeries'}
WITH_FIELDS = ('state-timeline', 'timeseries')

TYPES = '''
import { AnnotationQuery, Dashboard, FieldConfig, Panel, RowPanel } from '@grafana/schema';
import { PromQuery } from './node_modules/@grafana/prometheus/dist/types/types';
/** As JSON has it: the value of an enumeration, not its name. */
export type Json<T> = 0 extends 1 & T ? any : T extends string ? `${T}` : T extends number | boolean | null | undefined ? T
  : T extends Array<infer E> ? Array<Json<E>> : T extends object ? { [K in keyof T]: Json<T[K]> } : T;
type Query = Json<Pick<PromQuery, 'refId' | 'expr' | 'legendFormat' | 'instant' | 'range' | 'interval' | 'datasource'>>;
export type Board = Json<Omit<Dashboard, 'panels' | 'annotations'>> & { uid: string; title: string };
export type Annotation = Json<Omit<AnnotationQuery, 'target'>>
  & { target: Query; titleFormat: string; textFormat: string; tagKeys: string; useValueForTime: boolean }; // The last four: the plugin's.
export type Row = Json<RowPanel>;
type Fields<Custom> = { defaults: Json<Omit<FieldConfig, 'custom'>> & { custom?: Json<Custom> };
  overrides: Array<{ matcher: { id: 'byName'; options: string }; properties: Array<{ id: string; value: unknown }> }> };
export type Of<Kind, Options, Custom = {}> = Json<Omit<Panel, 'type' | 'options' | 'targets' | 'fieldConfig'>>
  & { type: Kind; options: Json<Options>; targets?: Query[]; fieldConfig?: Fields<Custom> };
'''


def fetch(cache, name):
    version, digest = PACKAGES[name]
    file = cache / f'{name.removeprefix("@").replace("/", "-")}-{version}.tgz'
    if not file.exists():
        command = ['npm', 'pack', '--silent', '--pack-destination', str(cache), f'{name}@{version}']
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != 0 or not file.exists():
            skip(f'{name} {version} can\'t be had from the npm registry: {(done.stderr.strip().splitlines() or ["no answer"])[-1]}')
    if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
        file.unlink()
        finish([f'{file.name} is not the one that was looked at: its SHA-256 differs'], '')
    return file


def install(cache, folder):
    for name in PACKAGES:
        target = folder / 'node_modules' / name
        with tarfile.open(fetch(cache, name)) as archive:
            for member in archive.getmembers():
                if member.isfile() and member.name.startswith('package/') and '..' not in member.name:
                    member.name = member.name.removeprefix('package/')
                    archive.extract(member, target)


def imports():
    for kind, name in PANELS.items():
        folder = kind.replace('-', '')
        path = f'./node_modules/@grafana/schema/dist/esm/raw/composable/{folder}/panelcfg/x/{name}PanelCfg_types.gen'
        yield f'import * as {folder} from \'{path}\';'


def type_of(panel):
    kind = panel['type']
    if kind == 'row':
        return 'Row'
    module = kind.replace('-', '')
    return f'Of<\'{kind}\', {module}.Options' + (f', {module}.FieldConfig>' if kind in WITH_FIELDS else '>')


def as_typescript(board):
    """One constant for each part, so that TypeScript says which part is wrong."""
    parts = [('Board', {key: value for key, value in board.items() if key not in ('panels', 'annotations')})]
    parts += [('Annotation', one) for one in board['annotations']['list']]
    parts += [(type_of(panel), panel) for panel in board['panels']]
    lines = ['import { Annotation, Board, Of, Row } from \'./types\';', *imports()]
    lines += [f'export const part{index}: {kind} = {json.dumps(part)};' for index, (kind, part) in enumerate(parts)]
    return '\n'.join(lines) + '\n'


def first(board, kind):
    return next(panel for panel in board['panels'] if panel['type'] == kind)


def rename(item, old, new):
    item[new] = item.pop(old)


MISTAKES = {
    'misspelt_option': lambda board: rename(first(board, 'stat')['options'], 'colorMode', 'colourMode'),
    'unknown_value': lambda board: first(board, 'timeseries')['options']['legend'].update(displayMode='tabel'),
    'option_of_another_kind': lambda board: first(board, 'timeseries')['options'].update(rowHeight=1),
    'misspelt_style': lambda board: rename(first(board, 'timeseries')['fieldConfig']['defaults']['custom'], 'lineWidth', 'linewidth'),
    'number_as_text': lambda board: first(board, 'timeseries')['gridPos'].update(w='12'),
    'query_without_expression': lambda board: first(board, 'timeseries')['targets'][0].pop('expr'),
    'unknown_field_of_a_panel': lambda board: first(board, 'row').update(colapsed=True),
    'unknown_variable_type': lambda board: board['templating']['list'][0].update(type='data source'),
    'annotation_without_color': lambda board: board['annotations']['list'][0].pop('iconColor'),
    'unknown_setting': lambda board: board.update(graphToltip=1),
}


def version_problem():
    text = (ROOT / 'deploy/kubernetes/base/grafana.yaml').read_text(encoding='utf-8')
    image = re.search(r'grafana/grafana:([\d.]+)', text).group(1)
    if image != PACKAGES['@grafana/schema'][0]:
        yield f'the manifests run Grafana {image}, the types are those of {PACKAGES["@grafana/schema"][0]}'


def judge(folder, sources):
    """What TypeScript says of each source: its name → lines."""
    for name, text in sources.items():
        (folder / f'{name}.ts').write_text(text, encoding='utf-8')
    (folder / 'types.ts').write_text(TYPES, encoding='utf-8')
    command = ['node', folder / 'node_modules/typescript/bin/tsc', '--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler',
               '--target', 'es2022', '--pretty', 'false', *(f'{name}.ts' for name in sources)]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    said = {}
    for line in done.stdout.splitlines():
        said.setdefault(line.split('.ts(')[0] if '.ts(' in line else next(reversed(said), 'TypeScript'), []).append(line[:300])
    if done.returncode != 0 and not said:
        finish([f'TypeScript ended with {done.returncode}: {done.stderr[-300:]}'], '')
    return said


def main():
    if not shutil.which('npm') or not shutil.which('node'):
        skip('no npm; install Node 20 (apt-get install npm)')
    cache = Path(sys.argv[1])
    cache.mkdir(parents=True, exist_ok=True)
    boards = dashboards()
    sources = {name.removesuffix('.json'): as_typescript(board) for name, board in boards.items()}
    for name, mistake in MISTAKES.items():
        broken = copy.deepcopy(boards['disaster-recovery.json'])
        mistake(broken)
        sources[name] = as_typescript(broken)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        install(cache, folder)
        said = judge(folder, sources)
    problems = list(version_problem())
    problems += [line for name, lines in said.items() if name not in MISTAKES for line in lines]
    problems += [f'a dashboard with {name.replace("_", " ")} is not noticed' for name in MISTAKES if name not in said]
    finish(problems, f'{len(boards)} dashboards are as the types of Grafana {PACKAGES["@grafana/schema"][0]} have them; {len(MISTAKES)} mistakes were noticed')


if __name__ == '__main__':
    main()
