"""Route 53: records and health checks of the simulation's own; zones are moto's. Changes reach the name servers after their time."""

import threading
import uuid

from . import times
from .core import AwsError, now, random_text


def dotted(name):
    return name.lower().rstrip('.') + '.'


class Zone:
    """What the interface has been told, and what the name servers have heard of it."""

    def __init__(self):
        self.records, self.published = {}, {}  # (name, type, set identifier) → record.


class Route53:
    CHECK_DEFAULTS = {'Inverted': False, 'Disabled': False, 'RequestInterval': 30, 'FailureThreshold': 3, 'MeasureLatency': False, 'EnableSNI': False}

    def __init__(self, world):
        self.world = world
        self.lock = threading.RLock()
        self.zones, self.changes, self.checks = {}, {}, {}
        self.published_flags = {}  # Health check → (disabled, inverted), as the name servers know them.
        self.measured = {}  # Health check → (healthy, words), measured by asking the endpoint.

    def handlers(self):
        names = {'ChangeResourceRecordSets': self.change, 'ListResourceRecordSets': self.list_records, 'GetChange': self.get_change, 'CreateHealthCheck': self.create_check,
                 'GetHealthCheck': self.get_check, 'ListHealthChecks': self.list_checks, 'UpdateHealthCheck': self.update_check, 'DeleteHealthCheck': self.delete_check,
                 'GetHealthCheckStatus': self.check_status, 'DeleteHostedZone': self.delete_zone}
        return {('route53', name): function for name, function in names.items()}

    # Zones and records.
    def zone_names(self):
        with self.world.moto.lock:
            return {dotted(zone.name): (zone_id, list(zone.delegation_set.name_servers) if zone.delegation_set else []) for zone_id, zone in
                    self.world.moto.backend('route53', 'us-east-1').zones.items()}

    def zone(self, zone_id):
        zone_id = zone_id.rpartition('/')[2]
        with self.world.moto.lock:
            known = self.world.moto.backend('route53', 'us-east-1').zones
            if zone_id not in known:
                raise AwsError('NoSuchHostedZone', f'No hosted zone found with ID: {zone_id}', 404)
            name = dotted(known[zone_id].name)
        zone = self.zones.setdefault(zone_id, Zone())
        if not zone.records:
            servers = self.zone_names()[name][1]
            zone.records = {(name, 'NS', ''): {'Name': name, 'Type': 'NS', 'TTL': 172800, 'ResourceRecords': [{'Value': dotted(server)} for server in servers]},
                            (name, 'SOA', ''): {'Name': name, 'Type': 'SOA', 'TTL': 900, 'ResourceRecords': [
                                {'Value': f'{dotted(servers[0] if servers else "ns")} awsdns-hostmaster.amazon.com. 1 7200 900 1209600 86400'}]}}
            zone.published = dict(zone.records)
        return zone, name

    def change(self, call):
        with self.lock:
            zone, zone_name = self.zone(call.params['HostedZoneId'])
            records = dict(zone.records)
            for change in call.params['ChangeBatch']['Changes']:
                self._apply(records, zone_name, change['Action'], change['ResourceRecordSet'])
            zone.records = records
        return {'ChangeInfo': self._begin_change(lambda: zone.published.clear() or zone.published.update(records))}

    def _apply(self, records, zone_name, action, record):
        name, kind, identifier = dotted(record['Name']), record['Type'], record.get('SetIdentifier', '')
        record = {**record, 'Name': name}
        words = f"[name='{name}', type='{kind}'" + (f", set-identifier='{identifier}']" if identifier else ']')
        if name != zone_name and not name.endswith('.' + zone_name):
            raise AwsError('InvalidChangeBatch', f'[RRSet with DNS name {name} is not permitted in zone {zone_name}]')
        if record.get('Failover') and not identifier:
            raise AwsError('InvalidChangeBatch', f'[RRSet with DNS name {name} has failover and no set identifier]')
        if record.get('HealthCheckId') and record['HealthCheckId'] not in self.checks:
            raise AwsError('InvalidChangeBatch', f'[The specified health check {record["HealthCheckId"]} does not exist]')
        key = name, kind, identifier
        if action == 'DELETE':
            if records.get(key) != record:
                raise AwsError('InvalidChangeBatch', f'[Tried to delete resource record set {words} but the values provided do not match the current values]'
                               if key in records else f'[Tried to delete resource record set {words} but it was not found]')
            del records[key]
            return
        if action == 'CREATE' and key in records:
            raise AwsError('InvalidChangeBatch', f'[Tried to create resource record set {words} but it already exists]')
        for other_name, other_kind, other_identifier in records:
            if other_name != name or (other_name, other_kind, other_identifier) == key:
                continue
            if 'CNAME' in (kind, other_kind) and kind != other_kind:
                raise AwsError('InvalidChangeBatch', f'[RRSet of type CNAME with DNS name {name} is not permitted as it conflicts with other records with the same DNS name]')
            other = records[other_name, other_kind, other_identifier]
            if other_kind == kind and bool(other_identifier) != bool(identifier) or (other.get('Failover') and other.get('Failover') == record.get('Failover') and other_kind == kind):
                raise AwsError('InvalidChangeBatch', f'[RRSet with DNS name {name}, type {kind}, SetIdentifier {identifier} cannot be created as another with the same failover exists]')
        records[key] = record

    def _begin_change(self, publish):
        change = {'Id': '/change/C' + random_text(20, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'), 'Status': 'PENDING', 'SubmittedAt': now()}
        self.changes[change['Id'].rpartition('/')[2]] = change

        def later():
            self.world.zone_clock.sleep(times.ZONE_CHANGES)
            with self.lock:
                publish()
                change['Status'] = 'INSYNC'
        self.world.work.start(change['Id'], later)
        return dict(change)

    def get_change(self, call):
        change = self.changes.get(call.params['Id'].rpartition('/')[2])
        if change is None:
            raise AwsError('NoSuchChange', 'Could not find resource with ID: ' + call.params['Id'], 404)
        return {'ChangeInfo': dict(change)}

    def list_records(self, call):
        zone, _ = self.zone(call.params['HostedZoneId'])
        params, size = call.params, int(call.params.get('MaxItems') or 100)

        def order(record):
            return ['.'.join(reversed(record['Name'].split('.'))), record['Type'], record.get('SetIdentifier', '')]
        found = sorted(zone.records.values(), key=order)
        if params.get('StartRecordName'):
            begin = order({'Name': dotted(params['StartRecordName']), 'Type': params.get('StartRecordType', ''), 'SetIdentifier': params.get('StartRecordIdentifier', '')})
            found = [record for record in found if order(record) >= begin]
        answer = {'ResourceRecordSets': found[:size], 'IsTruncated': len(found) > size, 'MaxItems': str(size)}
        if len(found) > size:
            after = found[size]
            answer |= {'NextRecordName': after['Name'], 'NextRecordType': after['Type'], 'NextRecordIdentifier': after.get('SetIdentifier')}
        return answer

    def delete_zone(self, call):
        zone, _ = self.zone(call.params['Id'])
        if any(kind not in ('NS', 'SOA') for _, kind, _ in zone.records):
            raise AwsError('HostedZoneNotEmpty', 'The specified hosted zone contains non-required resource record sets and so cannot be deleted.')
        with self.world.moto.lock:
            self.world.moto.backend('route53', 'us-east-1').zones.pop(call.params['Id'].rpartition('/')[2])
        return {'ChangeInfo': self._begin_change(lambda: None)}

    # Health checks.
    def _check(self, call):
        check = self.checks.get(call.params['HealthCheckId'])
        if check is None:
            raise AwsError('NoSuchHealthCheck', f'A health check with id {call.params["HealthCheckId"]} does not exist.', 404)
        return check

    def create_check(self, call):
        reference, config = call.params['CallerReference'], {**self.CHECK_DEFAULTS, **call.params['HealthCheckConfig']}
        for check in self.checks.values():
            if check['CallerReference'] == reference:
                if check['created_as'] == config:
                    return self._answer(check)
                raise AwsError('HealthCheckAlreadyExists', 'A health check with the same caller reference and other settings has been created before.', 409)
        check = {'Id': str(uuid.uuid4()), 'CallerReference': reference, 'HealthCheckConfig': dict(config), 'HealthCheckVersion': 1, 'created_as': config}
        self.checks[check['Id']] = check
        self.published_flags[check['Id']] = (config['Disabled'], config['Inverted'])
        return self._answer(check)

    @staticmethod
    def _answer(check):
        return {'HealthCheck': {key: value for key, value in check.items() if key != 'created_as'}, 'Location': f'https://route53.amazonaws.com/2013-04-01/healthcheck/{check["Id"]}'}

    def get_check(self, call):
        return self._answer(self._check(call))

    def list_checks(self, call):
        found, size = [self._answer(check)['HealthCheck'] for check in self.checks.values()], int(call.params.get('MaxItems') or 100)
        begin = int(call.params.get('Marker') or 0)
        answer = {'HealthChecks': found[begin:begin + size], 'Marker': str(begin), 'IsTruncated': begin + size < len(found), 'MaxItems': str(size)}
        return {**answer, 'NextMarker': str(begin + size)} if answer['IsTruncated'] else answer

    def update_check(self, call):
        with self.lock:
            check = self._check(call)
            version = call.params.get('HealthCheckVersion')
            if version is not None and int(version) != check['HealthCheckVersion']:
                raise AwsError('HealthCheckVersionMismatch', f'The health check version {version} does not match the current version {check["HealthCheckVersion"]}.', 409)
            changes = {key: value for key, value in call.params.items() if key not in ('HealthCheckId', 'HealthCheckVersion', 'ResetElements')}
            check['HealthCheckConfig'].update(changes)
            check['HealthCheckVersion'] += 1
            flags = check['HealthCheckConfig']['Disabled'], check['HealthCheckConfig']['Inverted']

        def later():
            self.world.zone_clock.sleep(times.HEALTH_CHECK_CHANGES)
            self.published_flags[check['Id']] = flags
        self.world.work.start('health check ' + check['Id'], later)
        return self._answer(check)

    def delete_check(self, call):
        check = self._check(call)
        if any(record.get('HealthCheckId') == check['Id'] for zone in self.zones.values() for record in zone.records.values()):
            raise AwsError('HealthCheckInUse', f'The health check {check["Id"]} is in use by a record.')
        del self.checks[check['Id']]
        return {}

    def is_healthy(self, check_id):
        """As the name servers count it: a disabled check is healthy, and inverting turns that around."""
        disabled, inverted = self.published_flags.get(check_id, (False, False))
        return (disabled or self.measured.get(check_id, (True, ''))[0]) != inverted

    def check_status(self, call):
        check = self._check(call)
        healthy, words = self.measured.get(check['Id'], (True, 'Success: HTTP Status Code 200, OK'))
        return {'HealthCheckObservations': [{'Region': region, 'IPAddress': '15.177.2.1', 'StatusReport': {'Status': ('Success: ' if healthy else 'Failure: ') + words, 'CheckedTime': now()}}
                                            for region in ('us-east-1', 'us-west-1', 'us-west-2', 'eu-west-1', 'sa-east-1')]}
