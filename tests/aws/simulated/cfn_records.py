"""What the simulated CloudFormation knows: stacks, their resources and events, and change sets."""

import threading
import uuid
from dataclasses import dataclass, field
from datetime import datetime

from .core import ACCOUNT, now


@dataclass
class Resource:
    logical_id: str
    kind: str
    properties: dict  # As they were carried out, references resolved.
    physical_id: str = ''
    attributes: dict = field(default_factory=dict)
    status: str = ''
    reason: str = ''
    at: datetime = field(default_factory=now)
    deletion_policy: str = ''


@dataclass
class ChangeSet:
    name: str
    stack: object
    template: dict
    parameters: dict
    tags: dict
    kind: str
    on_failure: str = 'ROLLBACK'
    changes: list = field(default_factory=list)
    status: str = 'CREATE_PENDING'
    reason: str = None
    execution: str = 'UNAVAILABLE'
    created_at: datetime = field(default_factory=now)
    identifier: str = ''


@dataclass
class Stack:
    region: str
    name: str
    status: str = 'REVIEW_IN_PROGRESS'
    reason: str = None
    template: dict = field(default_factory=dict)
    parameters: dict = field(default_factory=dict)
    tags: dict = field(default_factory=dict)
    resources: dict = field(default_factory=dict)
    outputs: dict = field(default_factory=dict)
    events: list = field(default_factory=list)
    change_sets: dict = field(default_factory=dict)
    created_at: datetime = field(default_factory=now)
    updated_at: datetime = None
    deleted_at: datetime = None
    protected: bool = False
    signals: dict = field(default_factory=dict)  # (logical id, unique id) → status.
    lock: threading.RLock = field(default_factory=threading.RLock)
    unfinished: tuple = ()  # What a rollback that failed has to be told again.
    identifier: str = ''

    def __post_init__(self):
        self.identifier = f'arn:aws:cloudformation:{self.region}:{ACCOUNT}:stack/{self.name}/{uuid.uuid4()}'

    def event(self, logical_id, physical_id, kind, status, reason=None):
        with self.lock:
            self.events.insert(0, {'StackId': self.identifier, 'EventId': str(uuid.uuid4()), 'StackName': self.name, 'LogicalResourceId': logical_id,
                                   'PhysicalResourceId': physical_id or '', 'ResourceType': kind, 'Timestamp': now(), 'ResourceStatus': status, 'ResourceStatusReason': reason})

    def becomes(self, status, reason=None):
        with self.lock:
            self.status, self.reason = status, reason
            self.event(self.name, self.identifier, 'AWS::CloudFormation::Stack', status, reason)

    def resource_becomes(self, resource, status, reason=None):
        with self.lock:
            resource.status, resource.reason, resource.at = status, reason, now()
            self.event(resource.logical_id, resource.physical_id, resource.kind, status, reason)

    @property
    def is_busy(self):
        return self.status.endswith('_IN_PROGRESS') and self.status != 'REVIEW_IN_PROGRESS'


def describe_stack(stack):
    words = {'StackId': stack.identifier, 'StackName': stack.name, 'CreationTime': stack.created_at, 'StackStatus': stack.status, 'DisableRollback': False,
             'EnableTerminationProtection': stack.protected, 'Description': stack.template.get('Description'), 'DriftInformation': {'StackDriftStatus': 'NOT_CHECKED'},
             'Parameters': [{'ParameterKey': key, 'ParameterValue': value} for key, value in stack.parameters.items()], 'NotificationARNs': [],
             'Tags': [{'Key': key, 'Value': value} for key, value in stack.tags.items()]}
    if stack.reason:
        words['StackStatusReason'] = stack.reason
    if stack.outputs:
        words['Outputs'] = [{'OutputKey': key, 'OutputValue': value} for key, value in stack.outputs.items()]
    if stack.updated_at:
        words['LastUpdatedTime'] = stack.updated_at
    if stack.deleted_at:
        words['DeletionTime'] = stack.deleted_at
    return words


def describe_change_set(change_set, page, token):
    stack = change_set.stack
    return {'ChangeSetName': change_set.name, 'ChangeSetId': change_set.identifier, 'StackId': stack.identifier, 'StackName': stack.name, 'Status': change_set.status,
            'StatusReason': change_set.reason, 'ExecutionStatus': change_set.execution, 'CreationTime': change_set.created_at, 'Changes': page, 'NextToken': token,
            'Parameters': [{'ParameterKey': key, 'ParameterValue': value} for key, value in change_set.parameters.items()], 'Capabilities': [],
            'Tags': [{'Key': key, 'Value': value} for key, value in change_set.tags.items()], 'OnStackFailure': change_set.on_failure}


def describe_resource(stack, resource):
    return {'StackName': stack.name, 'StackId': stack.identifier, 'LogicalResourceId': resource.logical_id, 'PhysicalResourceId': resource.physical_id,
            'ResourceType': resource.kind, 'Timestamp': resource.at, 'ResourceStatus': resource.status, 'ResourceStatusReason': resource.reason,
            'DriftInformation': {'StackResourceDriftStatus': 'NOT_CHECKED'}}
