"""The rules. Each takes a file (or the tree) and yields problems that say where, what and how to fix it."""

import re
from pathlib import Path
from typing import Iterator, NamedTuple

from cpp_text import blanked, functions

# Includes point only to folders that stand earlier here (DESIGN: "the house").
FOLDERS = ['base', 'model', 'plan', 'engine', 'readiness', 'ports', 'journal', 'runtime', 'system', 'metrics', 'monitoring', 'page', 'aws', 'providers', 'sim', 'load', 'api',
           'controller', 'cli']
PURE = {'base', 'model', 'plan', 'engine', 'readiness'}
FUNCTION_GOAL, FUNCTION_LIMIT = 40, 70
FILE_GOAL, FILE_LIMIT = 300, 400

_IMPURE = [
    (r'\b(?:system|steady|high_resolution|utc)_clock\b|\b(?:gettimeofday|clock_gettime|localtime|gmtime)\b|\bstd::time\b',
     'reads a clock', 'take the time as an input'),
    (r'\b(?:rand|srand|random|getrandom|arc4random)\s*\(|\bstd::(?:random_device|mt19937\w*|minstd_rand\w*)\b|#\s*include\s*<random>',
     'draws a random number', 'take randomness as an input'),
    (r'\bstd::(?:i|o|)fstream\b|\bstd::filesystem\b|#\s*include\s*<(?:fstream|filesystem|fcntl\.h|unistd\.h|sys/[^>]*)>|(?:\bfopen|(?<!\w)::open(?:at)?)\s*\(',
     'touches a file or the system', 'go through ports/'),
    (r'\bstd::(?:j?thread|mutex|async|atomic|condition_variable)\b|#\s*include\s*<(?:thread|mutex|future|atomic|pthread\.h)>',
     'uses a thread', 'leave threads to runtime/'),
    (r'#\s*include\s*<(?:netinet/|arpa/|netdb\.h|boost/asio|boost/beast)|\bsocket\s*\(', 'uses the network', 'go through ports/'),
    (r'\b(?:secure_)?getenv\s*\(', 'reads the environment', 'pass the value in'),
]
IMPURE = [(re.compile(pattern), what, fix) for pattern, what, fix in _IMPURE]
_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"/]+)/[^"]*"')


class Problem(NamedTuple):
    path: str
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        return f'{self.path}:{self.line}: {"warning: " if self.warning else ""}{self.text}'


class Source:
    """One C++ file: its path below the root, its text, and its text without comments and literals."""

    def __init__(self, root: Path, path: Path):
        self.path = path.relative_to(root).as_posix()
        self.text = path.read_text(encoding='utf-8', errors='replace')
        self.code = blanked(self.text)
        parts = self.path.split('/')
        self.folder = parts[1] if parts[0] == 'src' and len(parts) > 2 else parts[0]
        self.is_header = path.suffix == '.h'
        self.is_test = path.stem.endswith('_test') or parts[0] in ('tests', 'bench', 'fuzz') or 'test' in parts[:-1]

    def lines(self):
        return enumerate(self.code.splitlines(), 1)


def include_direction(source: Source) -> Iterator[Problem]:
    if not source.path.startswith(('src/', 'events/')):
        return
    allowed = allowed_includes(source.folder)
    if allowed is None:
        yield Problem(source.path, 1, f'folder {source.folder} has no place in the order; add it to FOLDERS in tools/tidy/rules.py')
        return
    for number, line in source.lines():
        match = _INCLUDE.match(line)
        if match and match.group(1) in FOLDERS and match.group(1) not in allowed:
            yield Problem(source.path, number,
                          f'{source.folder} includes {match.group(1)}, which stands above it; move what is shared down, or the code up')


def allowed_includes(folder: str):
    if folder == 'events':
        return {'base'}
    return set(FOLDERS[:FOLDERS.index(folder) + 1]) if folder in FOLDERS else None


