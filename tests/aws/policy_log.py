"""Whether a policy covers the calls that were made: for tests that have a call log of the simulated AWS or requests that were recorded."""

import fnmatch

# Where IAM checks other actions than the operation's name: from S3's guide, written down apart from the tables of the program, so that a slip is seen.
S3_ACTIONS = {
    'DeleteObjects': {'DeleteObject', 'DeleteObjectVersion'}, 'GetObject': {'GetObject', 'ListBucket'}, 'HeadBucket': {'ListBucket'},
    'HeadObject': {'GetObject', 'ListBucket'}, 'ListObjectVersions': {'ListBucketVersions'}, 'ListObjectsV2': {'ListBucket'},
    'PutBucketEncryption': {'PutEncryptionConfiguration'}, 'PutBucketLifecycleConfiguration': {'PutLifecycleConfiguration'},
    # By its method and path moto takes it for the older operation.
    'PutBucketLifecycle': {'PutLifecycleConfiguration'},
    'PutPublicAccessBlock': {'PutBucketPublicAccessBlock'}}
PREFIXES = {'elbv2': 'elasticloadbalancing', 'service-quotas': 'servicequotas'}

# Which resource a call is about, where its input says so; the rest is held by action and region alone.
RESOURCES = {
    ('rds', 'DBInstanceIdentifier'): 'arn:aws:rds:{region}:{account}:db:{value}',
    ('rds', 'DBClusterIdentifier'): 'arn:aws:rds:{region}:{account}:cluster:{value}',
    ('rds', 'GlobalClusterIdentifier'): 'arn:aws:rds::{account}:global-cluster:{value}',
    ('cloudformation', 'StackName'): 'arn:aws:cloudformation:{region}:{account}:stack/{value}/0',
    ('eks', 'name'): 'arn:aws:eks:{region}:{account}:cluster/{value}',
    ('elbv2', 'ListenerArn'): '{value}',
    ('s3', 'Bucket'): 'arn:aws:s3:::{value}',
    ('ssm', 'DocumentName'): 'arn:aws:ssm:{region}::document/{value}',
    ('ssm', 'Name'): 'arn:aws:ssm:{region}::parameter{value}',
}


def matches(pattern, text):
    """As IAM does: '*' and '?' only."""
    return fnmatch.fnmatchcase(text, pattern.replace('[', '[[]'))


def grants_of(documents):
    for document in documents:
        for statement in document['Statement']:
            yield statement


def is_in_region(resource, region):
    parts = resource.split(':')
    return resource == '*' or parts[3] in ('', region)


def resources_of(service, params, region, account):
    """The ARNs that the call is about; an object of a bucket in place of the bucket."""
    if service == 's3' and 'Key' in params:
        return [f'arn:aws:s3:::{params["Bucket"]}/{params["Key"]}']
    found = []
    for (of, name), arn in RESOURCES.items():
        value = params.get(name)
        if of != service or not isinstance(value, str):
            continue
        found.append(value if value.startswith('arn:') else arn.format(region=region, account=account, value=value))
    return found


def actions_of(service, operation):
    """What IAM checks for the call itself. sts has nothing to check here: everybody may ask who he is, and roles say themselves who may assume them."""
    if service == 'sts':
        return set()
    names = S3_ACTIONS.get(operation, {operation}) if service == 's3' else {operation}
    return {f'{PREFIXES.get(service, service)}:{name}' for name in names}


def may(documents, action, region, resources):
    """Directly, without CloudFormation in between; conditions on tags are not looked at."""
    for statement in grants_of(documents):
        if action not in statement['Action'] or 'aws:CalledVia' in str(statement.get('Condition', {})):
            continue
        allowed = [resource for resource in statement['Resource'] if is_in_region(resource, region)]
        if any(resource == '*' or not resources or any(matches(resource, one) for one in resources) for resource in allowed):
            return True
    return False


def uncovered(documents, calls, account):
    """Calls that the policy does not allow, as sentences. `calls`: entries with service, operation, region and params."""
    missing = set()
    for call in calls:
        service, operation = call['service'], call['operation']
        region = 'us-east-1' if service == 'route53' else call['region']
        about, actions = resources_of(service, call.get('params', {}), region, account), actions_of(service, operation)
        for action in actions:
            # What is asked of the thing itself; the right to list an object's bucket is about the bucket.
            own = action.split(':')[1] == operation or len(actions) == 1
            if not may(documents, action, region, about if own else []):
                missing.add(f'{service} {operation} of {", ".join(about) or "anything"} in {region}: {action} is not allowed')
    return sorted(missing)


def unused(tables, role, calls):
    """Operations that have a row for the role or those before it and were never called: for a run that does everything."""
    order = ['observer', 'operator', 'provisioner']
    rows = {(row['service'], row['operation']) for row in tables['operations'] if order.index(row['role']) <= order.index(role)}
    return sorted(rows - {(call['service'], call['operation']) for call in calls})
