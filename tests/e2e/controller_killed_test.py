"""The controller is killed with SIGKILL after each record of a failover and of a switchover; its successor ends what it began."""

import os
import signal
import threading
import time
import unittest

from lifeboat_stack import Events, StackTest, wait_until

# After which record of the operation: every tenth by default, each one with LIFEBOAT_KILL_EVERY=1.
EVERY = int(os.environ.get("LIFEBOAT_KILL_EVERY", "10"))
FIRST = int(os.environ.get("LIFEBOAT_KILL_FIRST", "1"))
RECORDS_MAX = 100  # Far more than an operation has; the rounds end with the operation that ended before its kill.


def operation_records(folder):
    """How many records of operations the journal holds; its frames are read as docs/journal-format.md describes them."""
    count = 0
    for file in folder.iterdir():
        data = file.read_bytes()
        offset = data.find(b"\n") + 1
        while offset + 20 <= len(data):
            length = int.from_bytes(data[offset:offset + 4], "little")
            count += b'"operation":"' in data[offset + 20:offset + 20 + length]
            offset += 20 + length
    return count


class ControllerKilled(StackTest):
    def controller_pid(self):
        return self.stack.status()["controller"]["pid"]

    def kill_after_records(self, count):
        """Watches the journal grow and kills the controller as soon as it holds that many more records."""
        journal = self.stack.folder / "journal"
        pid = self.controller_pid()
        start = operation_records(journal)

        def watch():
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline:
                if operation_records(journal) >= start + count:
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

    def keeper(self):
        status = self.stack.status()
        events = Events(self.stack.region(status["active_region"])["load_balancer"]["url"])
        events.register("keeper")
        return events, events.create("kept")

    def kill_during(self, command, count, events, event_id):
        """Runs the command, kills the controller after that many records of it, and checks what its successor made of it."""
        watcher, pid = self.kill_after_records(count)
        self.stack.run(command, "--yes", expect=None)
        watcher.join()
        wait_until(lambda: self.stack.run("status", expect=None).returncode == 0, "a controller", 30, 0.1)
        if self.controller_pid() == pid:
            print(f"{command}: ended before record {count}", flush=True)
            return None
        after = self.check_one_writer(events, event_id)
        print(f"{command}, controller killed after record {count}: {after['operation']['state']}, {after['active_region']} "
              f"in epoch {after['epoch']}", flush=True)
        return after

    def reprotect(self):
        self.stack.run("reprotect", "--yes", expect=None)
        wait_until(lambda: self.stack.run("verify", expect=None).returncode == 0, "a ready stack", 60, 0.5)


class InSwitchovers(ControllerKilled):
    def test_each_is_completed_or_undone(self):
        events, event_id = self.keeper()
        for count in range(FIRST, RECORDS_MAX, EVERY):
            after = None
            with self.subTest(records=count):
                after = self.kill_during("switchover", count, events, event_id)
                self.reprotect()
            if after is None:
                break


class InFailovers(ControllerKilled):
    def test_each_is_completed(self):
        events, event_id = self.keeper()
        for count in range(FIRST, RECORDS_MAX, EVERY):
            after = None
            with self.subTest(records=count):
                active = self.stack.status()["active_region"]
                self.stack.json("chaos", "kill", "region", active)
                after = self.kill_during("failover", count, events, event_id)
                if after is not None:
                    self.assertNotEqual(after["active_region"], active)
                self.reprotect()
            if after is None:
                break


if __name__ == "__main__":
    unittest.main()
