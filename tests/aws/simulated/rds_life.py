"""How databases come to be, change and go: the states that RDS shows, and the real servers underneath."""

import shutil

from . import times
from .core import now
from .postgres import SqlFailed
from .rds_records import Database


class DatabaseLife:
    """Every step that takes time runs in a thread of its own, so that callers see the states pass by."""

    def __init__(self, world, store):
        self.world, self.store = world, store

    def _waits(self, seconds):
        self.world.clock.sleep(seconds)

    def wait_for_power(self, database):
        """A dead region's machines do nothing until they are back."""
        while self.world.faults.is_dead(database.region, 'data'):
            self._waits(1)

    def begin(self, what, database, *more):
        self.world.work.start(f'{what} {database.region} {database.identifier}', getattr(self, what), database, *more)

    # Beginnings.
    def create(self, database: Database, password):
        database.server.initialise(database.get('MasterUsername'), password, database.get('DBName'))
        self._waits(times.DATABASE_CREATES)
        self._serve(database)
        if database.get('BackupRetentionPeriod', 1):
            self._back_up(database)
        database.status = 'available'

    def create_replica(self, database, source):
        """RDS makes the source ready for replication, which its status shows, and copies it."""
        before, source.status = source.status, 'modifying'
        self._waits(times.DATABASE_MODIFIES)
        if source.status == 'modifying':
            source.status = before
        gate = self.store.ways.replication(source.key, database.region)
        database.server.copy_of(source.server, gate.address, gate.port)
        database.server.await_answers()
        self._waits(times.REPLICA_CREATES)
        self._serve(database)
        if database.get('BackupRetentionPeriod', 0):
            self._back_up(database)
        database.status = 'available'

    def _serve(self, database):
        database.created_at, database.has_endpoint = now(), True
        self.world.reconcile()  # Whoever sees it available may connect.

    def _back_up(self, database):
        database.status = 'backing-up'
        self._waits(times.DATABASE_BACKS_UP)
        name = f'rds:{database.identifier}-{now():%Y-%m-%d-%H-%M}'
        self.store.snapshots.add(database, name, 'automated')

    def kept(self, region, snapshot):
        return self.world.children.folder('snapshots', region) / snapshot

    def back_up(self, database, snapshot):
        """A snapshot that somebody asked for: the database serves on, and nothing else is done with it until it has begun."""
        self._waits(times.SNAPSHOT / 4)
        self.wait_for_power(database)
        database.server.back_up(self.kept(database.region, snapshot['DBSnapshotIdentifier']))
        database.status = 'available'
        self._waits(times.SNAPSHOT)
        snapshot['Status'], snapshot['PercentProgress'] = 'available', 100

    def restore(self, database, snapshot):
        self.wait_for_power(database)
        database.server.restore(self.kept(database.region, snapshot), self.store.snapshots.passwords[database.region, snapshot])
        self._waits(times.DATABASE_CREATES)
        self._serve(database)
        if database.get('BackupRetentionPeriod', 0):
            self._back_up(database)
        database.status = 'available'

    def delete_snapshot(self, region, name):
        shutil.rmtree(self.kept(region, name), ignore_errors=True)
        self.store.snapshots.forget(region, name)

    # Changes.
    def promote(self, database):
        """The replica becomes a database of its own; the reboot ends every session."""
        self._waits(times.PROMOTION_MODIFIES)
        self.wait_for_power(database)
        database.server.promote()
        database.status = 'rebooting'
        self._restart(database)
        self._waits(times.PROMOTION_REBOOTS)
        database.source, database.replication = None, 'replicating'
        database.lags.clear()
        if database.get('BackupRetentionPeriod', 0):
            self._back_up(database)
        database.status = 'available'

    def _restart(self, database):
        if not self.world.faults.is_dead(database.region, 'data'):
            database.server.stop()
            database.server.start()
            database.server.await_answers()

    def reboot(self, database, moves_zone):
        self._waits(times.DATABASE_REBOOTS)
        self.wait_for_power(database)
        self._restart(database)
        if moves_zone:
            database.zones.reverse()
        database.parameters_wait = False
        database.status = 'available'

    def modify(self, database, changes):
        self._waits(times.DATABASE_MODIFIES)
        database.settings.update(changes)
        for name in changes:
            database.pending.pop(name, None)
        if 'MultiAZ' in changes and len(database.zones) < 2:
            database.zones = self.store.zones_for(database)
        database.status = 'available'
        self.store.ways.changed()

    def rename(self, database, identifier):
        """Under the new name it has another endpoint and another ARN."""
        self._waits(times.DATABASE_MODIFIES)
        self.wait_for_power(database)
        self.store.rename(database, identifier)
        database.status = 'available'
        self.store.ways.changed()

    def halt(self, database):
        self._waits(times.DATABASE_STOPS)
        self.wait_for_power(database)
        database.server.stop()
        database.status = 'stopped'

    def resume(self, database):
        self._waits(times.DATABASE_STARTS)
        self.wait_for_power(database)
        database.server.start()
        database.server.await_answers()
        database.status = 'available'

    # Ends.
    def delete(self, database, final_snapshot):
        self.wait_for_power(database)
        if database.server.is_running():
            database.server.stop()
        if final_snapshot:
            snapshot = self.store.snapshots.add(database, final_snapshot, 'manual', done=False)
            snapshot['is_cluster'] = database.is_cluster
            self._waits(times.SNAPSHOT)
            shutil.copytree(database.server.data, self.kept(database.region, final_snapshot), symlinks=True)
            snapshot['Status'], snapshot['PercentProgress'] = 'available', 100
        self._waits(times.DATABASE_DELETES)
        database.server.remove()
        self.store.forget(database)

    # Power.
    def lose(self, database):
        database.server.kill()

    def regain(self, database):
        if database.is_cluster and database.replication == 'error':
            return  # It waits for its new primary's storage.
        if database.status not in ('stopped', 'deleting', 'creating') and (database.server.data / 'PG_VERSION').exists():
            database.server.start()
            database.server.await_answers()


class ReplicationWatch:
    """Writes RDS's own heartbeat on writers, and measures replicas, as the service's monitoring does."""

    INTERVAL_S = 1.5
    KEPT = 2000

    def __init__(self, world, store):
        self.world, self.store = world, store

    def run(self):
        while not self.world.clock.ends.wait(self.INTERVAL_S):
            for database in self.store.all():
                if database.status == 'creating' or not database.server.is_running() or not database.has_endpoint:
                    continue
                try:
                    self._look(database)
                except (SqlFailed, OSError, ValueError):
                    continue  # It was just stopped; the next look tells.

    def _look(self, database):
        if database.source is None:
            database.server.sql('UPDATE heartbeat SET at = now()', database='rdsadmin')
            return
        lag, receivers = database.server.sql(
            "SELECT coalesce(extract(epoch FROM now() - pg_last_xact_replay_timestamp()), -1), (SELECT count(*) FROM pg_stat_wal_receiver WHERE status = 'streaming')").split('|')
        database.lags.append((now(), max(0.0, float(lag))))
        del database.lags[:-self.KEPT]
        if database.replication != 'terminated':
            database.replication = 'replicating' if receivers != '0' else 'error'
