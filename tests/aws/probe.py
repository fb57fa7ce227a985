"""The client under test as a process: one JSON question a line, one JSON answer a line."""

import json
import subprocess
import sys


class Probe:
    def __init__(self, environment=None):
        self._process = subprocess.Popen([sys.argv[1]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, what: str, **fields):
        self._process.stdin.write(json.dumps({'ask': what, **fields}) + '\n')
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise AssertionError(f'the probe ended at {what} {fields}')
        return json.loads(line)

    def close(self):
        self._process.stdin.close()
        self._process.stdout.close()
        if self._process.wait(timeout=20) != 0:
            raise AssertionError(f'the probe ended with {self._process.returncode}')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
