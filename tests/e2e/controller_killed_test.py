"""The controller is killed with SIGKILL after each record of a failover and of a switchover; its successor ends what it began."""

import os
import signal
import threading
import time
import unittest

from lifeboat_stack import Events, StackTest, wait_until

KILLS = int(os.environ.get("LIFEBOAT_KILLS", "4"))


class ControllerKilled(StackTest):
    def controller_pid(self):
        return self.stack.status()["controller"]["pid"]

    def kill_after_records(self, count):
        """Watches the journal grow and kills the controller as soon as it holds that many more records."""
        journal = self.stack.folder / "journal"
        pid = self.controller_pid()
        records = lambda: sum(file.read_bytes().count(b"\n") for file in journal.iterdir() if file.is_file())
        start = records()

        def watch():
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                if records() >= start + count:
                    os.kill(pid, signal.SIGKILL)
                    return
                time.sleep(0.0005)

        watcher = threading.Thread(target=watch)
        watcher.start()
        return watcher, pid

    def settled(self):
        """The status once the successor answers and no operation is under way."""
        def look():
            process = self.stack.run("status", "--output", "json", expect=None)
            if process.returncode != 0:
                return None
            status = self.stack.status()
            return status if status["operation"] is None or status["operation"]["state"] != "running" else None
        return wait_until(look, "the operation to end", 60, 0.2)

    def writers(self, status):
        return [region["name"] for region in status["regions"] if region["database"]["writer"]]

    def check_one_writer(self, events, event_id):
        status = self.settled()
        wait_until(lambda: self.writers(self.stack.status()) == [status["active_region"]], "exactly one writer", 60, 0.2)
        url = self.stack.region(status["active_region"])["load_balancer"]["url"]
        client = Events(url, events.token)
        self.assertEqual(client.get(event_id)["name"], "kept")
        client.create("after")
        return status

    def test_switchover(self):
        status = self.stack.status()
        events = Events(self.stack.region(status["active_region"])["load_balancer"]["url"])
        events.register("keeper")
        event_id = events.create("kept")
        for count in range(1, KILLS + 1):
            with self.subTest(records=count):
                watcher, pid = self.kill_after_records(count)
                self.stack.run("switchover", "--yes", expect=None)
                watcher.join()
                wait_until(lambda: self.stack.run("status", expect=None).returncode == 0, "a controller", 30, 0.1)
                self.assertNotEqual(self.controller_pid(), pid)
                self.check_one_writer(events, event_id)
                self.stack.run("reprotect", "--yes", expect=None)
                wait_until(lambda: self.stack.run("verify", expect=None).returncode == 0, "a ready stack", 60, 0.5)

    def test_failover(self):
        status = self.stack.status()
        events = Events(self.stack.region(status["active_region"])["load_balancer"]["url"])
        events.register("survivor")
        event_id = events.create("kept")
        for count in range(1, KILLS + 1):
            with self.subTest(records=count):
                active = self.stack.status()["active_region"]
                self.stack.json("chaos", "kill", "region", active)
                watcher, pid = self.kill_after_records(count)
                self.stack.run("failover", "--yes", expect=None)
                watcher.join()
                wait_until(lambda: self.stack.run("status", expect=None).returncode == 0, "a controller", 30, 0.1)
                self.assertNotEqual(self.controller_pid(), pid)
                after = self.check_one_writer(events, event_id)
                self.assertNotEqual(after["active_region"], active)
                self.stack.run("reprotect", "--yes")


if __name__ == "__main__":
    unittest.main()
