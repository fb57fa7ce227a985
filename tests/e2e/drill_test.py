"""A drill: the loss of the active region rehearsed with a clone, while clients go on and the standby protects; nothing of it is left, whatever happens meanwhile."""

import os
import signal
import unittest

from lifeboat_stack import Events, StackTest, processes_below, wait_until
from load_record import LoadRecord

EAST, WEST = "us-east-2", "us-west-1"


class Drill(StackTest):
    """The tests follow one stack's life in the order of their names."""

    def remains(self, region=WEST):
        """What of a drill is there: folders, processes."""
        folder = self.stack.folder / region
        found = [str(path) for path in folder.glob("drill-*")] + [str(path) for path in (folder / "logs").glob("drill-*")]
        return found + [command for command in processes_below(folder).values() if "drill" in command]

    def clone_is_made(self):
        return any(path.name == "drill-db" for path in (self.stack.folder / WEST).glob("drill-*"))

    def ended(self, operation):
        """The status once the operation is over and no other runs."""
        def look():
            process = self.stack.run("status", "--output", "json", expect=None)
            if process.returncode != 0:
                return None
            now = self.stack.status()["operation"]
            return now is None or now["state"] != "running"
        wait_until(look, f"{operation} to end", 90, 0.2)

    def test_1_clients_and_protection_go_on(self):
        before = self.stack.status()
        events = Events(before["front_door"]["url"])
        events.register("keeper")
        kept = events.create("kept")
        record = self.stack.home / "load.jsonl"
        load = self.stack.start("load", "--rate", "50", "--writers", "5", "--duration", "120s", "--record", record)
        wait_until(lambda: record.exists() and len(LoadRecord(record).acknowledged()) > 20, "load to flow", 30)
        shown = self.stack.run("drill", "--yes").stdout
        self.assertIn("drill-2 done in", shown)
        written = len(LoadRecord(record).acknowledged())
        wait_until(lambda: len(LoadRecord(record).acknowledged()) > written + 10, "load to flow on", 30)
        load.stop()
        self.assertEqual(LoadRecord(record).failed(), [])
        report = self.stack.json("report", "latest")
        self.assertEqual((report["kind"], report["verdict"], report["rto_ms"]), ("drill", "done", None))
        for phase in ("promote_ms", "dns_ms", "client_ms"):
            self.assertIsNotNone(report["phases"][phase], report["phases"])
        after = self.stack.status()
        for field in ("active_region", "epoch"):
            self.assertEqual(after[field], before[field])
        self.assertEqual(self.stack.json("verify")["verdict"], "ready")
        self.assertEqual(events.get(kept)["name"], "kept")
        self.assertEqual(self.remains(), [])

    def test_2_a_killed_controllers_successor_removes_it(self):
        running = self.stack.start("drill", "--yes")
        wait_until(self.clone_is_made, "the clone to be made", 30)
        os.kill(self.stack.status()["controller"]["pid"], signal.SIGKILL)
        running.wait(60)
        self.ended("the drill")
        self.assertEqual(self.remains(), [])

    def test_3_a_killed_agents_successor_removes_it(self):
        running = self.stack.start("drill", "--yes")
        wait_until(self.clone_is_made, "the clone to be made", 30)
        os.kill(self.stack.agent_of(WEST), signal.SIGKILL)
        running.wait(90)
        self.ended("the drill")
        self.assertEqual(self.remains(), [])
        wait_until(lambda: self.stack.json("verify", expect=None)["verdict"] == "ready", "the standby to be ready again", 60, 0.5)

    def test_4_a_failover_goes_before_it(self):
        running = self.stack.start("drill", "--yes")
        wait_until(self.clone_is_made, "the clone to be made", 30)
        self.stack.json("chaos", "kill", "region", EAST)
        self.stack.run("failover", "--yes")
        running.wait(60)
        self.assertEqual(self.stack.status()["active_region"], WEST)
        self.ended("the removal of what the drill has left")
        wait_until(lambda: not self.remains(), "everything of the drill to be gone", 30, 0.2)
        self.stack.run("reprotect", "--yes")


if __name__ == "__main__":
    unittest.main()
