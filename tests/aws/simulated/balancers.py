"""Load balancers and target groups: real forwarders, real health checks, and the states that ELB shows."""

import asyncio
import threading

from .balancer import Forwarder, health_of
from .core import AwsError
from .ways import RegionView

SHORTEST_INTERVAL_S = 0.25


class Target:
    def __init__(self):
        self.state, self.reason, self.words = 'initial', 'Elb.RegistrationInProgress', 'Target registration is in progress'
        self.good = self.bad = 0

    def becomes(self, state, reason, words):
        self.state, self.reason, self.words = state, reason, words
        self.good = self.bad = 0

    def saw(self, status, reason, group):
        """One check's result; the thresholds decide."""
        if status is not None and _matches(status, group['codes']):
            self.good, self.bad = self.good + 1, 0
            if self.good >= (1 if self.state == 'initial' else group['healthy']):
                self.state, self.reason, self.words = 'healthy', None, None
            return
        self.good, self.bad = 0, self.bad + 1
        if self.bad >= group['unhealthy'] or self.state == 'unhealthy':
            self.state = 'unhealthy'
            self.reason = 'Target.ResponseCodeMismatch' if status is not None else reason
            self.words = f'Health checks failed with these codes: [{status}]' if status is not None else {
                'Target.Timeout': 'Request timed out'}.get(reason, 'Health checks failed')


def _matches(status, wanted):
    for part in str(wanted).split(','):
        low, _, high = part.partition('-')
        if int(low) <= status <= int(high or low):
            return True
    return False


class Balancers:
    def __init__(self, world):
        self.world = world
        self._lock = threading.Lock()
        self._forwarders, self._addresses, self._actions = {}, {}, {}
        self._targets, self._groups = {}, {}
        self._instances = {}

    def handlers(self):
        return {('elbv2', 'DescribeTargetHealth'): self.describe_health}

    def address_of(self, dns_name):
        with self._lock:
            return self._addresses.get(dns_name.lower().rstrip('.'))

    # What the interface says, made real.
    def arrange(self, views: dict[str, RegionView]):
        self._instances = {instance['InstanceId']: (region, instance) for region, view in views.items() for instance in view.instances}
        wanted = {}
        for region in views:
            wanted.update({arn: (region, *listener) for arn, listener in self.world.network.listeners(region).items()})
            groups = self.world.network.target_groups(region)
            self._groups = {**{arn: known for arn, known in self._groups.items() if known[0] != region}, **{arn: (region, group) for arn, group in groups.items()}}
        self._know_targets()
        for arn, (region, name, port, action) in wanted.items():
            self._actions[arn] = (region, action)
            self._open(arn, name, port, not self.world.faults.is_dead(region, 'data'))
        for arn in [arn for arn in self._forwarders if arn not in wanted]:
            self._forwarders.pop(arn).close()

    def _open(self, arn, name, port, is_alive):
        with self._lock:
            address = self._addresses.get(name) or self.world.addresses.take()
            self._addresses[name] = address
        if is_alive and arn not in self._forwarders:
            self._forwarders[arn] = Forwarder(self.world.loop, address, port, lambda: self._action(arn))
        elif not is_alive and arn in self._forwarders:
            self._forwarders.pop(arn).close()

    def lose(self, region):
        for arn, forwarder in list(self._forwarders.items()):
            if self._actions[arn][0] == region:
                self._forwarders.pop(arn, None)
                forwarder.close()

    def _action(self, arn):
        action = self._actions[arn][1]
        if action['Type'] == 'fixed-response':
            config = action['FixedResponseConfig']
            return 'fixed', int(config['StatusCode']), config.get('MessageBody', '')
        group = action.get('TargetGroupArn') or action['ForwardConfig']['TargetGroups'][0]['TargetGroupArn']
        return 'forward', self._serving(group)

    def _serving(self, group):
        """The healthy targets; where none is healthy all of them, as AWS does it ("fail open")."""
        usable = [(key, target) for key, target in list(self._targets.items()) if key[0] == group and target.state in ('healthy', 'unhealthy')]
        healthy = [key for key, target in usable if target.state == 'healthy']
        return [(self.world.web.address(name), port) for _, name, port in (healthy or [key for key, _ in usable])]

    # Health.
    def _know_targets(self):
        registered = {(arn, name, port) for arn, (_, group) in self._groups.items() for name, port in group['targets']}
        for key in registered:
            self._targets.setdefault(key, Target())
        for key in [key for key in self._targets if key not in registered]:
            del self._targets[key]

    def run(self):
        """Checks for ever; one round is as long as the shortest interval of all groups."""
        while not self.world.clock.ends.wait(self._interval()):
            self.world.loop.run(self._round(), 60)

    def _interval(self):
        return max(SHORTEST_INTERVAL_S, self.world.clock.real(min((group['interval_s'] for _, group in list(self._groups.values())), default=10)))

    async def _round(self):
        await asyncio.gather(*(self._check(key, target) for key, target in list(self._targets.items())))

    async def _check(self, key, target):
        arn, name, port = key
        region, group = self._groups.get(arn, (None, {'is_used': False}))
        instance = self._instances.get(name, (None, None))[1]
        state = instance['State']['Name'] if instance else 'terminated'
        if not group['is_used']:
            target.becomes('unused', 'Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer')
        elif state != 'running':
            target.becomes('unused', 'Target.InvalidState', f'Target is in the {state} state')
        elif self.world.faults.is_dead(region, 'data'):
            target.saw(None, 'Target.Timeout', group)
        else:
            if target.state == 'unused':
                target.becomes('initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress')
            status, reason = await health_of(self.world.web.address(name), port, group['path'], max(1.0, group['timeout_s'] / 5))
            target.saw(status, reason, group)

    def describe_health(self, call):
        arn = call.params['TargetGroupArn']
        self.world.reconcile()
        if arn not in self._groups:
            raise AwsError('TargetGroupNotFound', f'Target groups \'{arn}\' not found')
        asked = {target['Id'] for target in call.params.get('Targets', [])}
        found = []
        for (group, name, port), target in sorted(self._targets.items()):
            if group != arn or (asked and name not in asked):
                continue
            health = {'State': target.state, 'Reason': target.reason, 'Description': target.words}
            found.append({'Target': {'Id': name, 'Port': port}, 'HealthCheckPort': str(port), 'TargetHealth': {key: value for key, value in health.items() if value}})
        return {'TargetHealthDescriptions': found}
