"""in_venv.py REQUIREMENTS FOLDER TEST.py ARGUMENT…: runs the test in a virtual environment that has what the requirements name. Where that can't be made: one line, 77."""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

SKIPPED = 77  # ctest counts this exit code as skipped, not as passed.


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def make(folder, requirements):
    if run(sys.executable, "-m", "venv", "--clear", str(folder)).returncode != 0:
        skip("Python cannot make a virtual environment; install python3-venv")
    pip = run(str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--retries", "1", "--disable-pip-version-check", "-r", str(requirements))
    if pip.returncode == 0:
        return
    unreachable = any(sign in pip.stderr for sign in ("No matching distribution", "ConnectionError", "NewConnectionError", "ReadTimeout"))
    if unreachable:
        skip(f"{requirements.name}: PyPI is not reachable for pip")
    sys.exit(pip.stderr)


def ensure(folder, requirements):
    """The mark is written last, so that a killed installation is begun anew."""
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    mark = folder / "installed"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_suffix(".lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not mark.exists() or mark.read_text() != wanted:
            make(folder, requirements)
            mark.write_text(wanted)


def main():
    requirements, folder, arguments = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]
    ensure(folder, requirements)
    # What the caller's shell has configured for AWS is none of a test's business.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    python = str(folder / "bin/python")
    os.execve(python, [python, "-B", *arguments], environment)


main()
