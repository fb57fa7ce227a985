"""A real PostgreSQL server for each simulated database, on a loopback address of its own."""

import shutil
import signal
import time
from pathlib import Path

from .children import remove_shared_memory
from .core import random_text

BINARIES = Path('/usr/lib/postgresql/15/bin')
PORT = 5432
# What the service itself uses, as RDS does; the customer is no superuser.
ADMIN, REPLICATOR = 'rdsadmin', 'rdsrepladmin'

SETTINGS = '''
listen_addresses = '{address}'
port = {port}
unix_socket_directories = ''
hba_file = '{folder}/access.conf'
ident_file = '{folder}/ident.conf'
dynamic_shared_memory_type = mmap
shared_buffers = 16MB
max_connections = 100
wal_level = replica
hot_standby = on
wal_log_hints = on
max_wal_senders = 10
wal_keep_size = 256MB
wal_retrieve_retry_interval = 100ms
wal_receiver_status_interval = 1s
wal_receiver_timeout = 30s
wal_sender_timeout = 30s
# Only processes are killed here, never the machine: what was written is in the kernel's memory.
fsync = off
full_page_writes = on
jit = off
log_destination = stderr
logging_collector = off
timezone = UTC
lc_messages = C
password_encryption = scram-sha-256
primary_conninfo = '{conninfo}'
cluster_name = '{cluster_name}'
'''
ACCESS = 'host all all 127.0.0.0/8 scram-sha-256\nhost replication {replicator} 127.0.0.0/8 scram-sha-256\n'
# What rds_superuser may do in PostgreSQL 15 on RDS, as far as it matters here.
ROLES = '''
CREATE ROLE rds_superuser NOLOGIN;
GRANT pg_monitor, pg_signal_backend, pg_checkpoint, pg_read_all_data, pg_write_all_data TO rds_superuser;
CREATE ROLE {replicator} LOGIN REPLICATION PASSWORD {replication_password};
CREATE ROLE {owner} LOGIN CREATEDB CREATEROLE PASSWORD {password};
GRANT rds_superuser TO {owner};
CREATE DATABASE rdsadmin;
'''


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def identifier(text):
    return '"' + text.replace('"', '""') + '"'


class SqlFailed(Exception):
    pass