def pure_folders(source: Source) -> Iterator[Problem]:
    if source.folder not in PURE or source.is_test or not source.path.startswith('src/'):
        return
    for number, line in source.lines():
        for pattern, what, fix in IMPURE:
            if pattern.search(line):
                yield Problem(source.path, number, f'{source.folder} is pure, but this line {what}; {fix}')


def lengths(source: Source) -> Iterator[Problem]:
    count = len(source.text.splitlines())
    if count > FILE_GOAL:
        yield Problem(source.path, count, f'the file has {count} lines (goal {FILE_GOAL}, limit {FILE_LIMIT}); split it by idea',
                      warning=count <= FILE_LIMIT)
    for function in functions(source.code):
        if function.lines > FUNCTION_GOAL:
            yield Problem(source.path, function.line,
                          f'{function.name} has {function.lines} lines (goal {FUNCTION_GOAL}, limit {FUNCTION_LIMIT}); name its parts',
                          warning=function.lines <= FUNCTION_LIMIT)


def headers(source: Source) -> Iterator[Problem]:
    if not source.is_header:
        return
    if '#pragma once' not in source.code:
        yield Problem(source.path, 1, 'no #pragma once; add it as the first line of code')
    # The PostgreSQL extension is C.
    if source.folder != 'pg' and not re.search(r'\bnamespace lifeboat\b', source.code):
        yield Problem(source.path, 1, 'declares nothing in namespace lifeboat; put it there')


def banned_text(source: Source) -> Iterator[Problem]:
    for number, line in source.lines():
        if re.search(r'\busing\s+namespace\s+std\s*;', line):
            yield Problem(source.path, number, 'using namespace std; name what you use')
        if re.search(r'\bif\s*(?:constexpr\s*)?\(\s*!?\s*(?:is_?)?simulated', line, re.IGNORECASE):
            yield Problem(source.path, number, 'the code asks whether it is simulated; give it another port instead')


def folder_readmes(root: Path) -> Iterator[Problem]:
    folders = {path.parent for top in ('src', 'events') for path in (root / top).rglob('*.cc')}
    for folder in sorted(folders):
        if not (folder / 'README.md').exists():
            yield Problem(f'{folder.relative_to(root).as_posix()}/README.md', 1, 'missing; say in one line what the folder is for')


def sorted_errors(root: Path) -> Iterator[Problem]:
    catalogue, previous = root / 'src/base/errors.def', ''
    if not catalogue.exists():
        return
    for number, line in enumerate(catalogue.read_text(encoding='utf-8').splitlines(), 1):
        match = re.match(r'\s*LIFEBOAT_ERROR\((\w+)', line)
        if match and match.group(1) < previous:
            yield Problem('src/base/errors.def', number, f'{match.group(1)} stands after {previous}; sort the catalogue by name')
        previous = match.group(1) if match else previous


def listed_packages(root: Path) -> Iterator[Problem]:
    """Every package that the program asks its user for is one that ./dev installs."""
    source, packages = root / 'src/providers/local/programs.cc', root / 'packages.txt'
    if not source.exists():
        return
    listed = {line.split()[0] for line in packages.read_text(encoding='utf-8').splitlines() if line.strip()}
    for number, line in enumerate(source.read_text(encoding='utf-8').splitlines(), 1):
        for names in re.findall(r'finder\.find\("[^"]*", "([^"]*)"\)', line):
            for name in set(names.split()) - listed - {'lifeboat'}:
                yield Problem('src/providers/local/programs.cc', number, f'the package {name} is not in packages.txt')


def paths_of_one_machine(root: Path, files) -> Iterator[Problem]:
    forbidden = re.compile(r'(?<![\w.-])/' + r'work/')
    for path in files:
        try:
            text = path.read_text(encoding='utf-8')
        except (UnicodeDecodeError, OSError):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if forbidden.search(line):
                yield Problem(path.relative_to(root).as_posix(), number, 'names a path of one machine; make it relative')


FILE_RULES = [include_direction, pure_folders, lengths, headers, banned_text]
TREE_RULES = [folder_readmes, sorted_errors, listed_packages]
