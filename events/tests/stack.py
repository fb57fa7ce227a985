"""What the test cases share: one database, one pgbouncer, and services that are stopped whatever happens."""

import os
import unittest

import services

BINARY = os.environ.get("LIFEBOAT_EVENTS", "lifeboat-events")


class StackCase(unittest.TestCase):
    """A PostgreSQL and a pgbouncer per test class; Events processes end with their test."""

    @classmethod
    def setUpClass(cls):
        cls.workspace = services.Workspace()
        cls.addClassCleanup(cls.workspace.remove)
        cls.postgres = services.Postgres(cls.workspace)
        cls.addClassCleanup(cls.postgres.stop)
        cls.postgres.start()
        cls.pgbouncer = services.PgBouncer(cls.workspace, cls.postgres.port)
        cls.addClassCleanup(cls.pgbouncer.stop)
        cls.pgbouncer.start()

    def events(self, port=None, **options):
        events = services.Events(BINARY, self.workspace, port or self.pgbouncer.port, **options)
        self.addCleanup(events.stop)
        return events

    def register(self, url, name):
        status, _, text = services.call(url + "/auth/register", "POST", {"username": name, "email": name + "@example.com"})
        self.assertEqual(status, 201, text)
        return services.json.loads(text)["dataset"]["token"]
