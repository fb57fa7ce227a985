"""SSM: commands that are really run, with the files of the instance, and the parameters that name images."""

import re
import subprocess
import uuid

from . import boot, times
from .core import AwsError, now

LONGEST_OUTPUT, LONGEST_ERROR = 24000, 8000
IMAGE = re.compile(r'^/aws/service/canonical/ubuntu/.*/ami-id$')


class Ssm:
    def __init__(self, world):
        self.world = world
        self.invocations = {}  # (region, command, instance) → invocation.

    def handlers(self):
        return {('ssm', 'SendCommand'): self.send, ('ssm', 'GetCommandInvocation'): self.get, ('ssm', 'CancelCommand'): self.cancel,
                ('ssm', 'DescribeInstanceInformation'): self.describe, ('ssm', 'GetParameter'): self.get_parameter}

    def _is_online(self, region, instance):
        return instance['State']['Name'] == 'running' and not self.world.faults.is_dead(region, 'data')

    def send(self, call):
        params = call.params
        if params.get('DocumentName') != 'AWS-RunShellScript':
            raise AwsError('InvalidDocument', f'Document {params.get("DocumentName")} is not simulated.')
        wanted = params.get('InstanceIds', [])
        here = {instance['InstanceId']: instance for instance in self.world.network.instances(call.region)}
        bad = [name for name in wanted if name not in here or not self._is_online(call.region, here[name])]
        if not wanted or bad:
            raise AwsError('InvalidInstanceId', f'Instances [{", ".join(bad)}] not in a valid state for account')
        command = {'CommandId': str(uuid.uuid4()), 'DocumentName': params['DocumentName'], 'Parameters': params.get('Parameters', {}), 'InstanceIds': wanted,
                   'Status': 'Pending', 'StatusDetails': 'Pending', 'RequestedDateTime': now(), 'TimeoutSeconds': params.get('TimeoutSeconds', 3600), 'TargetCount': len(wanted)}
        for name in wanted:
            self.world.work.start(f'command on {name}', self._carry_out, call.region, command, here[name])
        return {'Command': command}

    def _carry_out(self, region, command, instance):
        self.world.clock.sleep(times.COMMAND_IS_DELIVERED)
        name = instance['InstanceId']
        invocation = {'CommandId': command['CommandId'], 'InstanceId': name, 'DocumentName': command['DocumentName'], 'Status': 'InProgress', 'StatusDetails': 'InProgress',
                      'ResponseCode': -1, 'StandardOutputContent': '', 'StandardErrorContent': '', 'PluginName': 'aws:runShellScript',
                      'ExecutionStartDateTime': f'{now():%Y-%m-%dT%H:%M:%S.%fZ}'}
        self.invocations[region, command['CommandId'], name] = invocation
        limit_s = float((command['Parameters'].get('executionTimeout') or ['3600'])[0])
        try:
            code, output, problem = self._run(instance, command['Parameters'].get('commands', []), limit_s)
        except subprocess.TimeoutExpired:
            invocation.update(Status='TimedOut', StatusDetails='ExecutionTimedOut')
            return
        if self.world.faults.is_dead(region, 'data'):
            return  # Nobody is left who could report.
        status = 'Success' if code == 0 else 'Failed'
        if code != 0:
            problem += f'\nfailed to run commands: exit status {code}'
        invocation.update(ResponseCode=code, StandardOutputContent=output[:LONGEST_OUTPUT], StandardErrorContent=problem[:LONGEST_ERROR],
                          ExecutionEndDateTime=f'{now():%Y-%m-%dT%H:%M:%S.%fZ}')
        invocation.update(Status=status, StatusDetails=status)

    def _run(self, instance, commands, limit_s):
        """(exit code, output, errors): the command line is really run, with the machine's own files."""
        machine = self.world.web.machines.get(instance['InstanceId'])
        if machine is None or len(commands) != 1:
            return 127, '', 'simulated instance: it has no machine, or more than one line is asked for'
        try:
            done = machine.shell(commands[0], limit_s)
        except boot.NotYet as reason:
            return 1, '', str(reason)
        return done.returncode, done.stdout, done.stderr

    def get(self, call):
        invocation = self.invocations.get((call.region, call.params['CommandId'], call.params['InstanceId']))
        if invocation is None:
            raise AwsError('InvocationDoesNotExist', '')
        return dict(invocation)

    def cancel(self, _call):
        return {}

    def describe(self, call):
        found = [{'InstanceId': instance['InstanceId'], 'PingStatus': 'Online' if self._is_online(call.region, instance) else 'ConnectionLost', 'PlatformType': 'Linux',
                  'PlatformName': 'Ubuntu', 'AgentVersion': '3.3.0', 'LastPingDateTime': now()} for instance in self.world.network.instances(call.region)]
        return {'InstanceInformationList': found}

    def get_parameter(self, call):
        name = call.params['Name']
        if not IMAGE.match(name):
            return self.world.moto.answer(call)
        with self.world.moto.lock:
            images = sorted(image.id for image in self.world.moto.backend('ec2', call.region).amis.values() if 'ubuntu' in (image.name or '').lower())
        return {'Parameter': {'Name': name, 'Type': 'String', 'Value': images[0], 'Version': 1, 'LastModifiedDate': now(), 'DataType': 'aws:ec2:image',
                              'ARN': f'arn:aws:ssm:{call.region}::parameter{name}'}}
