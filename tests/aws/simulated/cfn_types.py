"""The types of resources that the simulated CloudFormation can make. Each is made by the service's own interface, so that the service checks it."""

from .core import AwsError

HANDLERS = {}


class ResourceFailed(Exception):
    """A resource could not be made, changed or deleted, and why."""


class Context:
    """What a handler works with: the stack's region and name, and clients of the simulation itself."""

    def __init__(self, world, stack, logical_id):
        self.world, self.stack, self.logical_id = world, stack, logical_id
        self.region = stack.region
        self.initiated = lambda physical: None
        self.creation_policy = {}

    def aws(self, service, region=None):
        return self.world.aws(service, region or self.region)

    def until(self, condition, what, simulated_s=3600):
        try:
            self.world.clock.until(condition, what, max(30, self.world.clock.real(simulated_s)))
        except TimeoutError as error:
            raise ResourceFailed(str(error)) from error

    def name(self, longest=64):
        """A physical name as CloudFormation makes one up."""
        from .core import random_text
        return f'{self.stack.name}-{self.logical_id}'[:longest - 14].rstrip('-') + '-' + random_text(12, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789')


class Handler:
    """Of one type. `create` gives (physical id, attributes), `update` the attributes that are different now."""

    tags_of_ec2 = False

    def create(self, context, properties):
        raise NotImplementedError

    def update(self, context, physical, old, new):
        """Refuses what it cannot change, so that nothing is ignored in silence."""
        names = sorted(name for name in {*old, *new} if old.get(name) != new.get(name))
        if not names:
            return {}
        if names == ['Tags'] and self.tags_of_ec2:
            context.aws('ec2').create_tags(Resources=[physical], Tags=new['Tags'])
            return {}
        if names == ['Tags']:
            return {}
        raise ResourceFailed(f'simulated: {type(self).__name__} cannot change {", ".join(names)} in place')

    def delete(self, context, physical, properties, policy):
        raise NotImplementedError

    def replaces(self, _name, _old, _new):
        """Whether a change that replaces "conditionally" replaces this time."""
        return False


def handles(kind):
    def register(handler):
        HANDLERS[kind] = handler()
        return handler
    return register


def tag_specification(kind, tags):
    return [{'ResourceType': kind, 'Tags': tags}] if tags else []


def tag_map(tags):
    if isinstance(tags, dict):
        return tags
    return {tag['Key']: tag['Value'] for tag in tags or []}


def ignoring_missing(function):
    """Deleting what is gone already is no failure."""
    from botocore.exceptions import ClientError
    try:
        function()
    except (ClientError, AwsError) as error:
        code = error.code if isinstance(error, AwsError) else error.response['Error']['Code']
        if 'NotFound' not in code and code not in ('NoSuchEntity', 'NoSuchHostedZone', 'ResourceNotFoundException', 'NoSuchBucket', 'DBInstanceNotFound'):
            raise


from . import cfn_aurora, cfn_data, cfn_monitoring, cfn_network, cfn_web  # noqa: E402,F401  pylint: disable=wrong-import-position
