"""Load balancers and target groups: real forwarders, real health checks, and the states that ELB shows."""

import threading

from .balancer import Forwarder, health_of
from .core import AwsError
from .ways import RegionView

SHORTEST_INTERVAL_S = 0.15


class Target:
    def __init__(self):
        self.state, self.reason, self.words = 'initial', 'Elb.RegistrationInProgress', 'Target registration is in progress'
        self.good = self.bad = 0

    def saw(self, status, reason, group):
        """One check's result; the thresholds decide."""
        wanted = group.get('Matcher', {}).get('HttpCode', '200')
        if status is not None and _matches(status, wanted):
            self.good, self.bad = self.good + 1, 0
            if self.good >= (1 if self.state == 'initial' else group['HealthyThresholdCount']):
                self.state, self.reason, self.words = 'healthy', None, None
            return
        self.good, self.bad = 0, self.bad + 1
        if self.bad >= group['UnhealthyThresholdCount'] or self.state == 'unhealthy':
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
        self._targets, self._groups, self._views = {}, {}, {}
        self._instances = {}

    def handlers(self):
        return {('elbv2', 'DescribeTargetHealth'): self.describe_health}

    def address_of(self, dns_name):
        with self._lock:
            return self._addresses.get(dns_name.lower().rstrip('.'))

    # What the interface says, made real.
    def arrange(self, views: dict[str, RegionView]):
        self._views = views
        self._instances = {instance['InstanceId']: (region, instance) for region, view in views.items() for instance in view.instances}
        wanted = {}
        for region in views:
            client = self.world.aws('elbv2', region)
            for balancer in client.describe_load_balancers()['LoadBalancers']:
                for listener in client.describe_listeners(LoadBalancerArn=balancer['LoadBalancerArn'])['Listeners']:
                    wanted[listener['ListenerArn']] = (region, balancer, listener)
            for group in client.describe_target_groups()['TargetGroups']:
                self._know_group(client, region, group)
        for arn, (region, balancer, listener) in wanted.items():
            self._actions[arn] = (region, listener)
            self._open(arn, balancer, listener, not self.world.faults.is_dead(region, 'data'))
        for arn in [arn for arn in self._forwarders if arn not in wanted]:
            self._forwarders.pop(arn).close()

    def _open(self, arn, balancer, listener, is_alive):
        name = balancer['DNSName'].lower()
        with self._lock:
            address = self._addresses.setdefault(name, None) or self.world.addresses.take()
            self._addresses[name] = address
        if is_alive and arn not in self._forwarders:
            self._forwarders[arn] = Forwarder(self.world.loop, address, int(listener['Port']), lambda: self._action(arn))
        elif not is_alive and arn in self._forwarders:
            self._forwarders.pop(arn).close()

    def lose(self, region):
        for arn, forwarder in list(self._forwarders.items()):
            if self._actions[arn][0] == region:
                self._forwarders.pop(arn, None)
                forwarder.close()

    def _action(self, arn):
        action = self._actions[arn][1]['DefaultActions'][0]
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
    def _know_group(self, client, region, group):
        arn = group['TargetGroupArn']
        self._groups[arn] = (region, group)
        with self.world.moto.lock:
            registered = [(arn, target['Id'], int(target.get('Port') or group['Port'])) for target in
                          self.world.moto.backend('elbv2', region).target_groups[arn].targets.values()]
        for key in registered:
            self._targets.setdefault(key, Target())
        for key in [key for key in self._targets if key[0] == arn and key not in registered]:
            del self._targets[key]

    def run(self):
        """Checks for ever; one round is as long as the shortest interval of all groups."""
        while not self.world.clock.ends.wait(self._interval()):
            self.world.loop.run(self._round(), 60)

    def _interval(self):
        shortest = min((group['HealthCheckIntervalSeconds'] for _, group in list(self._groups.values())), default=10)
        return max(SHORTEST_INTERVAL_S, self.world.clock.real(shortest))

    async def _round(self):
        import asyncio
        await asyncio.gather(*(self._check(key, target) for key, target in list(self._targets.items())))

    async def _check(self, key, target):
        arn, name, port = key
        region, group = self._groups[arn]
        instance = self._instances.get(name, (None, None))[1]
        state = instance['State']['Name'] if instance else 'terminated'
        if not group['LoadBalancerArns']:
            target.state, target.reason, target.words = 'unused', 'Target.NotInUse', 'Target group is not configured to receive traffic from the load balancer'
        elif state != 'running':
            target.state, target.reason, target.words = 'unused', 'Target.InvalidState', f'Target is in the {state} state'
            target.good = target.bad = 0
        elif self.world.faults.is_dead(region, 'data'):
            target.saw(None, 'Target.Timeout', group)
        else:
            if target.state == 'unused':
                target.state, target.reason, target.words = 'initial', 'Elb.InitialHealthChecking', 'Initial health checks in progress'
            status, reason = await health_of(self.world.web.address(name), port, group.get('HealthCheckPath', '/'), max(1.0, group['HealthCheckTimeoutSeconds'] / 5))
            target.saw(status, reason, group)

    def describe_health(self, call):
        arn = call.params['TargetGroupArn']
        if arn not in self._groups:
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
