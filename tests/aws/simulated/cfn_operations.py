"""The operations of CloudFormation."""

import threading
import uuid

from . import times
from .cfn_changes import Plan
from .cfn_execution import Execution
from .cfn_records import ChangeSet, Stack, describe_change_set, describe_resource, describe_stack
from .cfn_template import needed_capabilities, parse, validation
from .core import ACCOUNT, AwsError, now

UPDATABLE = {'CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'IMPORT_COMPLETE'}
NOTHING_NEW = "The submitted information didn't contain changes. Submit different information to create a change set."
PAGE = 100


def paged(call, items):
    begin = int(call.params.get('NextToken') or 0)
    return items[begin:begin + PAGE], str(begin + PAGE) if begin + PAGE < len(items) else None


class CloudFormation:
    def __init__(self, world):
        self.world = world
        self.lock = threading.RLock()
        self.stacks = []  # Deleted ones too, which their ids still find.
        self.execution, self.drifts = Execution(world), {}

    def handlers(self):
        functions = {'CreateChangeSet': self.create_change_set, 'DescribeChangeSet': self.describe_change_set, 'ExecuteChangeSet': self.execute,
                     'DeleteChangeSet': self.delete_change_set, 'ListChangeSets': self.list_change_sets, 'DescribeStacks': self.describe, 'ListStacks': self.list_stacks,
                     'DescribeStackEvents': self.events, 'DescribeStackResources': self.resources, 'DescribeStackResource': self.resource, 'ListStackResources': self.list_resources,
                     'DeleteStack': self.delete, 'GetTemplate': self.get_template, 'ValidateTemplate': self.validate, 'SignalResource': self.signal,
                     'UpdateTerminationProtection': self.protect, 'ContinueUpdateRollback': self.continue_rollback, 'DetectStackDrift': self.detect_drift,
                     'DescribeStackDriftDetectionStatus': self.drift_status}
        return {('cloudformation', name): function for name, function in functions.items()}

    # Finding.
    def find(self, region, name):
        """A stack by its name, or by its id also when it is deleted."""
        with self.lock:
            for stack in reversed(self.stacks):
                if stack.region == region and (stack.identifier == name or (stack.name == name and stack.status != 'DELETE_COMPLETE')):
                    return stack
        return None

    def must_find(self, call, name=None):
        name = name or call.params.get('StackName')
        stack = self.find(call.region, name)
        if stack is None:
            raise validation(f'Stack with id {name} does not exist')
        return stack

    def _change_set(self, call):
        name = call.params['ChangeSetName']
        for stack in [self.find(call.region, call.params['StackName'])] if call.params.get('StackName') else list(self.stacks):
            for change_set in stack.change_sets.values() if stack else ():
                if name in (change_set.name, change_set.identifier):
                    return change_set
        raise AwsError('ChangeSetNotFound', f'ChangeSet [{name}] does not exist', 404)

    # Change sets.
    def create_change_set(self, call):
        params, kind = call.params, call.params.get('ChangeSetType', 'UPDATE')
        stack = self.find(call.region, params['StackName'])
        with self.lock:
            template = parse(params['TemplateBody']) if params.get('TemplateBody') else (stack.template if stack else None)
            if template is None:
                raise validation('Either Template URL or Template Body must be specified.')
            needed = needed_capabilities(template)
            if needed and not needed & set(params.get('Capabilities', [])):
                raise AwsError('InsufficientCapabilitiesException', f'Requires capabilities : [{sorted(needed)[0]}]')
            stack = self._stack_for(call, stack, kind)
            if params['ChangeSetName'] in stack.change_sets:
                raise AwsError('AlreadyExistsException', f'ChangeSet {params["ChangeSetName"]} already exists', 409)
            change_set = ChangeSet(params['ChangeSetName'], stack, template, self._parameters(template, params, stack), {tag['Key']: tag['Value'] for tag in params.get('Tags', [])},
                                   kind, params.get('OnStackFailure', 'ROLLBACK'))
            change_set.identifier = f'arn:aws:cloudformation:{call.region}:{ACCOUNT}:changeSet/{change_set.name}/{uuid.uuid4()}'
            stack.change_sets[change_set.name] = change_set
        self.world.work.start(change_set.identifier, self._prepare, change_set)
        return {'Id': change_set.identifier, 'StackId': stack.identifier}

    def _stack_for(self, call, stack, kind):
        name = call.params['StackName']
        if kind == 'CREATE':
            if stack is not None and stack.status != 'REVIEW_IN_PROGRESS':
                raise validation(f'Stack [{name}] already exists and cannot be created again with the changeSet [{call.params["ChangeSetName"]}].')
            if stack is None:
                stack = Stack(call.region, name)
                stack.becomes('REVIEW_IN_PROGRESS', 'User Initiated')
                self.stacks.append(stack)
            return stack
        if stack is None or stack.status == 'REVIEW_IN_PROGRESS':
            raise validation(f'Stack [{name}] does not exist')
        if stack.status not in UPDATABLE:
            raise validation(f'Stack:{stack.identifier} is in {stack.status} state and can not be updated.')
        return stack

    @staticmethod
    def _parameters(template, params, stack):
        given = {one['ParameterKey']: stack.parameters.get(one['ParameterKey']) if one.get('UsePreviousValue') else one['ParameterValue'] for one in params.get('Parameters', [])}
        values = {}
        for name, described in template.get('Parameters', {}).items():
            if name not in given and 'Default' not in described:
                raise validation(f'Parameters: [{name}] must have values')
            values[name] = given.get(name, described.get('Default'))
        return values

    def _prepare(self, change_set):
        change_set.status = 'CREATE_IN_PROGRESS'
        self.world.clock.sleep(times.CHANGE_SET)
        stack = change_set.stack
        plan = Plan(stack, change_set.template, change_set.parameters, change_set.tags)
        is_same = change_set.kind == 'UPDATE' and not plan.changes and change_set.tags == stack.tags \
            and change_set.template.get('Outputs') == stack.template.get('Outputs')
        if is_same:
            change_set.status, change_set.reason = 'FAILED', NOTHING_NEW
            return
        change_set.changes, change_set.status, change_set.execution = plan.changes, 'CREATE_COMPLETE', 'AVAILABLE'

    def describe_change_set(self, call):
        change_set = self._change_set(call)
        page, token = paged(call, change_set.changes)
        return describe_change_set(change_set, page, token)

    def execute(self, call):
        change_set = self._change_set(call)
        stack = change_set.stack
        with self.lock:
            if change_set.status != 'CREATE_COMPLETE' or change_set.execution != 'AVAILABLE':
                raise AwsError('InvalidChangeSetStatus', f'ChangeSet [{change_set.identifier}] cannot be executed in its current status of [{change_set.status}]')
            if change_set.kind == 'UPDATE' and stack.status not in UPDATABLE:
                raise validation(f'Stack:{stack.identifier} is in {stack.status} state and can not be updated.')
            change_set.execution = 'EXECUTE_IN_PROGRESS'
            stack.change_sets = {change_set.name: change_set}  # The others are of the past.
            stack.becomes('CREATE_IN_PROGRESS' if change_set.kind == 'CREATE' else 'UPDATE_IN_PROGRESS', 'User Initiated')
        function = self.execution.create if change_set.kind == 'CREATE' else self.execution.update
        self.world.work.start(f'{stack.region} {stack.name}', function, stack, change_set)
        return {}

    def delete_change_set(self, call):
        try:
            change_set = self._change_set(call)
        except AwsError:
            return {}
        if change_set.execution == 'EXECUTE_IN_PROGRESS':
            raise AwsError('InvalidChangeSetStatus', f'ChangeSet [{change_set.identifier}] cannot be deleted in its current status.')
        change_set.stack.change_sets.pop(change_set.name, None)
        return {}

    def list_change_sets(self, call):
        stack = self.must_find(call)
        return {'Summaries': [{'ChangeSetName': one.name, 'ChangeSetId': one.identifier, 'StackId': stack.identifier, 'StackName': stack.name, 'Status': one.status,
                               'ExecutionStatus': one.execution} for one in stack.change_sets.values()]}

    # Stacks.
    def describe(self, call):
        if call.params.get('StackName'):
            return {'Stacks': [describe_stack(self.must_find(call))]}
        page, token = paged(call, [stack for stack in reversed(self.stacks) if stack.region == call.region and stack.status != 'DELETE_COMPLETE'])
        return {'Stacks': [describe_stack(stack) for stack in page], 'NextToken': token}

    def list_stacks(self, call):
        return {'StackSummaries': [{'StackId': stack.identifier, 'StackName': stack.name, 'CreationTime': stack.created_at, 'StackStatus': stack.status}
                                   for stack in reversed(self.stacks) if stack.region == call.region]}

    def events(self, call):
        page, token = paged(call, list(self.must_find(call).events))
        return {'StackEvents': page, 'NextToken': token}

    def _resources(self, call):
        stack = self.must_find(call)
        return stack, [resource for resource in stack.resources.values() if call.params.get('LogicalResourceId') in (None, resource.logical_id)]

    def resources(self, call):
        if not call.params.get('StackName'):
            raise validation('simulated: StackName is needed')
        stack, found = self._resources(call)
        return {'StackResources': [describe_resource(stack, resource) for resource in found]}

    def resource(self, call):
        stack, found = self._resources(call)
        if not found:
            raise validation(f'Resource {call.params["LogicalResourceId"]} does not exist for stack {stack.name}')
        words = describe_resource(stack, found[0])
        return {'StackResourceDetail': {**words, 'LastUpdatedTimestamp': words['Timestamp']}}

    def list_resources(self, call):
        stack, found = self._resources(call)
        page, token = paged(call, found)
        return {'StackResourceSummaries': [{**describe_resource(stack, one), 'LastUpdatedTimestamp': one.at} for one in page], 'NextToken': token}

    def delete(self, call):
        stack = self.find(call.region, call.params['StackName'])
        if stack is None or stack.status == 'DELETE_COMPLETE' or stack.status == 'DELETE_IN_PROGRESS':
            return {}
        if stack.protected:
            raise validation(f'Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled')
        with self.lock:
            if stack.is_busy:
                raise validation(f'Stack [{stack.identifier}] cannot be deleted while in status {stack.status}')
            stack.becomes('DELETE_IN_PROGRESS', 'User Initiated')
        self.world.work.start(f'delete {stack.region} {stack.name}', self.execution.delete, stack, call.params.get('RetainResources', []))
        return {}

    def get_template(self, call):
        import json
        return {'TemplateBody': json.dumps(self.must_find(call).template), 'StagesAvailable': ['Original', 'Processed']}

    @staticmethod
    def validate(call):
        template = parse(call.params['TemplateBody'])
        return {'Description': template.get('Description'), 'Capabilities': sorted(needed_capabilities(template))[:1],
                'Parameters': [{'ParameterKey': key, 'DefaultValue': one.get('Default')} for key, one in template.get('Parameters', {}).items()]}

    def signal(self, call):
        stack = self.must_find(call)
        stack.signals[call.params['LogicalResourceId'], call.params['UniqueId']] = call.params['Status']
        return {}

    def protect(self, call):
        stack = self.must_find(call)
        stack.protected = bool(call.params['EnableTerminationProtection'])
        return {'StackId': stack.identifier}

    def continue_rollback(self, call):
        stack = self.must_find(call)
        if stack.status != 'UPDATE_ROLLBACK_FAILED':
            raise validation(f'Stack:{stack.identifier} is in {stack.status} state and can not be rolled back.')
        self.world.work.start(f'{stack.name} rolled back', self.execution.continue_rollback, stack)
        return {}

    def detect_drift(self, call):
        stack = self.must_find(call)
        identifier = str(uuid.uuid4())
        self.drifts[identifier] = stack
        return {'StackDriftDetectionId': identifier}

    def drift_status(self, call):
        """The properties of resources are not looked at: only what is gone counts as drift here."""
        stack = self.drifts.get(call.params['StackDriftDetectionId'])
        if stack is None:
            raise validation(f'Drift detection {call.params["StackDriftDetectionId"]} does not exist')
        gone = [one for one in stack.resources.values() if one.kind == 'AWS::RDS::DBInstance' and self.world.databases.find((stack.region, one.physical_id)) is None]
        return {'StackId': stack.identifier, 'StackDriftDetectionId': call.params['StackDriftDetectionId'], 'DetectionStatus': 'DETECTION_COMPLETE', 'Timestamp': now(),
                'StackDriftStatus': 'DRIFTED' if gone else 'IN_SYNC', 'DriftedStackResourceCount': len(gone)}
