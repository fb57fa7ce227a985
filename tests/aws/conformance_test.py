"""The provider of the aws world against the contract of every provider, on the simulation of AWS."""

import os
import subprocess
import sys
import unittest

from simulated_server import SimulatedAws


class Conformance(unittest.TestCase):
    def test_the_aws_world_conforms(self):
        program, events = sys.argv[2], sys.argv[3]
        aws = SimulatedAws('--speed', 600)
        self.addCleanup(aws.close)
        environment = {**os.environ, **aws.environment(), 'SIMULATED_AWS_CONTROL': str(aws.ports['control_port']), 'LIFEBOAT_EVENTS': events, 'LIFEBOAT_AWS_POLL': '200ms'}
        done = subprocess.run([program, '--gtest_color=no'], env=environment, capture_output=True, text=True, timeout=500)
        state = aws.look('state')
        self.assertEqual(done.returncode, 0, f'{done.stdout}\n{done.stderr}\n{state}')
        self.assertEqual(state['problems'], [])


if __name__ == '__main__':
    unittest.main(argv=[sys.argv[0], *sys.argv[4:]])
