"""in_venv.py FOLDER TEST.py ARGUMENT…: runs the test in a virtual environment with requirements.txt. Where that can't be made: one line, 77."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

SKIPPED = 77  # ctest counts this exit code as skipped, not as passed.
REQUIREMENTS = Path(__file__).with_name('requirements.txt')


def skip(reason: str) -> None:
    print(f'skipped: {reason}')
    sys.exit(SKIPPED)


def run(*command) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True)


def make(folder: Path) -> None:
    if run(sys.executable, '-m', 'venv', '--clear', str(folder)).returncode != 0:
        skip('Python cannot make a virtual environment; install python3-venv')
    pip = run(str(folder / 'bin/python'), '-m', 'pip', 'install', '--quiet', '--retries', '1', '--disable-pip-version-check',
              '-r', str(REQUIREMENTS))
    if pip.returncode != 0:
        skip('botocore and moto could not be fetched; make PyPI reachable for pip')


def ensure(folder: Path) -> None:
    """The mark is written last, so that a killed installation is begun anew."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    mark = folder / 'installed'
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_suffix('.lock'), 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            make(folder)
            mark.write_text(wanted)


def main() -> None:
    folder, arguments = Path(sys.argv[1]), sys.argv[2:]
    ensure(folder)
    # What the caller's shell has configured for AWS is none of a test's business.
    environment = {name: value for name, value in os.environ.items() if not name.startswith('AWS_')}
    python = str(folder / 'bin/python')
    os.execve(python, [python, '-B', *arguments], environment)


main()
