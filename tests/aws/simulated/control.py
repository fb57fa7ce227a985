"""The tests' own way in: JSON over HTTP on the loopback, beside the interface of AWS."""

import json
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlsplit


class Control(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    wbufsize = -1

    def log_message(self, *_):
        pass

    def _answer(self, status, document):
        body = json.dumps(document, default=str).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def do_GET(self):
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query))
        found = {'/calls': self._calls, '/state': self._state, '/faults': lambda _: self.server.world.faults.list(),
                 '/newest-call': lambda _: self.server.world.log.newest()}.get(parts.path)
        self._answer(200, found(query)) if found else self._answer(404, {'error': f'there is no {parts.path}'})

    def do_POST(self):
        text = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        function = getattr(self, '_post' + self.path.replace('/', '_').replace('-', '_'), None)
        if function is None:
            self._answer(404, {'error': f'there is no {self.path}'})
            return
        try:
            self._answer(200, function(**json.loads(text or '{}')) or {})
        except Exception as error:  # pylint: disable=broad-except
            self._answer(400, {'error': repr(error)})

    # Looking.
    def _calls(self, query):
        return self.server.world.log.list(int(query.pop('since', 0)), **query)

    def _state(self, _query):
        world = self.server.world
        return {'problems': world.work.problems, 'instances': world.web.problems,
                'databases': [{'region': one.region, 'identifier': one.identifier, 'status': one.status, 'source': one.source, 'address': one.server.address,
                               'running': one.server.is_running(), 'replication': one.replication} for one in world.databases.all()],
                'web': {name: {'running': world.web.is_running(name), 'address': world.web.address(name)} for name in world.web.machines},
                'buckets': world.network.buckets(), 'ways': world.databases.ways.look(),
                'stacks': [{'region': stack.region, 'name': stack.name, 'status': stack.status} for stack in world.cloudformation.stacks]}

    # Planning.
    def _post_kill_region(self, region, control_plane=False, hangs=False):
        return self.server.world.kill_region(region, control_plane, hangs)

    def _post_revive_region(self, region):
        self.server.world.revive_region(region)

    def _post_fault(self, kind, **fields):
        return {'number': self.server.world.faults.plan(kind, **fields)}

    def _post_clear(self, number=None):
        self.server.world.faults.clear(number)

    def _post_fail_resource(self, **failure):
        self.server.world.cloudformation.execution.planned_failures.append(failure)

    def _post_cluster_door(self, region, endpoint, authority):
        """Where the API server of clusters is that are made from now on."""
        self.server.world.eks.doors[region] = endpoint, authority

    def _post_key(self):
        key_id, secret = self.server.world.new_key()
        return {'access_key_id': key_id, 'secret_access_key': secret}

    def _post_replication(self, source, to, paused=False, delay_ms=0):
        """Between two regions: what the source sends arrives later, or not at all while it is paused."""
        gates = self.server.world.databases.ways.replication_between(source, to)
        for gate in gates:
            gate.set_way(not paused)
            gate.delay_s = delay_ms / 1000
        return {'ways': len(gates)}

    def _post_maintenance(self, region, database, action='system-update'):
        arn = self.server.world.databases.must_find(region, database).arn
        self.server.world.maintenance.append((region, {'ResourceIdentifier': arn, 'PendingMaintenanceActionDetails': [{'Action': action, 'Description': 'planned by the test'}]}))

    def _post_quota(self, region, code, value):
        self.server.world.quotas[region, code] = float(value)

    def _post_dns(self, silent):
        self.server.world.dns.is_silent = silent
