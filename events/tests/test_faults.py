"""What clients see while the database pauses, refuses writes, hangs, dies and comes back."""

import json
import signal
import socket
import threading
import time
import unittest

import services
from services import call, wait_until
from stack import StackCase

EVENT = {"name": "n", "location": "l", "description": "description"}
UNKNOWN = "803: The outcome of this write is unknown: the database did not answer after it was sent."


class Load:
    """Writers that never retry; results are (status, message, seconds)."""

    def __init__(self, url, token, writers=20):
        self.url, self.token, self.ended = url, token, threading.Event()
        self.results, self.threads = [], [threading.Thread(target=self.write) for _ in range(writers)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def write(self):
        while not self.ended.is_set():
            start = time.monotonic()
            status, headers, text = call(self.url + "/events/", "POST", EVENT, self.token)
            retry_after = headers["Retry-After"]
            self.results.append((status, json.loads(text)["status"]["message"], time.monotonic() - start, retry_after))

    def count(self, status):
        return sum(1 for result in self.results if result[0] == status)


class Pooled(StackCase):
    def test_a_pause_holds_requests_and_fails_none(self):
        events = self.events().wait_ready()
        token = self.register(events.url, "pause")
        not_ready = []
        with Load(events.url, token) as load:
            wait_until(lambda: load.count(201) > 50, "writes before the pause")
            for _ in range(3):
                self.pgbouncer.admin("PAUSE")
                paused = time.monotonic()
                while time.monotonic() - paused < 0.6:
                    status, _, text = call(events.url + "/readyz")
                    if status != 200:
                        not_ready.append(text)
                    time.sleep(0.02)
                self.pgbouncer.admin("RESUME")
                done = load.count(201)
                wait_until(lambda: load.count(201) > done + 50, "writes after the pause")
        self.assertEqual(load.count(201), len(load.results), [r for r in load.results if r[0] != 201][:3])
        self.assertGreater(max(result[2] for result in load.results), 0.5)
        self.assertEqual(not_ready, [])

    def test_a_pooler_that_restarts_is_found_again(self):
        events = self.events().wait_ready()
        token = self.register(events.url, "restart")
        self.pgbouncer.stop()
        wait_until(lambda: call(events.url + "/readyz")[0] == 503, "/readyz to notice")
        status, headers, text = call(events.url + "/events/", "POST", EVENT, token)
        self.assertEqual((status, headers["Retry-After"]), (503, "1"), text)
        self.pgbouncer.start()
        events.wait_ready()
        self.assertEqual(call(events.url + "/events/", "POST", EVENT, token)[0], 201)


class ReadOnly(StackCase):
    def test_a_read_only_database_answers_reads_and_refuses_writes(self):
        for port in (self.postgres.port, self.pgbouncer.port):
            events = self.events(port).wait_ready()
            token = self.register(events.url, f"reader{port}")
            self.set_read_only("on")
            events.wait_ready(writable=False)
            for method, path in (("POST", "/events/"), ("PATCH", "/events/1"), ("DELETE", "/events/1"), ("POST", "/init")):
                status, headers, text = call(events.url + path, method, EVENT, token)
                self.assertEqual((status, headers["Retry-After"]), (503, "1"), text)
                message = json.loads(text)["status"]["message"]
                self.assertEqual(message, "802: Database is read-only. Nothing was changed.")
            self.assertEqual(call(events.url + "/events/", token=token)[0], 200)
            self.set_read_only("off")
            events.wait_ready(writable=True)
            self.assertEqual(call(events.url + "/events/", "POST", EVENT, token)[0], 201)

    def set_read_only(self, value):
        # ALTER SYSTEM refuses to share a transaction, so each statement goes alone.
        self.postgres.sql("ALTER SYSTEM SET default_transaction_read_only = " + value)
        self.postgres.sql("SELECT pg_reload_conf()")


class Crash(StackCase):
    def test_kill_9_of_the_database_and_its_return(self):
        for way in (self.postgres.port, self.pgbouncer.port):
            events = self.events(way).wait_ready()
            token = self.register(events.url, f"crash{way}")
            with Load(events.url, token, writers=8) as load:
                wait_until(lambda: load.count(201) > 50, "writes before the crash")
                self.postgres.crash()
                wait_until(lambda: load.count(503) > 20, "answers after the crash")
                wait_until(lambda: call(events.url + "/readyz")[0] == 503, "/readyz to notice")
                self.postgres.start()
                done = load.count(201)
                wait_until(lambda: load.count(201) > done + 50, "writes after the return")
            self.assertEqual({result[0] for result in load.results}, {201, 503})
            self.assertTrue(all(result[3] == "1" for result in load.results if result[0] == 503))
            count = int(self.postgres.sql("SELECT count(*) FROM events"))
            unknown = sum(1 for result in load.results if result[1] == UNKNOWN)
            self.assertGreaterEqual(count, load.count(201))
            self.assertLessEqual(count, load.count(201) + unknown)
            self.postgres.sql("DELETE FROM events")
            self.assertEqual(events.stop(), 0)

    def test_start_without_a_database(self):
        self.postgres.stop()
        events = self.events(self.postgres.port)
        self.assertEqual(call(events.url + "/readyz")[0], 503)
        self.assertEqual(call(events.url + "/healthz")[0], 200)
        self.postgres.start()
        events.wait_ready()
        self.register(events.url, "late")

    def test_a_hung_database_is_noticed(self):
        events = self.events(self.postgres.port, flags=("--query-timeout-ms", "1000")).wait_ready()
        token = self.register(events.url, "hung")
        self.addCleanup(self.postgres.signal_all, signal.SIGCONT)
        self.postgres.signal_all(signal.SIGSTOP)
        stopped = time.monotonic()
        wait_until(lambda: call(events.url + "/readyz")[0] == 503, "/readyz to notice")
        self.assertLess(time.monotonic() - stopped, 0.8)
        self.assertEqual(call(events.url + "/events/", token=token)[0], 503)
        self.postgres.signal_all(signal.SIGCONT)
        events.wait_ready()
        self.assertEqual(call(events.url + "/events/", token=token)[0], 200)

    def test_a_write_that_dies_on_the_way_is_unknown_and_not_repeated(self):
        events = self.events(self.postgres.port).wait_ready()
        token = self.register(events.url, "unknown")
        before = int(self.postgres.sql("SELECT count(*) FROM events"))
        replies = []
        # A lock holds the insert inside the server, where its backend is then killed.
        locker = services.Process(
            ["psql", "-X", "-h", "127.0.0.1", "-p", str(self.postgres.port), "-U", "app", "-d", "postgres", "-c",
             "BEGIN; LOCK TABLE events IN EXCLUSIVE MODE; SELECT pg_sleep(30)"], self.workspace.path + "/locker.log")
        self.addCleanup(locker.stop)
        locks = "SELECT count(*) FROM pg_locks WHERE relation = 'events'::regclass AND "
        wait_until(lambda: self.postgres.sql(locks + "mode = 'ExclusiveLock' AND granted") == "1", "the lock")
        post = threading.Thread(target=lambda: replies.append(call(events.url + "/events/", "POST", EVENT, token)))
        post.start()
        waiting = "SELECT pid FROM pg_locks WHERE relation = 'events'::regclass AND NOT granted"
        pid = wait_until(lambda: self.postgres.sql(waiting), "the insert to wait")
        self.postgres.sql(f"SELECT pg_terminate_backend({pid})")
        post.join()
        status, headers, text = replies[0]
        self.assertEqual((status, headers["Retry-After"]), (503, "1"))
        self.assertEqual(json.loads(text)["status"]["message"], UNKNOWN)
        self.postgres.sql("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'events'::regclass")
        wait_until(lambda: self.postgres.sql(locks + "true") == "0", "the lock to end")
        self.assertEqual(int(self.postgres.sql("SELECT count(*) FROM events")), before)
        self.assertIn("lifeboat_events_unknown_outcomes_total 1", call(events.url + "/metrics")[2])


class ManyHosts(StackCase):
    def test_the_writer_is_found_among_the_hosts(self):
        other = services.Postgres(self.workspace, "other")
        self.addCleanup(other.stop)
        other.start()
        other.sql("ALTER SYSTEM SET default_transaction_read_only = on")
        other.sql("SELECT pg_reload_conf()")
        ports = f"{services.free_port()},{other.port},{self.postgres.port}"
        events = self.events(ports, PGHOST="127.0.0.1,localhost,127.0.0.1").wait_ready()
        token = self.register(events.url, "hosts")
        self.assertEqual(call(events.url + "/events/", "POST", EVENT, token)[0], 201)


if __name__ == "__main__":
    unittest.main()
