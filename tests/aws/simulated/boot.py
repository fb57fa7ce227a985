"""A web instance's disk and what runs on it: the files of its user data, and Lifeboat's own program for instances, which is really run."""

import base64
import json
import os
import re
import threading
import time
from types import SimpleNamespace

from botocore.exceptions import BotoCoreError, ClientError

from .postgres import BINARIES

_FILE = re.compile(r"^cat >(\S+) <<'LIFEBOAT_FILE'\n(.*?)^LIFEBOAT_FILE$", re.DOTALL | re.MULTILINE)
_EXEC_LOCK = threading.Lock()
ATTEMPTS_S = 300  # Simulated; afterwards the instance says that it failed.


class NotYet(Exception):
    """The instance has not found what it needs."""


class Machine:
    def __init__(self, world, region, instance):
        self.world, self.region, self.instance_id = world, region, instance['InstanceId']
        self.root = world.children.folder('instances', region, self.instance_id)
        self.tags = {tag['Key']: tag['Value'] for tag in instance.get('Tags', [])}
        self.zone = instance['Placement']['AvailabilityZone']
        self.is_booted = self.has_signalled = False
        self._began = time.monotonic()
        self._seen = None

    # The first boot.
    def boot(self):
        """Whether everything that user data does at the first boot is done."""
        if self.is_booted:
            return True
        try:
            self._unpack()
            self._program('program')
        except (NotYet, ClientError, BotoCoreError, OSError, KeyError, ValueError) as error:
            if time.monotonic() - self._began > self.world.clock.real(ATTEMPTS_S):
                self._signal('FAILURE')
            raise NotYet(f'{self.instance_id}: {error}') from error
        self.is_booted = True
        try:
            self.refresh()
        except NotYet:
            pass  # The timer tries again.
        self._signal('SUCCESS')
        return True

    def _unpack(self):
        answer = self.world.aws('ec2', self.region).describe_instance_attribute(InstanceId=self.instance_id, Attribute='userData')
        text = base64.b64decode(answer.get('UserData', {}).get('Value', '')).decode()
        files = dict(_FILE.findall(text))
        if '/opt/lifeboat/instance.py' not in files:
            raise NotYet('its user data has no /opt/lifeboat/instance.py')
        for name, content in files.items():
            path = self.root / name.lstrip('/')
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding='utf-8')
            path.chmod(0o755)
        known = {'id': self.instance_id, 'zone': self.zone, 'name': self.tags.get('lifeboat:asset', self.instance_id)}
        (self.root / 'etc/lifeboat/instance.json').write_text(json.dumps(known), encoding='utf-8')
        self._own()

    def _own(self):
        for path in self.root.rglob('*'):
            self.world.children.give(path)

    def _signal(self, status):
        if not self.has_signalled:
            self.has_signalled = True
            try:
                self._program('signal', status)
            except (ClientError, OSError):
                pass  # It has no stack that waits for it.

    def _program(self, function, *arguments):
        """Runs a function of the instance's own program, as the machine would."""
        source = (self.root / 'opt/lifeboat/instance.py').read_text(encoding='utf-8')
        user = self.world.children.user
        space = {'__name__': 'instance'}
        with _EXEC_LOCK:
            os.environ['LIFEBOAT_ROOT'] = str(self.root)
            exec(compile(source, 'instance.py', 'exec'), space)  # pylint: disable=exec-used
        space['client'] = lambda service: self.world.aws(service, self.region)
        space['subprocess'] = SimpleNamespace(run=lambda *_, **__: None)  # systemctl: the simulation starts what is to run.
        space['pwd'] = SimpleNamespace(getpwnam=lambda _: user or SimpleNamespace(pw_uid=os.getuid(), pw_gid=os.getgid()))
        try:
            space[function](*arguments)
        except SystemExit as end:
            raise NotYet(str(end)) from end

    # Every minute.
    def refresh(self):
        """Reads the region's bucket and secret again; whether the application has to be started anew."""
        before = self._application_files()
        try:
            self._program('refresh')
        except (ClientError, BotoCoreError, OSError, KeyError) as error:
            raise NotYet(f'{self.instance_id}: {error}') from error
        self._own()
        self._resolve_sql()
        return self._application_files() != before

    def _application_files(self):
        return [path.read_text(encoding='utf-8') if path.exists() else None for path in (self.root / 'etc/lifeboat' / name for name in ('web.json', 'pgpass', 'marker.token'))]

    def is_outdated(self):
        """The object has another version than the one that was read last."""
        settings = json.loads((self.root / 'etc/lifeboat/settings.json').read_text(encoding='utf-8'))
        version = self.world.network.object_tag(self.region, settings['bucket'], 'config/web.json')
        changed, self._seen = version != self._seen, version
        return version is not None and (changed or not (self.root / 'etc/lifeboat/web.json').exists())

    def _reachable(self, host):
        """Addresses in place of names, because nothing on this machine resolves AWS's; of a name that nobody has one where nobody answers."""
        key = self.world.databases.key_of_endpoint(host)
        return self.world.databases.ways.client(key, self.region).address if key else '127.0.0.9'

    def _resolve_sql(self):
        path = self.root / 'etc/lifeboat/sql.env'
        lines = dict(line.partition('=')[::2] for line in path.read_text(encoding='utf-8').splitlines())
        lines['PGHOST'] = ','.join(self._reachable(host) for host in lines['PGHOST'].strip("'").split(','))
        lines['PGSSLMODE'] = 'disable'
        lines.pop('PGSSLROOTCERT', None)
        path.write_text(''.join(f'{name}={value}\n' for name, value in lines.items()), encoding='utf-8')

    def _write_resolver(self):
        """A getent that knows the databases' names, and those of Route 53 that lead to one."""
        names = {self.world.databases.endpoint(database.key): self.world.databases.endpoint(database.key) for database in self.world.databases.all()}
        for zone in self.world.route53.zones.values():
            for (name, kind, _), record in list(zone.published.items()):
                if kind == 'CNAME' and record['ResourceRecords'][0]['Value'] in names:
                    names[name.rstrip('.')] = record['ResourceRecords'][0]['Value']
        cases = ''.join(f'  {name}) echo "{self._reachable(host)} STREAM {name}"; exit 0 ;;\n' for name, host in names.items())
        path = self.root / 'resolver/getent'
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'#!/bin/sh\ncase "$2" in\n{cases}esac\nexit 2\n', encoding='utf-8')
        path.chmod(0o755)
        self.world.children.give(path.parent)
        self.world.children.give(path)

    # What runs.
    def application(self):
        """(command, environment) of the web application; nothing before the databases are known."""
        path = self.root / 'etc/lifeboat/web.json'
        if not path.exists():
            return None
        settings = json.loads((self.root / 'etc/lifeboat/settings.json').read_text(encoding='utf-8'))
        environment = dict(json.loads(path.read_text(encoding='utf-8'))['environment'])
        environment['PGHOST'] = ','.join(self._reachable(host) for host in environment['PGHOST'].split(','))
        environment['PGSSLMODE'] = 'disable'
        environment.pop('PGSSLROOTCERT', None)
        environment['LISTEN_ADDRESS'] = self.world.web.address(self.instance_id)
        return settings['command'], environment

    def shell(self, command, limit_s):
        """Runs a command line as SSM does on the machine."""
        if not self.is_booted:
            raise NotYet(f'{self.instance_id} has not booted')
        here = command.replace('/opt/lifeboat/', f'{self.root}/opt/lifeboat/')
        self._write_resolver()
        environment = {'LIFEBOAT_ROOT': str(self.root), 'PATH': f'{self.root}/resolver:{BINARIES}:/usr/bin:/bin', 'PGAPPNAME': 'lifeboat-sql'}
        return self.world.children.run(['bash', '-c', here], self.root, environment, limit_s=limit_s)
