"""What moto remembers of networks and load balancers, in the interface's own words: read from its memory, because it is looked at all the time."""


class Network:
    def __init__(self, moto):
        self.moto = moto

    def _ec2(self, region):
        return self.moto.backend('ec2', region)

    def instances(self, region):
        with self.moto.lock:
            found = []
            for reservation in self._ec2(region).all_reservations():
                for instance in reservation.instances:
                    state = instance._state  # pylint: disable=protected-access
                    if state.name != 'terminated':
                        found.append({'InstanceId': instance.id, 'State': {'Name': state.name, 'Code': state.code}, 'SubnetId': instance.subnet_id,
                                      'PrivateIpAddress': instance.private_ip or '0.0.0.0', 'Placement': {'AvailabilityZone': str(instance.placement)},
                                      'SecurityGroups': [{'GroupId': group.id} for group in instance.security_groups],
                                      'Tags': [{'Key': tag['key'], 'Value': tag['value']} for tag in instance.get_tags()]})
            return found

    def groups(self, region):
        """By id: the rules that let somebody in."""
        with self.moto.lock:
            return {group.id: [_permission(rule) for rule in group.ingress_rules] for groups in self._ec2(region).groups.values() for group in groups.values()}

    def subnets(self, region):
        with self.moto.lock:
            return {subnet.id: {'SubnetId': subnet.id, 'VpcId': subnet.vpc_id} for zone in self._ec2(region).subnets.values() for subnet in zone.values()}

    def vpcs(self, region):
        with self.moto.lock:
            return {vpc.id: vpc.cidr_block for vpc in self._ec2(region).vpcs.values()}

    def tables(self, region):
        with self.moto.lock:
            return [{'VpcId': table.vpc_id, 'Associations': table.associations,
                     'Routes': [{'DestinationCidrBlock': route.destination_cidr_block, 'VpcPeeringConnectionId': route.vpc_pcx.id if route.vpc_pcx else None} for route in table.routes]}
                    for table in self._ec2(region).route_tables.values()]

    def peerings(self, region):
        with self.moto.lock:
            return {peering.id for peering in self._ec2(region).vpc_pcxs.values() if peering._status.code == 'active'}  # pylint: disable=protected-access

    # Load balancers.
    def listeners(self, region):
        """By ARN: (the balancer's name in DNS, port, default action)."""
        with self.moto.lock:
            found = {}
            for balancer in self.moto.backend('elbv2', region).load_balancers.values():
                for arn, listener in balancer.listeners.items():
                    found[arn] = (balancer.dns_name.lower(), int(listener.port), dict(listener.default_actions[0].data))
            return found

    def target_groups(self, region):
        """By ARN: how its targets are checked, and which they are."""
        with self.moto.lock:
            found = {}
            for arn, group in self.moto.backend('elbv2', region).target_groups.items():
                found[arn] = {'interval_s': float(group.health_check_interval_seconds), 'timeout_s': float(group.health_check_timeout_seconds),
                              'path': group.health_check_path or '/', 'healthy': int(group.healthy_threshold_count), 'unhealthy': int(group.unhealthy_threshold_count),
                              'codes': group.matcher.get('HttpCode', '200') if group.matcher else '200', 'is_used': bool(group.load_balancer_arns),
                              'targets': [(target['Id'], int(target.get('Port') or group.port)) for target in group.targets.values()]}
            return found

    def buckets(self):
        with self.moto.lock:
            return sorted(self.moto.backend('s3', 'us-east-1').buckets)

    def object_tag(self, region, bucket, key):
        """The ETag of an object as it is now; nothing when there is none."""
        with self.moto.lock:
            there = self.moto.backend('s3', region).buckets.get(bucket)
            item = there.keys.get(key) if there else None
            return getattr(item, 'etag', None)


def _permission(rule):
    words = {'IpProtocol': rule.ip_protocol, 'FromPort': rule.from_port, 'ToPort': rule.to_port}
    if rule.ip_range and rule.ip_range.get('CidrIp'):
        words['IpRanges'] = [{'CidrIp': rule.ip_range['CidrIp']}]
    if rule.source_group:
        words['UserIdGroupPairs'] = [{'GroupId': rule.source_group.get('GroupId')}]
    return words