class PostgresServer:
    def __init__(self, children, addresses, folder):
        self._children, self._addresses = children, addresses
        self.folder = folder
        self.data = folder / 'data'
        self.address, self.port = addresses.take(), PORT
        self.passwords = {}
        self.conninfo = ''
        self.cluster_name = ''  # What Aurora's function takes for the region.
        self.process = None

    # Making it.
    def _pass_file(self):
        lines = ''.join(f'*:*:*:{role}:{password}\n' for role, password in self.passwords.items() if role in (ADMIN, REPLICATOR))
        return self._children.secret_file(self.folder / 'pass', lines)

    def _run(self, program, *arguments, limit_s=120):
        done = self._children.run([BINARIES / program, *arguments], self.folder, {'PGPASSFILE': str(self.folder / 'pass')}, limit_s=limit_s)
        if done.returncode != 0:
            raise SqlFailed(f'{program}: {done.stderr.strip()}')

    def initialise(self, owner, password, database):
        self.passwords = {ADMIN: random_text(32), REPLICATOR: random_text(32)}
        self._pass_file()
        secret = self._children.secret_file(self.folder / 'initial', self.passwords[ADMIN])
        self._run('initdb', '-D', self.data, '-U', ADMIN, f'--pwfile={secret}', '-A', 'scram-sha-256', '--no-sync', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions')
        secret.unlink()
        self.start()
        self.await_answers()
        self.sql(ROLES.format(owner=identifier(owner), password=quoted(password), replicator=REPLICATOR, replication_password=quoted(self.passwords[REPLICATOR])))
        self.sql('CREATE TABLE heartbeat (id int PRIMARY KEY, at timestamptz NOT NULL); INSERT INTO heartbeat VALUES (1, now())', database='rdsadmin')
        if database:
            self.sql(f'CREATE DATABASE {identifier(database)} OWNER {identifier(owner)}')

    def copy_of(self, source, host, port):
        """A streaming replica of the source, reached at host and port."""
        self.passwords = dict(source.passwords)
        self._pass_file()
        self.conninfo = f'host={host} port={port} user={REPLICATOR} passfile={self.folder}/pass application_name={self.folder.name} sslmode=disable connect_timeout=5'
        self._run('pg_basebackup', '-D', self.data, '-d', self.conninfo, '-X', 'stream', '-c', 'fast', '--no-sync', '--no-manifest', '-w')
        self._children.give(self.data)
        (self.data / 'standby.signal').touch()
        self._children.give(self.data / 'standby.signal')
        self.start()

    def back_up(self, folder):
        """The data as it is now, for restore()."""
        conninfo = f'host={self.address} port={self.port} user={REPLICATOR} passfile={self.folder}/pass sslmode=disable connect_timeout=5'
        self._run('pg_basebackup', '-D', folder, '-d', conninfo, '-X', 'stream', '-c', 'fast', '--no-sync', '--no-manifest', '-w')

    def restore(self, folder, passwords):
        """A server of its own with the data that back_up() or a copy of a stopped server's has kept."""
        self.passwords = dict(passwords)
        self._pass_file()
        shutil.copytree(folder, self.data, symlinks=True)
        for path in [self.data, *self.data.rglob('*')]:
            self._children.give(path)
        self.data.chmod(0o700)
        (self.data / 'standby.signal').unlink(missing_ok=True)
        self.start()
        self.await_answers(120)

    def _configure(self):
        files = {self.folder / 'access.conf': ACCESS.format(replicator=REPLICATOR), self.folder / 'ident.conf': '', self.data / 'postgresql.auto.conf': '',
                 self.data / 'postgresql.conf': SETTINGS.format(address=self.address, port=self.port, folder=self.folder, conninfo=self.conninfo, cluster_name=self.cluster_name)}
        for path, text in files.items():
            path.write_text(text, encoding='utf-8')
            self._children.give(path)

    # Running it.
    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def start(self):
        if self.is_running():
            return
        remove_shared_memory(self.data)
        (self.data / 'postmaster.pid').unlink(missing_ok=True)
        self._configure()
        self.process = self._children.start([BINARIES / 'postgres', '-D', self.data], self.folder, {}, self.folder / 'log')

    def stop(self):
        if self.process is not None:
            self._children.stop(self.process, signal.SIGINT, 10)
            self.process = None

    def kill(self):
        if self.process is not None:
            self._children.kill(self.process)
            self.process = None
        remove_shared_memory(self.data)

    def empty(self):
        """Forgets its data, to be made again of another's."""
        self.kill()
        shutil.rmtree(self.data, ignore_errors=True)

    def remove(self):
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
        self._addresses.give_back(self.address)

    def answers(self):
        try:
            return self.sql('SELECT 1') == '1'
        except SqlFailed:
            return False

    def await_answers(self, limit_s=30):
        end = time.monotonic() + limit_s
        while not self.answers():
            if time.monotonic() > end or not self.is_running():
                raise SqlFailed(f'{self.folder.name} does not answer: {(self.folder / "log").read_text(errors="replace")[-1000:]}')
            time.sleep(0.03)

    # Asking it, as the service.
    def sql(self, text, database='postgres', limit_s=15):
        done = self._children.run([BINARIES / 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1'], self.folder, {
            'PGHOST': self.address, 'PGPORT': str(self.port), 'PGUSER': ADMIN, 'PGDATABASE': database, 'PGPASSFILE': str(self.folder / 'pass'), 'PGCONNECT_TIMEOUT': '3',
            'PGAPPNAME': 'rdsadmin', 'PGSSLMODE': 'disable', 'PGOPTIONS': '-c default_transaction_read_only=off'}, text, limit_s)
        if done.returncode != 0:
            raise SqlFailed(done.stderr.strip())
        return done.stdout.strip()

    def promote(self):
        if self.sql('SELECT pg_is_in_recovery()') == 't':
            self.sql('SELECT pg_promote(true, 10)')
        (self.data / 'standby.signal').unlink(missing_ok=True)
        self.conninfo = ''
