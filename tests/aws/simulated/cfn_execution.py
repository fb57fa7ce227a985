"""How a stack is made, changed, rolled back and deleted: resource after resource, in the order of what they need, several at once."""

import fnmatch
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

from botocore.exceptions import BotoCoreError, ClientError

from . import times
from .cfn_changes import changed_properties, with_tags
from .cfn_records import Resource
from .cfn_template import Evaluator, dependencies, in_order, problem_of, recreation
from .cfn_types import HANDLERS, Context, ResourceFailed
from .core import AwsError, now

AT_ONCE = 8


class StackFailed(Exception):
    pass


class Execution:
    def __init__(self, world):
        self.world = world
        self.planned_failures = []  # {'region', 'stack', 'resource', 'action', 'reason', 'times'}, patterns.

    # One resource.
    def _context(self, stack, name):
        return Context(self.world, stack, name)

    def _evaluator(self, stack, parameters, with_secrets):
        def attribute(name, which):
            resource = stack.resources[name]
            if which is None:
                return resource.physical_id
            if which not in resource.attributes:
                raise ResourceFailed(f'Requested attribute {which} does not exist in schema for {resource.kind}')
            return resource.attributes[which]

        def secret(name, key):
            import json
            return json.loads(self.world.aws('secretsmanager', stack.region).get_secret_value(SecretId=name)['SecretString'])[key]
        return Evaluator(stack.region, stack.name, stack.identifier, parameters, attribute, secret if with_secrets else None)

    def _planned(self, stack, name, kind, action):
        for failure in self.planned_failures:
            wanted = [(stack.region, failure.get('region', '*')), (stack.name, failure.get('stack', '*')), (action, failure.get('action', '*'))]
            fits = all(fnmatch.fnmatchcase(value, pattern) for value, pattern in wanted)
            if fits and failure.get('times', 1) > 0 and any(fnmatch.fnmatchcase(one, failure.get('resource', '*')) for one in (name, kind)):
                failure['times'] = failure.get('times', 1) - 1
                raise ResourceFailed(failure.get('reason', 'Resource handler returned message: "planned by the test" (HandlerErrorCode: GeneralServiceException)'))

    def _guarded(self, stack, resource, action, function):
        """Carries a step out; a failure becomes the resource's state and reason."""
        try:
            self._planned(stack, resource.logical_id, resource.kind, action)
            self.world.clock.sleep(times.RESOURCE)
            function()
        except (ResourceFailed, AwsError, ClientError, BotoCoreError, KeyError) as error:
            reason = error.message if isinstance(error, AwsError) else f'missing: {error}' if isinstance(error, KeyError) else str(error)
            stack.resource_becomes(resource, action + '_FAILED', f'Resource handler returned message: "{reason}" (RequestToken: none, HandlerErrorCode: GeneralServiceException)'
                                   if 'HandlerErrorCode' not in reason else reason)
            raise StackFailed(f'{resource.logical_id}') from error
        stack.resource_becomes(resource, action + '_COMPLETE')

    def _create(self, stack, name, template, parameters, tags):
        described = template['Resources'][name]
        resource = Resource(name, described['Type'], {}, deletion_policy=described.get('DeletionPolicy', ''))
        stack.resource_becomes(resource, 'CREATE_IN_PROGRESS')

        def step():
            plain = with_tags(resource.kind, self._evaluator(stack, parameters, False).value(described.get('Properties', {})), tags)
            full = with_tags(resource.kind, self._evaluator(stack, parameters, True).value(described.get('Properties', {})), tags)
            if problem := problem_of(resource.kind, plain):
                raise ResourceFailed(problem)
            context = self._context(stack, name)
            context.initiated = lambda physical: self._initiated(stack, resource, physical)
            context.creation_policy = described.get('CreationPolicy', {})
            resource.physical_id, resource.attributes = HANDLERS[resource.kind].create(context, full)
            resource.properties = plain
        with stack.lock:
            stack.resources[name] = resource
        self._guarded(stack, resource, 'CREATE', step)

    @staticmethod
    def _initiated(stack, resource, physical):
        resource.physical_id = physical
        stack.resource_becomes(resource, 'CREATE_IN_PROGRESS', 'Resource creation Initiated')

    def _update(self, stack, name, template, parameters, tags, replaced):
        resource, described = stack.resources[name], template['Resources'][name]
        resource.deletion_policy = described.get('DeletionPolicy', '')
        new = with_tags(described['Type'], self._evaluator(stack, parameters, False).value(described.get('Properties', {})), tags)
        names = changed_properties(resource.properties, new)
        if not names:
            return
        handler = HANDLERS[resource.kind]
        kinds = {one: recreation(resource.kind, one) for one in names}
        if 'Always' in kinds.values() or any(kind == 'Conditionally' and handler.replaces(one, resource.properties, new) for one, kind in kinds.items()):
            stack.resource_becomes(resource, 'UPDATE_IN_PROGRESS', 'Requested update requires the creation of a new physical resource; hence creating one.')
            replaced.append(resource)
            self._create(stack, name, template, parameters, tags)
            return
        stack.resource_becomes(resource, 'UPDATE_IN_PROGRESS')

        def step():
            if problem := problem_of(resource.kind, new):
                raise ResourceFailed(problem)
            changed = handler.update(self._context(stack, name), resource.physical_id, resource.properties, new)
            resource.attributes.update(changed or {})
            resource.properties = new
        self._guarded(stack, resource, 'UPDATE', step)

    def _remove(self, stack, resource, force_retain=False):
        if force_retain or resource.deletion_policy in ('Retain', 'RetainExceptOnCreate') or not resource.physical_id:
            stack.resource_becomes(resource, 'DELETE_SKIPPED' if resource.physical_id else 'DELETE_COMPLETE')
            return
        stack.resource_becomes(resource, 'DELETE_IN_PROGRESS')
        handler = HANDLERS[resource.kind]
        self._guarded(stack, resource, 'DELETE', lambda: handler.delete(self._context(stack, resource.logical_id), resource.physical_id, resource.properties, resource.deletion_policy))

    # Many.
    def _parallel(self, names, needs, work):
        """Runs work(name) for each name after those that it needs; after a failure nothing new begins. Raises the first failure."""
        left, running, done, failure = list(names), {}, set(), None
        with ThreadPoolExecutor(AT_ONCE) as pool:
            while (left and failure is None) or running:
                if failure is None:
                    for name in [name for name in left if not (needs[name] & set(names)) - done]:
                        left.remove(name)
                        running[pool.submit(work, name)] = name
                finished, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    name = running.pop(future)
                    if error := future.exception():
                        failure = failure or error
                    else:
                        done.add(name)
        if failure is not None:
            raise failure

    def _outputs(self, stack, template, parameters):
        evaluator = self._evaluator(stack, parameters, False)
        return {key: str(evaluator.value(output['Value'])) for key, output in template.get('Outputs', {}).items()}

    def create(self, stack, change_set):
        template, parameters, tags = change_set.template, change_set.parameters, change_set.tags
        stack.template, stack.parameters, stack.tags = template, parameters, tags
        try:
            self._parallel(in_order(template), {name: dependencies(template, name) for name in template['Resources']},
                           lambda name: self._create(stack, name, template, parameters, tags))
            stack.outputs = self._outputs(stack, template, parameters)
            stack.becomes('CREATE_COMPLETE')
        except StackFailed as error:
            reason = f'The following resource(s) failed to create: [{error}]. '
            if change_set.on_failure == 'DO_NOTHING':
                stack.becomes('CREATE_FAILED', reason)
                return
            removes = change_set.on_failure == 'DELETE'
            stack.becomes('DELETE_IN_PROGRESS' if removes else 'ROLLBACK_IN_PROGRESS', reason + ('Delete' if removes else 'Rollback') + ' requested by user.')
            self._take_away(stack, 'DELETE' if removes else 'ROLLBACK')
        change_set.execution = 'EXECUTE_COMPLETE'

    def update(self, stack, change_set):
        before = stack.template, stack.parameters, stack.tags, dict(stack.resources), {name: dict(one.properties) for name, one in stack.resources.items()}
        template, parameters, tags = change_set.template, change_set.parameters, change_set.tags
        replaced = []

        def work(name):
            if name in stack.resources and stack.resources[name].kind == template['Resources'][name]['Type']:
                self._update(stack, name, template, parameters, tags, replaced)
            else:
                self._create(stack, name, template, parameters, tags)
        try:
            self._parallel(in_order(template), {name: dependencies(template, name) for name in template['Resources']}, work)
            outputs = self._outputs(stack, template, parameters)
        except (StackFailed, ResourceFailed) as error:
            self._roll_back_update(stack, before, replaced, str(error))
            return
        gone = [resource for name, resource in stack.resources.items() if name not in template['Resources']]
        old_template = stack.template
        stack.template, stack.parameters, stack.tags, stack.outputs, stack.updated_at = template, parameters, tags, outputs, now()
        stack.becomes('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS')
        self._clean_up(stack, old_template, replaced, gone)
        stack.becomes('UPDATE_COMPLETE')
        change_set.execution = 'EXECUTE_COMPLETE'

    def _clean_up(self, stack, old_template, replaced, gone):
        order = [name for name in reversed(in_order(old_template)) if name in {resource.logical_id for resource in gone}]
        by_name = {resource.logical_id: resource for resource in gone}
        for resource in [*reversed(replaced), *(by_name[name] for name in order)]:
            try:
                self._remove(stack, resource)
            except StackFailed:
                continue  # CloudFormation leaves what it cannot remove, and says so in the events.
        for name in by_name:
            stack.resources.pop(name, None)

    def continue_rollback(self, stack):
        self._roll_back_update(stack, *stack.unfinished)

    def _roll_back_update(self, stack, before, replaced, failed):
        template, parameters, tags, resources, properties = before
        stack.unfinished = before, replaced, failed
        stack.becomes('UPDATE_ROLLBACK_IN_PROGRESS', f'The following resource(s) failed to update: [{failed}]. ')
        old = {resource.logical_id: resource for resource in replaced}
        try:
            made = [one for name, one in stack.resources.items() if resources.get(name) is not one]
            for name in in_order(template):
                resource = old.get(name) or resources[name]
                if resource.properties != properties[name]:
                    changed, resource.properties = resource.properties, properties[name]
                    self._guarded(stack, resource, 'UPDATE', lambda one=resource, what=changed: HANDLERS[one.kind].update(
                        self._context(stack, one.logical_id), one.physical_id, what, one.properties))
            stack.resources = dict(resources)
            stack.becomes('UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS')
            for resource in reversed(made):
                self._remove(stack, resource)
        except StackFailed as error:
            stack.becomes('UPDATE_ROLLBACK_FAILED', f'The following resource(s) failed to update: [{error}]. ')
            return
        stack.template, stack.parameters, stack.tags = template, parameters, tags
        stack.becomes('UPDATE_ROLLBACK_COMPLETE')

    def _take_away(self, stack, prefix, retained=()):
        """Removes all resources, each before those that it needed."""
        template, failed = stack.template, []
        needed_by = {name: {other for other in template['Resources'] if name in dependencies(template, other)} for name in template['Resources']}
        alive = [name for name in reversed(in_order(template)) if name in stack.resources and stack.resources[name].status not in ('DELETE_COMPLETE', 'DELETE_SKIPPED')] \
            if template else []

        def work(name):
            if needed_by[name] & set(failed):
                return
            try:
                self._remove(stack, stack.resources[name], name in retained)
            except StackFailed:
                failed.append(name)
        self._parallel(alive, needed_by, work)
        if failed:
            stack.becomes(prefix + '_FAILED', f'The following resource(s) failed to delete: [{", ".join(failed)}]. ')
            return
        stack.deleted_at = now() if prefix == 'DELETE' else None
        stack.becomes(prefix + '_COMPLETE')

    def delete(self, stack, retained):
        self._take_away(stack, 'DELETE', retained)
