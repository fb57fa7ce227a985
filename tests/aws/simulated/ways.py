"""The ways to databases: for each region's instances one to each database, and one for each replication; with security groups and routes."""

import ipaddress
import threading

from .gates import Gate
from .postgres import PORT


def _covers(permission, port):
    protocol = str(permission.get('IpProtocol'))
    if protocol == '-1':
        return True
    return protocol == 'tcp' and permission['FromPort'] <= port <= permission['ToPort']


class RegionView:
    """One look at a region's network."""

    def __init__(self, network, region):
        self.instances = network.instances(region)
        self.groups, self.subnets, self.vpcs = network.groups(region), network.subnets(region), network.vpcs(region)
        self.tables, self.peerings = network.tables(region), network.peerings(region)

    def running(self):
        return [instance for instance in self.instances if instance['State']['Name'] == 'running']

    def table_of(self, subnet_id):
        main = None
        for table in self.tables:
            for association in table['Associations']:
                if association.get('SubnetId') == subnet_id:
                    return table
                if association.get('Main') and subnet_id in self.subnets and table['VpcId'] == self.subnets[subnet_id]['VpcId']:
                    main = table
        return main

    def peer_route(self, subnet_id, block):
        """Whether the subnet's packets to the block go over an active peering."""
        table = self.table_of(subnet_id)
        wanted = ipaddress.ip_network(block)
        for route in (table or {}).get('Routes', []):
            destination, peering = route.get('DestinationCidrBlock'), route.get('VpcPeeringConnectionId')
            if destination and peering and wanted.subnet_of(ipaddress.ip_network(destination)) and peering in self.peerings:
                return True
        return False


def admitted(database_view, source_view, database, same_region):
    """Whether one of the source's running instances may connect: by group in its own region, by address from elsewhere."""
    port = int(database.get('Port', PORT))
    for instance in source_view.running():
        groups = {group['GroupId'] for group in instance.get('SecurityGroups', [])}
        address = ipaddress.ip_address(instance.get('PrivateIpAddress', '0.0.0.0'))
        for group in database.get('VpcSecurityGroupIds', []):
            for permission in database_view.groups.get(group, []):
                if not _covers(permission, port):
                    continue
                if any(address in ipaddress.ip_network(block['CidrIp']) for block in permission.get('IpRanges', [])):
                    return True
                if same_region and groups & {pair['GroupId'] for pair in permission.get('UserIdGroupPairs', [])}:
                    return True
    return False


def routed(database_view, source_view, database_subnets):
    """Whether packets of the source's instances get to the database's subnets and back."""
    there = [database_view.vpcs[database_view.subnets[subnet]['VpcId']] for subnet in database_subnets if subnet in database_view.subnets]
    for instance in source_view.running():
        subnet = instance.get('SubnetId')
        if subnet not in source_view.subnets or not there:
            continue
        back = source_view.vpcs[source_view.subnets[subnet]['VpcId']]
        if source_view.peer_route(subnet, there[0]) and all(database_view.peer_route(one, back) for one in database_subnets):
            return True
    return False


class Ways:
    def __init__(self, world, store):
        self.world, self.store = world, store
        self._lock = threading.Lock()
        self._client_gates, self._replication_gates = {}, {}

    def changed(self):
        self.world.poke()

    def client(self, database_key, region):
        """The way of a region's instances to a database, whether it exists yet or not."""
        with self._lock:
            gates = self._client_gates
            if (database_key, region) not in gates:
                gates[database_key, region] = self._gate(database_key)
                gates[database_key, region].admits = False
            return gates[database_key, region]

    def replication(self, source_key, region):
        """The service's own way between a source and a region's replicas; no rule of the customer is on it."""
        with self._lock:
            gates = self._replication_gates
            if (source_key, region) not in gates:
                gates[source_key, region] = self._gate(source_key)
            return gates[source_key, region]

    def _gate(self, key):
        def target():
            database = self.store.find(key)
            return (database.server.address, database.server.port) if database and database.server.is_running() else None
        return Gate(self.world.loop, self.world.addresses.take(), PORT, target)

    def look(self):
        with self._lock:
            return [{'region': key[0], 'database': key[1], 'from': region, **gate.look()} for (key, region), gate in self._client_gates.items()]

    def replication_between(self, source_region, region):
        with self._lock:
            return [gate for ((where, _), to), gate in self._replication_gates.items() if where == source_region and to == region]

    def arrange(self, views):
        """Lets every way follow what the regions' networks say now."""
        for database in self.store.all():
            subnets = [subnet['SubnetIdentifier'] for subnet in (self.store.groups.subnet_group(database) or {}).get('Subnets', [])]
            for region, view in views.items():
                gate, own = self.client(database.key, region), views.get(database.region)
                if own is None:
                    continue
                same = region == database.region
                gate.admits = database.has_endpoint and admitted(own, view, database, same)
                gate.set_way(same or routed(own, view, subnets))
