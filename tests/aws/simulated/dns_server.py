"""A DNS server for the zones of the simulated Route 53 and the names of load balancers: plain UDP, one question a packet."""

import socket
import struct
import threading

from .route53 import dotted

A, NS, CNAME, SOA, ANY = 1, 2, 5, 6, 255
KINDS = {A: 'A', NS: 'NS', CNAME: 'CNAME', SOA: 'SOA', 16: 'TXT'}
NUMBERS = {name: number for number, name in KINDS.items()}


def encoded(name):
    return b''.join(bytes([len(label)]) + label.encode() for label in name.rstrip('.').split('.') if label) + b'\0'


def question(packet):
    labels, at = [], 12
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]].decode('latin-1'))
        at += packet[at] + 1
    kind, _ = struct.unpack('>HH', packet[at + 1:at + 5])
    return dotted('.'.join(labels)), kind, packet[12:at + 5]


class DnsServer:
    BALANCER_TTL = 60

    def __init__(self, world):
        self.world = world
        self.is_silent = False
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(('127.0.0.1', 0))

    def start(self):
        threading.Thread(target=self._serve, name='dns', daemon=True).start()
        return self._socket.getsockname()[1]

    def _serve(self):
        while True:
            packet, address = self._socket.recvfrom(4096)
            try:
                answer = self._answer_packet(packet)
            except (IndexError, struct.error, UnicodeError):
                continue  # No question.
            if not self.is_silent:
                self._socket.sendto(answer, address)

    def _answer_packet(self, packet):
        name, kind, asked = question(packet)
        records, code, is_authority = self.answer(name, kind, bool(packet[2] & 1))
        flags = 0x8000 | (0x0400 if is_authority else 0) | (struct.unpack('>H', packet[2:4])[0] & 0x0100) | code
        answer = packet[:2] + struct.pack('>HHHHH', flags, 1, len(records), 0, 0) + asked
        for owner, type_number, ttl, value in records:
            answer += encoded(owner) + struct.pack('>HHIH', type_number, 1, ttl, len(value)) + value
        return answer

    def answer(self, name, kind, recurses):
        """(records, response code, whether the zone is one of ours)."""
        balancer = self.world.balancers.address_of(name)
        if balancer:
            return ([(name, A, self.BALANCER_TTL, bytes(map(int, balancer.split('.'))))] if kind in (A, ANY) else []), 0, True
        zone = next((zone_id for zone, (zone_id, _) in self.world.route53.zone_names().items() if name == zone or name.endswith('.' + zone)), None)
        if zone is None:
            return [], 5, False  # Refused, as by a name server that is asked for somebody else's zone.
        published = [record for (owner, _, _), record in list(self.world.route53.zone(zone)[0].published.items()) if owner == name]
        if not published:
            return [], 3, True
        fitting = [record for record in published if kind in (NUMBERS.get(record['Type']), ANY)] or [record for record in published if record['Type'] == 'CNAME']
        found = []
        for record in [self._chosen(fitting)] if any(record.get('Failover') for record in fitting) else fitting:
            for value in record.get('ResourceRecords', []):
                found.append((name, NUMBERS[record['Type']], int(record.get('TTL', 300)), self._value(record['Type'], value['Value'])))
                if record['Type'] == 'CNAME' and kind == A and recurses:
                    found += self.answer(dotted(value['Value']), A, True)[0]
        return found, 0, True

    def _chosen(self, records):
        """The failover policy: the primary while it is healthy, else a healthy secondary, else the primary."""
        by_role = {record['Failover']: record for record in records if record.get('Failover')}
        healthy = {role: 'HealthCheckId' not in record or self.world.route53.is_healthy(record['HealthCheckId']) for role, record in by_role.items()}
        for role in ('PRIMARY', 'SECONDARY'):
            if healthy.get(role):
                return by_role[role]
        return by_role.get('PRIMARY') or by_role['SECONDARY']

    @staticmethod
    def _value(kind, text):
        if kind == 'A':
            return bytes(map(int, text.split('.')))
        if kind in ('CNAME', 'NS'):
            return encoded(text)
        if kind == 'SOA':
            words = text.split()
            return encoded(words[0]) + encoded(words[1]) + struct.pack('>IIIII', *map(int, words[2:7]))
        plain = text.strip('"').encode()[:255]
        return bytes([len(plain)]) + plain
