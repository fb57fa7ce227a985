#!/usr/bin/env python3
"""tidy.py [ROOT]: checks the rules of the house (docs/STYLE.md). Exit code 1 if a rule is broken; warnings do not count."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import rules

CPP_FOLDERS = ['src', 'events', 'pg', 'tests', 'bench', 'fuzz']
NOT_OURS = {'.git', 'build', '.cache', '.venv', '__pycache__', 'node_modules'}


def project_files(root: Path) -> list:
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(set(folders) - NOT_OURS)
        found += [Path(folder) / name for name in sorted(names) if name not in NOT_OURS]
    return [path for path in found if path.is_file() and not path.is_symlink()]


def check(root: Path) -> list:
    files = project_files(root)
    sources = [path for path in files if path.suffix in ('.cc', '.c', '.h') and path.relative_to(root).parts[0] in CPP_FOLDERS]
    problems = [problem for path in sources for rule in rules.FILE_RULES for problem in rule(rules.Source(root, path))]
    problems += [problem for rule in rules.TREE_RULES for problem in rule(root)]
    problems += rules.paths_of_one_machine(root, files)
    return problems + formatting(root, sources)


def formatting(root: Path, sources: list) -> list:
    """One problem a file, at its first badly formatted line."""
    program = shutil.which('clang-format-14')
    if program is None:
        print('tidy: formatting is not checked: clang-format-14 is not installed (./dev tidy installs it)')
        return []
    if not sources or not (root / '.clang-format').exists():
        return []
    run = subprocess.run([program, '--dry-run', '-Werror', '--ferror-limit=1', *map(str, sources)], cwd=root, capture_output=True, text=True)
    first = {}
    for line in run.stderr.splitlines():
        path, _, rest = line.partition(':')
        if 'code should be clang-formatted' in rest:
            first.setdefault(path, int(rest.split(':')[0]))
    if run.returncode != 0 and not first:
        return [rules.Problem('.clang-format', 1, f'clang-format-14 failed: {run.stderr.strip()[:300]}')]
    return [rules.Problem(Path(path).relative_to(root).as_posix(), line, 'not formatted; run ./dev fmt') for path, line in first.items()]


def main() -> int:
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[2]).resolve()
    problems = check(root)
    for problem in sorted(problems, key=lambda p: (p.warning, p.path, p.line)):
        print(problem)
    broken = sum(not problem.warning for problem in problems)
    print(f'tidy: {broken} broken rules, {len(problems) - broken} warnings')
    return 1 if broken else 0


if __name__ == '__main__':
    sys.exit(main())
