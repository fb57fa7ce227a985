"""What our CloudFormation templates promise and a linter does not know. Each rule takes a template and yields problems; PLANTED breaks each on purpose."""

import ipaddress
import json

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

EVERYWHERE = ('0.0.0.0/0', '::/0')
FUNCTIONS = {'Ref', 'Fn::GetAtt', 'Fn::Join', 'Fn::Base64'}  # moto answers 500 to some of the others.
DATA = {'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::RDS::GlobalCluster'}


def schema_of(kind, region):
    return PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, kind).schema


def resources(template, *kinds):
    for name, resource in template['Resources'].items():
        if not kinds or resource['Type'] in kinds:
            yield name, resource, resource.get('Properties', {})


def nodes(value):
    """Every object in the value, the value itself among them."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from nodes(item)


def ingress_rules(template):
    for name, _, properties in resources(template, 'AWS::EC2::SecurityGroup'):
        for rule in properties.get('SecurityGroupIngress', []):
            yield name, tag_of(properties.get('Tags', []), 'lifeboat:asset'), rule
    for name, _, properties in resources(template, 'AWS::EC2::SecurityGroupIngress'):
        yield name, '', properties


def tag_of(tags, key):
    return next((tag['Value'] for tag in tags if tag['Key'] == key), None)


def only_the_listener_is_open(template, world):
    for name, asset, rule in ingress_rules(template):
        if rule.get('CidrIp') not in EVERYWHERE and rule.get('CidrIpv6') not in EVERYWHERE:
            continue
        port = world['listener_port']
        if asset != 'lb-security-group' or (rule.get('FromPort'), rule.get('ToPort'), rule.get('IpProtocol')) != (port, port, 'tcp'):
            yield f'{name} lets everybody in'


def each_group_admits_whom_it_should(template, world):
    if not any(resources(template, 'AWS::EC2::VPC')):
        return
    admitted = {}
    for name, asset, rule in ingress_rules(template):
        group = asset or template['Resources'][rule['GroupId']['Fn::GetAtt'][0]]['Properties']['Tags'][1]['Value']
        source = rule.get('SourceSecurityGroupId', {}).get('Fn::GetAtt', [None])[0] or rule.get('CidrIp')
        admitted.setdefault(group, []).append((source, rule['FromPort'], rule['ToPort']))
    expected = {'lb-security-group': [('0.0.0.0/0', world['listener_port'])], 'web-security-group': [('LoadBalancerSecurityGroup', world['web_port'])],
                'database-security-group': [('WebSecurityGroup', 5432), (world['other_block'], 5432)]}
    if {group: sorted(rules) for group, rules in admitted.items()} != {group: sorted((source, port, port) for source, port in rules) for group, rules in expected.items()}:
        yield f'the security groups admit {admitted}'


def nothing_is_public(template, _):
    for name, _, properties in resources(template, 'AWS::RDS::DBInstance'):
        if properties.get('PubliclyAccessible') is not False:
            yield f'{name} may have a public address'
    for name, _, properties in resources(template, 'AWS::EC2::Subnet'):
        if properties.get('MapPublicIpOnLaunch') is not False:
            yield f'{name} gives public addresses'
    for name, _, properties in resources(template, 'AWS::EKS::Cluster'):
        if properties['ResourcesVpcConfig'].get('EndpointPrivateAccess') is not True:
            yield f'the nodes reach {name} from outside only'
    for name, _, properties in resources(template):
        for node in nodes(properties):
            if node.get('AssociatePublicIpAddress'):
                yield f'{name} takes a public address'
            if node.get('Effect') == 'Allow' and node.get('Principal') in ('*', {'AWS': '*'}):
                yield f'{name} allows everybody something'


def private_subnets_leave_by_their_zones_gateway(template, _):
    routes = {properties['RouteTableId'].get('Ref'): properties for _, _, properties in resources(template, 'AWS::EC2::Route') if isinstance(properties['RouteTableId'], dict)}
    zone = {name: properties['AvailabilityZone'] for name, _, properties in resources(template, 'AWS::EC2::Subnet')}
    gateway = {name: zone.get(properties['SubnetId'].get('Ref')) for name, _, properties in resources(template, 'AWS::EC2::NatGateway')}
    tables = {properties['SubnetId']['Ref']: properties['RouteTableId']['Ref'] for _, _, properties in resources(template, 'AWS::EC2::SubnetRouteTableAssociation')}
    for subnet in zone:
        route = routes.get(tables.get(subnet), {})
        if subnet.startswith('Web') and gateway.get(route.get('NatGatewayId', {}).get('Ref')) != zone[subnet]:
            yield f'{subnet} has no way out through its own zone'
        if subnet.startswith('Public') and 'GatewayId' not in route:
            yield f'{subnet} has no way out'


def everything_has_our_tags(template, world):
    wanted = {'lifeboat:stack': world['stack']}
    for name, resource, properties in resources(template):
        known = schema_of(resource['Type'], world['region'])['properties']
        key = next((key for key in ('Tags', 'HostedZoneTags', 'TagSpecifications') if key in known), None)
        if key is None:
            continue
        tags = properties.get(key, [])
        if key == 'TagSpecifications':
            tags = [tag for specification in tags for tag in specification['Tags']]
        have = tags if isinstance(tags, dict) else {tag['Key']: tag['Value'] for tag in tags}
        if not have.get('lifeboat:asset') or any(have.get(key) != value for key, value in wanted.items()):
            yield f'{name} has the tags {have}'


def everything_that_is_named_is_there(template, _):
    names = set(template['Resources'])
    for name, resource in [*template['Resources'].items(), ('Outputs', template.get('Outputs', {}))]:
        for node in nodes(resource):
            for function, value in node.items():
                if function.startswith('Fn::') and function not in FUNCTIONS:
                    yield f'{name} uses {function}'
                target = value if function == 'Ref' else value[0] if function == 'Fn::GetAtt' and isinstance(value, list) else None
                if function in ('Ref', 'Fn::GetAtt') and target not in names:
                    yield f'{name} refers to {value}'
        for other in resource.get('DependsOn', []) if isinstance(resource, dict) else []:
            if other not in names:
                yield f'{name} depends on {other}'
        if name != 'Outputs' and 'Properties' not in resource:
            yield f'{name} has no Properties'


def everything_is_encrypted(template, _):
    for name, _, properties in resources(template, 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster', 'AWS::RDS::GlobalCluster'):
        # A replica is as encrypted as its source, by a key of its own region; saying so again is refused.
        inherits = 'SourceRegion' in properties and 'Engine' not in properties or 'DBClusterIdentifier' in properties and 'GlobalClusterIdentifier' not in properties
        if properties.get('StorageEncrypted') is not True and not inherits:
            yield f'{name} is not encrypted'
        if 'KmsKeyId' not in properties and ('SourceRegion' in properties or 'DBSubnetGroupName' in properties):
            yield f'{name} has no key of its own region'
    for name, _, properties in resources(template, 'AWS::EC2::LaunchTemplate'):
        disks = properties['LaunchTemplateData'].get('BlockDeviceMappings', [])
        if not disks or any(disk['Ebs'].get('Encrypted') is not True for disk in disks):
            yield f'the disks of {name} are not encrypted'
    for name, _, properties in resources(template, 'AWS::RDS::DBParameterGroup', 'AWS::RDS::DBClusterParameterGroup'):
        if properties['Parameters'].get('rds.force_ssl') != '1':
            yield f'{name} lets clients connect without TLS'
    for name, _, properties in resources(template, 'AWS::ElasticLoadBalancingV2::Listener'):
        if properties['Protocol'] == 'HTTPS' and 'TLS13' not in properties.get('SslPolicy', ''):
            yield f'{name} has no policy for TLS'


def no_data_goes_without_a_copy(template, _):
    for name, resource, properties in resources(template, 'AWS::RDS::DBInstance', 'AWS::RDS::DBCluster'):
        if resource['Type'] == 'AWS::RDS::DBInstance' and 'DBClusterIdentifier' in properties:
            continue
        if {resource.get('DeletionPolicy'), resource.get('UpdateReplacePolicy')} != {'Snapshot'}:
            yield f'{name} leaves no snapshot'
        if properties.get('DeletionProtection') is not True:
            yield f'{name} may be deleted'
    for name, resource, _ in resources(template, 'AWS::KMS::Key'):
        if {resource.get('DeletionPolicy'), resource.get('UpdateReplacePolicy')} != {'Retain'}:
            yield f'the snapshots may outlive {name}'


def no_databases_identity_follows_another_resource(template, world):
    for name, resource, properties in resources(template, *DATA):
        for path in schema_of(resource['Type'], world['region'])['createOnlyProperties']:
            value = properties.get(path.split('/')[2])
            if isinstance(value, (dict, list)):
                yield f'{name} would be replaced if {path.split("/")[2]} changed, and that is no literal'


def zones_and_blocks_are_literal(template, _):
    for name, _, properties in resources(template):
        for key in ('AvailabilityZone', 'CidrBlock', 'DestinationCidrBlock'):
            if not isinstance(properties.get(key, ''), str):
                yield f'{key} of {name} is no literal'


def metadata_needs_a_token(template, _):
    for name, _, properties in resources(template, 'AWS::EC2::LaunchTemplate'):
        if properties['LaunchTemplateData'].get('MetadataOptions', {}).get('HttpTokens') != 'required':
            yield f'{name} serves metadata without a token'
    for name, _, properties in resources(template, 'AWS::EC2::Instance', 'AWS::EKS::Nodegroup'):
        if 'LaunchTemplate' not in properties:
            yield f'{name} does not use the launch template'


def two_zones_at_least(template, _):
    zones = {}
    for name, _, properties in resources(template, 'AWS::EC2::Subnet'):
        zones.setdefault(name.rstrip('ABCDEF'), set()).add(properties['AvailabilityZone'])
    for kind, names in zones.items():
        if len(names) < 2:
            yield f'all of {kind} are in {names}'
    lists = [('the load balancer', properties['Subnets']) for _, _, properties in resources(template, 'AWS::ElasticLoadBalancingV2::LoadBalancer')]
    lists += [('the database', properties['SubnetIds']) for _, _, properties in resources(template, 'AWS::RDS::DBSubnetGroup')]
    lists += [('the nodes', properties['Subnets']) for _, _, properties in resources(template, 'AWS::EKS::Nodegroup')]
    instances = [properties['SubnetId'] for _, _, properties in resources(template, 'AWS::EC2::Instance')]
    lists += [('the instances', instances)] if instances else []
    members = [properties['AvailabilityZone'] for _, _, properties in resources(template, 'AWS::RDS::DBInstance') if 'AvailabilityZone' in properties]
    lists += [('the members of the cluster', members)] if members else []
    for what, places in lists:
        if len({json.dumps(place) for place in places}) < 2:
            yield f'{what} has one place only: {places}'


def blocks_lie_apart_and_inside(template, world):
    inside = [(name, ipaddress.ip_network(properties['CidrBlock'])) for name, _, properties in resources(template, 'AWS::EC2::Subnet')]
    for name, _, properties in resources(template, 'AWS::EC2::VPC'):
        if properties['CidrBlock'] != world['block']:
            yield f'{name} has another block than the stack file'
    for name, block in inside:
        if not block.subnet_of(ipaddress.ip_network(world['block'])) or block.prefixlen > 27:
            yield f'{name}: {block} is not a part of {world["block"]}, or too small'
    for index, (name, block) in enumerate(inside):
        for other, taken in inside[:index]:
            if block.overlaps(taken):
                yield f'{name} overlaps {other}'


def no_secret_is_written_down(template, _):
    for name, _, properties in resources(template, *DATA):
        password = properties.get('MasterUserPassword')
        if password is not None and not str(password).startswith('{{resolve:secretsmanager:'):
            yield f'{name} has its password in the template'


def roles_may_little(template, _):
    for name, _, properties in resources(template, 'AWS::IAM::Role'):
        for node in nodes(properties.get('Policies', [])):
            if node.get('Effect') == 'Allow' and ('*' in str(node['Action']) or node['Resource'] == '*'):
                yield f'{name} may {node["Action"]} {node["Resource"]}'
        if any(policy.endswith(('AdministratorAccess', 'PowerUserAccess')) for policy in properties['ManagedPolicyArns']):
            yield f'{name} may do everything'


def aws_takes_its_size(template, _):
    if len(json.dumps(template, separators=(',', ':'))) > 51_200:
        yield 'the template is too large to be sent'
    if len(template['Resources']) > 500:
        yield 'the template has too many resources'
    for name, _, properties in resources(template, 'AWS::EC2::LaunchTemplate'):
        script = properties['LaunchTemplateData'].get('UserData', {}).get('Fn::Base64', '')
        if len(script.encode()) > 16_384:
            yield f'the script of {name} is too large'


def instances_are_told_apart(template, world):
    for name, _, properties in resources(template, 'AWS::EC2::Instance'):
        tags = {tag['Key']: tag['Value'] for tag in properties['Tags']}
        if tags.get('lifeboat:asset') != name.replace('Web', 'web-') or tags.get('lifeboat:web') != world['stack']:
            yield f'{name} does not know who it is: {tags}'


RULES = [only_the_listener_is_open, each_group_admits_whom_it_should, nothing_is_public, private_subnets_leave_by_their_zones_gateway, everything_has_our_tags,
         everything_that_is_named_is_there, everything_is_encrypted, no_data_goes_without_a_copy, no_databases_identity_follows_another_resource,
         zones_and_blocks_are_literal, metadata_needs_a_token, two_zones_at_least, blocks_lie_apart_and_inside, no_secret_is_written_down, roles_may_little,
         aws_takes_its_size, instances_are_told_apart]


def problems(template, world):
    return [f'{rule.__name__}: {problem}' for rule in RULES for problem in rule(template, world)]


def put(path, value):
    """Sets the value at a path of the resources: 'Vpc.Properties.CidrBlock'; '…[0]' is the first item, None takes it away."""
    def change(template):
        *steps, last = path.replace('[', '.[').split('.')
        place = template['Resources']
        for step in steps:
            place = place[int(step[1:-1])] if step.startswith('[') else place[step]
        last = int(last[1:-1]) if last.startswith('[') else last
        if value is None:
            del place[last]
        else:
            place[last] = value
    return change


def one_zone(template):
    for _, resource, properties in resources(template, 'AWS::EC2::Subnet'):
        properties['AvailabilityZone'] = 'us-east-2a'


OPEN = {'IpProtocol': 'tcp', 'FromPort': 5432, 'ToPort': 5432, 'CidrIp': '0.0.0.0/0'}
WEB = 'LaunchTemplate.Properties.LaunchTemplateData'
NET, DB, WEBS, EKS = 'us-east-2/network', 'us-east-2/database', 'us-east-2/web', 'us-east-2/monitoring'

# Of which stack file, which template, what is broken, and which rule has to see it.
PLANTED = [
    ('rds', NET, put('DatabaseFromPeer.Properties.CidrIp', '0.0.0.0/0'), only_the_listener_is_open),
    ('rds', NET, put('LoadBalancerSecurityGroup.Properties.SecurityGroupIngress[0].ToPort', 65535), only_the_listener_is_open),
    ('rds', NET, put('WebSecurityGroup.Properties.SecurityGroupIngress', [OPEN]), only_the_listener_is_open),
    ('rds', NET, put('DatabaseFromPeer.Properties.CidrIp', '10.0.0.0/8'), each_group_admits_whom_it_should),
    ('rds', NET, put('WebSecurityGroup.Properties.SecurityGroupIngress[0].FromPort', 1), each_group_admits_whom_it_should),
    ('rds', DB, put('Instance.Properties.PubliclyAccessible', None), nothing_is_public),
    ('rds', NET, put('WebSubnetA.Properties.MapPublicIpOnLaunch', True), nothing_is_public),
    ('rds', NET, put('BucketPolicy.Properties.PolicyDocument.Statement[0].Effect', 'Allow'), nothing_is_public),
    ('rds', WEBS, put(f'{WEB}.NetworkInterfaces', [{'AssociatePublicIpAddress': True}]), nothing_is_public),
    ('rds', EKS, put('Cluster.Properties.ResourcesVpcConfig.EndpointPrivateAccess', False), nothing_is_public),
    ('rds', NET, put('WebDefaultRouteA.Properties.NatGatewayId', {'Ref': 'NatGatewayB'}), private_subnets_leave_by_their_zones_gateway),
    ('rds', NET, put('WebRoutesB.Properties.RouteTableId', {'Ref': 'PublicRouteTable'}), private_subnets_leave_by_their_zones_gateway),
    ('rds', NET, put('NatAddressA.Properties.Tags', None), everything_has_our_tags),
    ('rds', EKS, put('NodeGroup.Properties.Tags', {'lifeboat:stack': 'shop'}), everything_has_our_tags),
    ('rds', WEBS, put('LaunchTemplate.Properties.TagSpecifications', []), everything_has_our_tags),
    ('rds', 'us-west-1/dns', put('HostedZone.Properties.HostedZoneTags[0].Value', 'another'), everything_has_our_tags),
    ('rds', NET, put('WebSubnetA.Properties.VpcId', {'Ref': 'Vpx'}), everything_that_is_named_is_there),
    ('rds', NET, put('NatAddressA.DependsOn', ['Gone']), everything_that_is_named_is_there),
    ('rds', NET, put('WebSubnetA.Properties.CidrBlock', {'Fn::Cidr': ['10.0.0.0/16', 2, 8]}), everything_that_is_named_is_there),
    ('rds', NET, put('InternetGateway.Properties', None), everything_that_is_named_is_there),
    ('rds', DB, put('Instance.Properties.StorageEncrypted', False), everything_is_encrypted),
    ('rds', 'us-west-1/database', put('Instance.Properties.KmsKeyId', None), everything_is_encrypted),
    ('aurora', DB, put('Cluster.Properties.StorageEncrypted', None), everything_is_encrypted),
    ('aurora', DB, put('GlobalCluster.Properties.StorageEncrypted', None), everything_is_encrypted),
    ('rds', WEBS, put(f'{WEB}.BlockDeviceMappings[0].Ebs.Encrypted', False), everything_is_encrypted),
    ('rds', EKS, put('NodeTemplate.Properties.LaunchTemplateData.BlockDeviceMappings', []), everything_is_encrypted),
    ('rds', DB, put('ParameterGroup.Properties.Parameters', {}), everything_is_encrypted),
    ('certificate', WEBS, put('Listener.Properties.SslPolicy', None), everything_is_encrypted),
    ('rds', DB, put('Instance.DeletionPolicy', 'Delete'), no_data_goes_without_a_copy),
    ('rds', 'us-west-1/database', put('Instance.UpdateReplacePolicy', None), no_data_goes_without_a_copy),
    ('aurora', DB, put('Cluster.Properties.DeletionProtection', False), no_data_goes_without_a_copy),
    ('rds', NET, put('DatabaseKey.DeletionPolicy', 'Delete'), no_data_goes_without_a_copy),
    ('rds', DB, put('Instance.Properties.DBSubnetGroupName', {'Ref': 'ParameterGroup'}), no_databases_identity_follows_another_resource),
    ('aurora', DB, put('Cluster.Properties.KmsKeyId', {'Ref': 'ParameterGroup'}), no_databases_identity_follows_another_resource),
    ('rds', NET, put('WebSubnetA.Properties.AvailabilityZone', {'Ref': 'Vpc'}), zones_and_blocks_are_literal),
    ('rds', WEBS, put(f'{WEB}.MetadataOptions.HttpTokens', 'optional'), metadata_needs_a_token),
    ('rds', WEBS, put('Web1.Properties.LaunchTemplate', None), metadata_needs_a_token),
    ('rds', EKS, put('NodeTemplate.Properties.LaunchTemplateData.MetadataOptions', None), metadata_needs_a_token),
    ('rds', NET, one_zone, two_zones_at_least),
    ('rds', WEBS, put('LoadBalancer.Properties.Subnets', ['subnet-1', 'subnet-1']), two_zones_at_least),
    ('rds', NET, put('DatabaseSubnetGroup.Properties.SubnetIds', [{'Ref': 'WebSubnetA'}]), two_zones_at_least),
    ('aurora', DB, put('Instance1.Properties.AvailabilityZone', 'us-east-2b'), two_zones_at_least),
    ('rds', NET, put('WebSubnetA.Properties.CidrBlock', '10.11.0.0/20'), blocks_lie_apart_and_inside),
    ('rds', NET, put('WebSubnetA.Properties.CidrBlock', '10.10.0.0/17'), blocks_lie_apart_and_inside),
    ('rds', NET, put('Vpc.Properties.CidrBlock', '10.0.0.0/8'), blocks_lie_apart_and_inside),
    ('rds', DB, put('Instance.Properties.MasterUserPassword', 'correct horse'), no_secret_is_written_down),
    ('rds', NET, put('WebRole.Properties.Policies[0].PolicyDocument.Statement[0].Resource', '*'), roles_may_little),
    ('rds', NET, put('WebRole.Properties.Policies[0].PolicyDocument.Statement[0].Action', 's3:*'), roles_may_little),
    ('rds', NET, put('WebRole.Properties.ManagedPolicyArns', ['arn:aws:iam::aws:policy/AdministratorAccess']), roles_may_little),
    ('rds', WEBS, put(f'{WEB}.UserData', {'Fn::Base64': 'x' * 16_385}), aws_takes_its_size),
    ('rds', WEBS, put('Web2.Properties.Tags[1].Value', 'web-1'), instances_are_told_apart),
]
