"""The simulation of AWS as a child of a test: started, asked, and ended."""

import json
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

PROGRAM = Path(__file__).parent / 'simulated_aws.py'


class SimulatedAws:
    def __init__(self, *arguments, python=sys.executable, state=None):
        options = [] if state is None else ['--state', str(state)]
        self.process = subprocess.Popen([python, '-B', str(PROGRAM), '--leash', *options, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f'the simulated AWS ended with {self.process.wait()} before it answered')
        self.ports = json.loads(line)
        self.url = f'http://127.0.0.1:{self.ports["port"]}'
        self.state = Path(self.ports['state'])

    def environment(self, key_id=None, secret=None):
        """What a program needs to take the simulation for AWS."""
        return {'AWS_ENDPOINT_URL': self.url, 'AWS_ACCESS_KEY_ID': key_id or self.ports['access_key_id'], 'AWS_EC2_METADATA_DISABLED': 'true',
                'AWS_SECRET_ACCESS_KEY': secret or self.ports['secret_access_key'], 'LIFEBOAT_NAME_SERVERS': f'127.0.0.1:{self.ports["dns_port"]}'}

    def control(self, path, **fields):
        """Tells the simulation something; its answer."""
        request = urllib.request.Request(f'http://127.0.0.1:{self.ports["control_port"]}/{path}', data=json.dumps(fields).encode(), method='POST')
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f'{path} {fields}: {error.read().decode()}') from error

    def look(self, path):
        with urllib.request.urlopen(f'http://127.0.0.1:{self.ports["control_port"]}/{path}', timeout=60) as answer:
            return json.load(answer)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
