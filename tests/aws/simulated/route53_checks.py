"""Route 53's health checkers: they really ask the endpoints of checks that are not disabled."""

import time

from .balancer import health_of

SHORTEST_INTERVAL_S = 0.3


class HealthCheckers:
    def __init__(self, world):
        self.world = world
        self._due, self._failures = {}, {}

    def run(self):
        while not self.world.clock.ends.wait(SHORTEST_INTERVAL_S):
            for check_id, check in list(self.world.route53.checks.items()):
                config = check['HealthCheckConfig']
                if config['Disabled'] or config['Type'] != 'HTTP' or time.monotonic() < self._due.get(check_id, 0):
                    continue
                self._due[check_id] = time.monotonic() + self.world.clock.real(config['RequestInterval'])
                self._look(check_id, config)

    def _look(self, check_id, config):
        address = config.get('IPAddress') or self.world.balancers.address_of(config.get('FullyQualifiedDomainName', ''))
        status = None
        if address:
            status, _ = self.world.loop.run(health_of(address, config.get('Port', 80), config.get('ResourcePath') or '/', 2))
        good = status is not None and 200 <= status < 400
        self._failures[check_id] = 0 if good else self._failures.get(check_id, 0) + 1
        if good:
            self.world.route53.measured[check_id] = (True, f'HTTP Status Code {status}')
        elif self._failures[check_id] >= config['FailureThreshold']:
            self.world.route53.measured[check_id] = (False, f'HTTP Status Code {status}' if status else 'The connection was refused or timed out')
