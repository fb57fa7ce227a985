"""What a change set would do: resource by resource, and whether AWS would replace it."""

from .cfn_template import NO_VALUE, UNKNOWN, Evaluator, in_order, recreation, schema


def changed_properties(old, new):
    return sorted(name for name in {*old, *new} if old.get(name, NO_VALUE) != new.get(name, NO_VALUE))


class Plan:
    """The difference between a stack and a template. Of what does not exist yet nothing is known."""

    def __init__(self, stack, template, parameters, tags):
        self.stack, self.template, self.tags = stack, template, tags
        self.unknown = set()  # Resources that will be new.
        self.evaluator = Evaluator(stack.region, stack.name, stack.identifier, parameters, self._attribute, None)
        self.changes = [change for change in map(self._change, in_order(template)) if change] + self._removals()

    def _attribute(self, name, attribute):
        resource = self.stack.resources.get(name)
        if resource is None or name in self.unknown or resource.status == 'DELETE_COMPLETE':
            return UNKNOWN
        return resource.attributes.get(attribute, UNKNOWN) if attribute else resource.physical_id

    def _change(self, name):
        described = self.template['Resources'][name]
        resource = self.stack.resources.get(name)
        if resource is None:
            self.unknown.add(name)
            return _words(name, described['Type'], '', 'Add')
        new = with_tags(described['Type'], self.evaluator.value(described.get('Properties', {})), self.tags)
        old = resource_as_template(self.stack, name, self.tags_before(), resource)
        if resource.kind != described['Type']:
            self.unknown.add(name)
            return _words(name, described['Type'], resource.physical_id, 'Modify', 'True', [])
        names = changed_properties(old, new)
        if not names:
            return None
        details = [(one, recreation(resource.kind, one), UNKNOWN in str(new.get(one))) for one in names]
        kinds = {kind for _, kind, _ in details}
        replacement = 'True' if 'Always' in kinds else 'Conditional' if 'Conditionally' in kinds else 'False'
        if replacement == 'True':
            self.unknown.add(name)
        return _words(name, resource.kind, resource.physical_id, 'Modify', replacement, details)

    def tags_before(self):
        return self.stack.tags

    def _removals(self):
        return [_words(name, resource.kind, resource.physical_id, 'Remove', policy='Retain' if resource.deletion_policy.startswith('Retain') else 'Delete')
                for name, resource in self.stack.resources.items() if name not in self.template['Resources']]


def resource_as_template(stack, name, tags, resource):
    """The properties as the stack's own template gives them now, so that only templates are compared and not the world."""
    described = stack.template['Resources'][name]

    def attribute(other, which):
        known = stack.resources.get(other)
        if known is None:
            return UNKNOWN
        return known.attributes.get(which, UNKNOWN) if which else known.physical_id
    value = Evaluator(stack.region, stack.name, stack.identifier, stack.parameters, attribute, None).value(described.get('Properties', {}))
    return with_tags(resource.kind, value, tags)


def with_tags(kind, properties, stack_tags):
    """A stack's tags go to every resource that takes tags as a list."""
    tagging = schema(kind).get('tagging', {})
    member = tagging.get('tagProperty', '').rpartition('/')[2]
    if not stack_tags or member not in schema(kind)['properties'] or tagging.get('taggable') is False or kind == 'AWS::EKS::Nodegroup':
        return properties
    own = properties.get(member, [])
    if not isinstance(own, list):
        return properties
    keys = {tag['Key'] for tag in own}
    return {**properties, member: own + [{'Key': key, 'Value': value} for key, value in stack_tags.items() if key not in keys]}


def _words(name, kind, physical_id, action, replacement=None, details=(), policy=None):
    words = {'Action': action, 'LogicalResourceId': name, 'ResourceType': kind, 'Scope': [], 'Details': []}
    if physical_id:
        words['PhysicalResourceId'] = physical_id
    if policy:
        words['PolicyAction'] = policy
    if replacement is None:
        return {'Type': 'Resource', 'ResourceChange': words}
    words['Replacement'] = replacement
    words['Scope'] = sorted({'Tags' if one == 'Tags' else 'Properties' for one, _, _ in details})
    for one, kind_of, is_unknown in details:
        target = {'Attribute': 'Tags'} if one == 'Tags' else {'Attribute': 'Properties', 'Name': one, 'Path': '/Properties/' + one}
        target['RequiresRecreation'] = kind_of
        words['Details'].append({'Target': target, 'Evaluation': 'Dynamic' if is_unknown else 'Static', 'ChangeSource': 'ResourceReference' if is_unknown else 'DirectModification'})
    return {'Type': 'Resource', 'ResourceChange': words}
