"""EC2 instances that take their time to start and stop, and what runs on those that serve the web tier."""

import signal

from . import boot, times
from .core import AwsError

CODES = {'pending': 0, 'running': 16, 'stopping': 64, 'stopped': 80}


class InstanceOperations:
    """StopInstances and StartInstances; the rest is moto's."""

    def __init__(self, world):
        self.world = world

    def handlers(self):
        return {('ec2', 'StopInstances'): self.stop, ('ec2', 'StartInstances'): self.start}

    def _instances(self, call):
        with self.world.moto.lock:
            backend = self.world.moto.backend('ec2', call.region)
            found = [backend.get_instance(name) if name in {i.id for r in backend.all_reservations() for i in r.instances} else None for name in call.params['InstanceIds']]
        if None in found:
            missing = call.params['InstanceIds'][found.index(None)]
            raise AwsError('InvalidInstanceID.NotFound', f'The instance ID \'{missing}\' does not exist')
        return found

    def _change(self, call, key, through, done, seconds, from_states):
        changes = []
        for instance in self._instances(call):
            before = instance._state.name  # pylint: disable=protected-access
            if before not in (*from_states, through, done):
                raise AwsError('IncorrectInstanceState', f'The instance \'{instance.id}\' is not in a state from which it can be {key}.')
            if before in from_states:
                self._become(instance, through)
                self.world.work.start(f'{key} {instance.id}', self._later, instance, done, seconds)
            state = instance._state.name  # pylint: disable=protected-access
            changes.append({'InstanceId': instance.id, 'PreviousState': {'Name': before, 'Code': CODES[before]}, 'CurrentState': {'Name': state, 'Code': CODES[state]}})
        return {key: changes}

    def stop(self, call):
        return self._change(call, 'StoppingInstances', 'stopping', 'stopped', times.INSTANCE_STOPS, ('running', 'pending'))

    def start(self, call):
        return self._change(call, 'StartingInstances', 'pending', 'running', times.INSTANCE_STARTS, ('stopped',))

    @staticmethod
    def _become(instance, state):
        instance._state.name, instance._state.code = state, CODES[state]  # pylint: disable=protected-access

    def _later(self, instance, state, seconds):
        self.world.clock.sleep(seconds)
        if state == 'stopped':
            self.world.web.stop(instance.id)
        self._become(instance, state)
        self.world.poke()


def tags_of(thing):
    return {tag['Key']: tag['Value'] for tag in thing.get('Tags', [])}


class WebInstances:
    """The web tier's machines: a real program for each running instance, started as its user data says."""

    def __init__(self, world):
        self.world = world
        self._processes, self._addresses = {}, {}  # By instance id.
        self.machines, self.problems = {}, {}

    def address(self, instance_id):
        if instance_id not in self._addresses:
            self._addresses[instance_id] = self.world.addresses.take()
        return self._addresses[instance_id]

    def is_running(self, instance_id):
        process = self._processes.get(instance_id)
        return process is not None and process.poll() is None

    def stop(self, instance_id):
        process = self._processes.pop(instance_id, None)
        if process is not None:
            self.world.children.stop(process, signal.SIGTERM, 3)

    def lose(self, region):
        for instance_id in [name for name in list(self._processes) if self.machines[name].region == region]:
            self.world.children.kill(self._processes.pop(instance_id))

    def arrange(self, views):
        alive = set()
        for region, view in views.items():
            for instance in view.instances:
                alive.add(instance['InstanceId'])
                if 'lifeboat:web' in tags_of(instance):
                    self._arrange_one(region, instance)
        for instance_id in [name for name in list(self._processes) if name not in alive]:
            self.stop(instance_id)

    def _arrange_one(self, region, instance):
        name, state = instance['InstanceId'], instance['State']['Name']
        if state in ('stopping', 'stopped', 'shutting-down'):
            self.stop(name)
        elif state == 'running' and not self.world.faults.is_dead(region, 'data'):
            machine = self.machines.setdefault(name, None) or boot.Machine(self.world, region, instance)
            self.machines[name] = machine
            try:
                machine.boot()
                if machine.is_outdated() and machine.refresh():
                    self.stop(name)
                self.problems.pop(name, None)
            except boot.NotYet as reason:
                self.problems[name] = str(reason)
            self._start(name, machine)

    def _start(self, name, machine):
        application = machine.application() if machine.is_booted and not self.is_running(name) else None
        if application is None:
            return
        command, environment = application
        try:
            self._processes[name] = self.world.children.start(command, machine.root / 'opt/lifeboat/program', environment, machine.root / 'log')
        except OSError as error:
            self.problems[name] = f'{command[0]}: {error}'
