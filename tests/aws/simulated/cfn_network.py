"""Resources of EC2's network."""

from .cfn_types import Handler, ResourceFailed, handles, ignoring_missing, tag_specification


@handles('AWS::EC2::VPC')
class Vpc(Handler):
    tags_of_ec2 = True

    def create(self, context, properties):
        ec2 = context.aws('ec2')
        vpc = ec2.create_vpc(CidrBlock=properties['CidrBlock'], TagSpecifications=tag_specification('vpc', properties.get('Tags')))['Vpc']['VpcId']
        context.initiated(vpc)
        self._attributes(ec2, vpc, properties)
        group = ec2.describe_security_groups(Filters=[{'Name': 'vpc-id', 'Values': [vpc]}])['SecurityGroups'][0]['GroupId']
        return vpc, {'VpcId': vpc, 'CidrBlock': properties['CidrBlock'], 'DefaultSecurityGroup': group}

    @staticmethod
    def _attributes(ec2, vpc, properties):
        for name in ('EnableDnsSupport', 'EnableDnsHostnames'):
            if name in properties:
                ec2.modify_vpc_attribute(VpcId=vpc, **{name: {'Value': properties[name] in (True, 'true')}})

    def update(self, context, physical, old, new):
        self._attributes(context.aws('ec2'), physical, new)
        return super().update(context, physical, {**old, **{name: new.get(name) for name in ('EnableDnsSupport', 'EnableDnsHostnames')}}, new)

    def delete(self, context, physical, properties, policy):
        ec2 = context.aws('ec2')
        instances = ec2.describe_instances(Filters=[{'Name': 'vpc-id', 'Values': [physical]}, {'Name': 'instance-state-name', 'Values': ['running', 'stopped']}])['Reservations']
        if instances:
            raise ResourceFailed(f'The vpc \'{physical}\' has dependencies and cannot be deleted.')
        ignoring_missing(lambda: ec2.delete_vpc(VpcId=physical))


@handles('AWS::EC2::Subnet')
class Subnet(Handler):
    tags_of_ec2 = True

    def create(self, context, properties):
        ec2 = context.aws('ec2')
        subnet = ec2.create_subnet(VpcId=properties['VpcId'], CidrBlock=properties['CidrBlock'], AvailabilityZone=properties['AvailabilityZone'],
                                   TagSpecifications=tag_specification('subnet', properties.get('Tags')))['Subnet']['SubnetId']
        context.initiated(subnet)
        if 'MapPublicIpOnLaunch' in properties:
            ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={'Value': properties['MapPublicIpOnLaunch'] in (True, 'true')})
        return subnet, {'SubnetId': subnet, 'AvailabilityZone': properties['AvailabilityZone'], 'VpcId': properties['VpcId'], 'CidrBlock': properties['CidrBlock']}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').delete_subnet(SubnetId=physical))


@handles('AWS::EC2::InternetGateway')
class InternetGateway(Handler):
    tags_of_ec2 = True

    def create(self, context, properties):
        gateway = context.aws('ec2').create_internet_gateway(TagSpecifications=tag_specification('internet-gateway', properties.get('Tags')))['InternetGateway']['InternetGatewayId']
        return gateway, {'InternetGatewayId': gateway}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').delete_internet_gateway(InternetGatewayId=physical))


@handles('AWS::EC2::VPCGatewayAttachment')
class GatewayAttachment(Handler):
    def create(self, context, properties):
        context.aws('ec2').attach_internet_gateway(InternetGatewayId=properties['InternetGatewayId'], VpcId=properties['VpcId'])
        return f'IGW|{properties["VpcId"]}', {'AttachmentType': 'IGW'}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').detach_internet_gateway(InternetGatewayId=properties['InternetGatewayId'], VpcId=properties['VpcId']))


@handles('AWS::EC2::EIP')
class ElasticAddress(Handler):
    def create(self, context, properties):
        made = context.aws('ec2').allocate_address(Domain='vpc', TagSpecifications=tag_specification('elastic-ip', properties.get('Tags')))
        return made['PublicIp'], {'AllocationId': made['AllocationId'], 'PublicIp': made['PublicIp']}

    def delete(self, context, physical, properties, policy):
        ec2 = context.aws('ec2')
        for address in ec2.describe_addresses()['Addresses']:
            if address['PublicIp'] == physical:
                if address.get('AssociationId'):
                    ec2.disassociate_address(AssociationId=address['AssociationId'])
                ec2.release_address(AllocationId=address['AllocationId'])


@handles('AWS::EC2::NatGateway')
class NatGateway(Handler):
    tags_of_ec2 = True

    def create(self, context, properties):
        gateway = context.aws('ec2').create_nat_gateway(SubnetId=properties['SubnetId'], AllocationId=properties['AllocationId'],
                                                        TagSpecifications=tag_specification('natgateway', properties.get('Tags')))['NatGateway']['NatGatewayId']
        return gateway, {'NatGatewayId': gateway}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').delete_nat_gateway(NatGatewayId=physical))


@handles('AWS::EC2::RouteTable')
class RouteTable(Handler):
    tags_of_ec2 = True

    def create(self, context, properties):
        table = context.aws('ec2').create_route_table(VpcId=properties['VpcId'], TagSpecifications=tag_specification('route-table', properties.get('Tags')))['RouteTable']['RouteTableId']
        return table, {'RouteTableId': table}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').delete_route_table(RouteTableId=physical))


