"""IAM's part that moto leaves out: AWS's own managed policies, of which only those that are asked for are read."""

import functools
import json

from .core import ACCOUNT

PREFIX = 'arn:aws:iam::aws:policy/'


@functools.cache
def _policies():
    from moto.iam.aws_managed_policies import aws_managed_policies_data
    return json.loads(aws_managed_policies_data)


class Roles:
    def __init__(self, world):
        self.world = world

    def handlers(self):
        return {('iam', 'AttachRolePolicy'): self.attach}

    def attach(self, call):
        arn = call.params['PolicyArn']
        name = arn.rpartition('/')[2]
        if arn.startswith(PREFIX) and name in _policies():
            from moto.iam.models import AWSManagedPolicy
            with self.world.moto.lock:
                backend = self.world.moto.backend('iam', call.region)
                policy = AWSManagedPolicy.from_data(name, ACCOUNT, call.region, _policies()[name])
                backend.managed_policies.setdefault(policy.arn, policy)
        return self.world.moto.answer(call)
