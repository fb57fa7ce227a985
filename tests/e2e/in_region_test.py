"""Database nodes are lost inside the active region, one or both, with its agent or without: no change of region, nothing lost."""

import os
import random
import signal
import time
import unittest

from lifeboat_stack import Events, StackTest, wait_until
from load_record import LoadRecord, present_names

ROUNDS = int(os.environ.get("LIFEBOAT_ROUNDS", "2"))
SEED = int(os.environ.get("LIFEBOAT_SEED", str(time.time_ns() % 1_000_000)))


class NodesLost(StackTest):
    def setUp(self):
        wait_until(lambda: self.stack.status()["ready"]["verdict"] == "ready", "the stack to be ready", 60)
        self.before = self.stack.status()
        self.active = self.before["active_region"]
        self.other = next(region["name"] for region in self.before["regions"] if region["name"] != self.active)
        self.record = self.stack.home / f"load-{time.monotonic_ns()}.jsonl"
        self.load = self.stack.start("load", "--rate", "200", "--writers", "20", "--duration", "5m", "--record", self.record)
        wait_until(lambda: self.acknowledged() > 100, "load to flow")

    def acknowledged(self):
        return self.record.read_text().count('"acknowledged":true') if self.record.exists() else 0

    def writer(self):
        return self.stack.region(self.active)["database"]["writer"]

    def roles(self, region):
        return sorted(node["role"] for node in self.stack.region(region)["database"]["nodes"])

    def kill(self, node):
        self.stack.json("chaos", "kill", "instance", f"{self.active}/{node}")

    def check_whole_again(self):
        """Ready again, writes flow, the region and its epoch are the same, and every acknowledged write is there."""
        # The verdict first: it looks anew, the status may still be of the moment before the loss.
        wait_until(lambda: self.stack.run("verify", expect=None).returncode == 0
                   and self.roles(self.active) == ["synchronous_standby", "writer"]
                   and "cross_region_replica" in self.roles(self.other), "both regions to be whole again", 90, 0.2)
        seen = self.acknowledged()
        wait_until(lambda: self.acknowledged() > seen + 100, "writes to flow")
        self.load.stop()
        after = self.stack.status()
        self.assertEqual((after["active_region"], after["epoch"]), (self.active, self.before["epoch"]))
        events = Events(self.stack.region(self.active)["load_balancer"]["url"])
        events.register(f"counter{time.monotonic_ns()}")
        present = present_names(events)
        client = LoadRecord(self.record)
        self.assertEqual([write for write in client.acknowledged() if write["name"] not in present], [])
        return client

    def test_writes_resume_in_the_region(self):
        writer = self.writer()
        self.kill(writer)
        wait_until(lambda: self.writer() not in (None, "", writer), "another writer")
        self.check_whole_again()

    def test_both_nodes_at_once(self):
        nodes = [node["name"] for node in self.stack.region(self.active)["database"]["nodes"]]
        for node in nodes:
            self.kill(node)
        self.check_whole_again()

    def test_the_agent_dies_in_the_middle(self):
        chance = random.Random(SEED)
        for number in range(ROUNDS):
            if number > 0:
                self.setUp()
            agent = self.stack.agent_of(self.active)
            pause_s = chance.uniform(0, 1.5)
            self.kill(self.writer())
            time.sleep(pause_s)
            os.kill(agent, signal.SIGKILL)
            client = self.check_whole_again()
            print(f"LIFEBOAT_SEED={SEED}, round {number}: the agent killed {pause_s * 1000:.0f} ms after its writer; "
                  f"{len(client.acknowledged())} acknowledged, none lost", flush=True)


if __name__ == "__main__":
    unittest.main()
