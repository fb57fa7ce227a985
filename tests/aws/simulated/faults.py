"""What a test may plan: refusals, throttling, failures, lost answers, delays; and regions that are dead."""

import fnmatch
import itertools
import threading
from dataclasses import dataclass

from .core import AwsError, NoAnswer

KINDS = ('deny', 'throttle', 'html500', 'lose', 'slow', 'close')


@dataclass
class Fault:
    number: int
    kind: str
    service: str = '*'
    operation: str = '*'
    region: str = '*'
    key_id: str = '*'
    times: int = -1  # How often it strikes; -1: always.
    delay_s: float = 0.0  # slow: real seconds.
    after: int = 0  # Calls that are let through first.
    struck: int = 0

    def wants(self, call):
        return all(fnmatch.fnmatchcase(value, pattern) for value, pattern in (
            (call.service, self.service), (call.operation, self.operation), (call.region, self.region), (call.key_id, self.key_id)))


class Faults:
    def __init__(self):
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._planned = []
        self.dead_planes = {}  # Region → {'data'} or {'data', 'control'}.
        self.hanging = set()  # Regions that say nothing instead of refusing.

    def plan(self, kind, **fields):
        if kind not in KINDS:
            raise ValueError(f'{kind} is no kind of fault; there are {", ".join(KINDS)}')
        with self._lock:
            fault = Fault(next(self._numbers), kind, **fields)
            self._planned.append(fault)
        return fault.number

    def clear(self, number=None):
        with self._lock:
            self._planned = [fault for fault in self._planned if number is not None and fault.number != number]

    def list(self):
        with self._lock:
            return [dict(vars(fault)) for fault in self._planned]

    def striking(self, call):
        """The faults that strike this call, counted."""
        found = []
        with self._lock:
            for fault in self._planned:
                if not fault.wants(call) or fault.times == 0:
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                fault.times -= fault.times > 0
                fault.struck += 1
                found.append(fault)
        return found

    def is_dead(self, region, plane):
        return plane in self.dead_planes.get(region, ())


# What a lost region takes with it even while its control plane still answers.
DATA_PLANE = {('s3', '*'), ('ssm', '*'), ('secretsmanager', '*')}
GLOBAL = {'route53', 'iam'}


def plane_of(call):
    if call.service in GLOBAL:
        return None
    return 'data' if (call.service, '*') in DATA_PLANE else 'control'


def refuse(fault, call):
    """Raises what the fault makes of the call, if it keeps it from being carried out."""
    if fault.kind == 'deny':
        raise AwsError(DENIED.get(call.service, 'AccessDenied'),
                       f'User: arn:aws:iam::123456789012:user/test is not authorized to perform: {call.service}:{call.operation}', 403)
    if fault.kind == 'throttle':
        raise AwsError(THROTTLED.get(call.service, 'Throttling'), 'Rate exceeded', 503 if call.service in ('s3', 'ec2') else 400)
    if fault.kind == 'close':
        raise NoAnswer


DENIED = {'ec2': 'UnauthorizedOperation', 'ssm': 'AccessDeniedException', 'eks': 'AccessDeniedException', 'secretsmanager': 'AccessDeniedException'}
THROTTLED = {'ec2': 'RequestLimitExceeded', 'ssm': 'ThrottlingException', 'eks': 'ThrottlingException', 's3': 'SlowDown'}