@handles('AWS::EC2::Route')
class Route(Handler):
    MEMBERS = ('RouteTableId', 'DestinationCidrBlock', 'GatewayId', 'NatGatewayId', 'VpcPeeringConnectionId')

    def create(self, context, properties):
        context.aws('ec2').create_route(**{name: properties[name] for name in self.MEMBERS if name in properties})
        return f'{properties["RouteTableId"]}|{properties["DestinationCidrBlock"]}', {'CidrBlock': properties['DestinationCidrBlock']}

    def update(self, context, physical, old, new):
        context.aws('ec2').replace_route(**{name: new[name] for name in self.MEMBERS if name in new})
        return {}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').delete_route(RouteTableId=properties['RouteTableId'], DestinationCidrBlock=properties['DestinationCidrBlock']))


@handles('AWS::EC2::SubnetRouteTableAssociation')
class RouteTableAssociation(Handler):
    def create(self, context, properties):
        made = context.aws('ec2').associate_route_table(SubnetId=properties['SubnetId'], RouteTableId=properties['RouteTableId'])['AssociationId']
        return made, {'Id': made}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').disassociate_route_table(AssociationId=physical))


@handles('AWS::EC2::VPCPeeringConnection')
class Peering(Handler):
    """CloudFormation accepts a peering within the account by itself."""

    tags_of_ec2 = True

    def create(self, context, properties):
        peer_region = properties.get('PeerRegion', context.region)
        made = context.aws('ec2').create_vpc_peering_connection(VpcId=properties['VpcId'], PeerVpcId=properties['PeerVpcId'], PeerRegion=peer_region,
                                                                TagSpecifications=tag_specification('vpc-peering-connection', properties.get('Tags')))
        name = made['VpcPeeringConnection']['VpcPeeringConnectionId']
        context.initiated(name)
        context.aws('ec2', peer_region).accept_vpc_peering_connection(VpcPeeringConnectionId=name)
        return name, {'Id': name}

    def delete(self, context, physical, properties, policy):
        # moto keeps a connection in both regions.
        for region in {context.region, properties.get('PeerRegion', context.region)}:
            with context.world.moto.lock:
                context.world.moto.backend('ec2', region).vpc_pcxs.pop(physical, None)


def permission(rule):
    """A rule of a template as the interface takes it."""
    made = {'IpProtocol': str(rule['IpProtocol'])}
    for name in ('FromPort', 'ToPort'):
        if name in rule:
            made[name] = int(rule[name])
    words = {'Description': rule['Description']} if rule.get('Description') else {}
    if 'CidrIp' in rule:
        made['IpRanges'] = [{'CidrIp': rule['CidrIp'], **words}]
    for name in ('SourceSecurityGroupId', 'DestinationSecurityGroupId'):
        if name in rule:
            made['UserIdGroupPairs'] = [{'GroupId': rule[name], **words}]
    return made


@handles('AWS::EC2::SecurityGroup')
class SecurityGroup(Handler):
    tags_of_ec2 = True

    def create(self, context, properties):
        ec2 = context.aws('ec2')
        name = properties.get('GroupName') or context.name(255)
        group = ec2.create_security_group(GroupName=name, Description=properties['GroupDescription'], VpcId=properties['VpcId'],
                                          TagSpecifications=tag_specification('security-group', properties.get('Tags')))['GroupId']
        context.initiated(group)
        self._allow(ec2, group, properties)
        return group, {'GroupId': group, 'Id': group, 'VpcId': properties['VpcId']}

    @staticmethod
    def _allow(ec2, group, properties):
        if properties.get('SecurityGroupEgress'):
            ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[{'IpProtocol': '-1', 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])
            ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[permission(rule) for rule in properties['SecurityGroupEgress']])
        if properties.get('SecurityGroupIngress'):
            ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[permission(rule) for rule in properties['SecurityGroupIngress']])

    def update(self, context, physical, old, new):
        """CloudFormation writes the rules inside a group anew."""
        ec2 = context.aws('ec2')
        if old.get('SecurityGroupIngress') != new.get('SecurityGroupIngress'):
            standing = ec2.describe_security_groups(GroupIds=[physical])['SecurityGroups'][0]['IpPermissions']
            if standing:
                ec2.revoke_security_group_ingress(GroupId=physical, IpPermissions=standing)
            if new.get('SecurityGroupIngress'):
                ec2.authorize_security_group_ingress(GroupId=physical, IpPermissions=[permission(rule) for rule in new['SecurityGroupIngress']])
        return super().update(context, physical, {**old, 'SecurityGroupIngress': new.get('SecurityGroupIngress')}, {'SecurityGroupIngress': None, **new})

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').delete_security_group(GroupId=physical))


@handles('AWS::EC2::SecurityGroupIngress')
class SecurityGroupIngress(Handler):
    def create(self, context, properties):
        made = context.aws('ec2').authorize_security_group_ingress(GroupId=properties['GroupId'], IpPermissions=[permission(properties)])
        rules = made.get('SecurityGroupRules') or [{}]
        return rules[0].get('SecurityGroupRuleId') or f'sgr-{context.logical_id}', {}

    def update(self, context, physical, old, new):
        self.delete(context, physical, old, '')
        self.create(context, new)
        return {}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').revoke_security_group_ingress(GroupId=properties['GroupId'], IpPermissions=[permission(properties)]))
