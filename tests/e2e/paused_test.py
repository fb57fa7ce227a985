"""The active region, or only its agent, is suspended past its write lease at a random moment under load, and goes on later.

Nothing may be acknowledged in the old epoch after the first acknowledgement of the new one, whatever was under way."""

import os
import pathlib
import random
import signal
import tempfile
import time
import unittest

from automatic_test import STACK, acknowledged_after
from lifeboat_stack import Stack, processes_below, wait_until
from load_record import LoadRecord

# A hundred by hand.
ROUNDS = int(os.environ.get("LIFEBOAT_ROUNDS", "3"))
SEED = int(os.environ.get("LIFEBOAT_SEED", str(time.time_ns() % 1_000_000)))
LEASE_MS = 2000


class Paused(unittest.TestCase):
    def setUp(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "stack.yaml"
            file.write_text(STACK.replace("lease: 3000ms", f"lease: {LEASE_MS}ms"))
            self.stack = Stack(file)
            self.addCleanup(self.stack.close)
            self.stack.up()
        print(f"LIFEBOAT_SEED={SEED} repeats the moments", flush=True)
        self.random = random.Random(SEED)

    def test_nothing_is_acknowledged_in_an_old_epoch(self):
        for number in range(ROUNDS):
            self.agent_alone(number) if number % 3 == 2 else self.whole_region(number)

    def load(self, number):
        """A loaded stack that is ready, at a random moment."""
        wait_until(lambda: self.stack.status()["ready"]["verdict"] == "ready", "the stack to be ready", 60)
        record = self.stack.home / f"load-{number}.jsonl"
        load = self.stack.start("load", "--rate", "300", "--writers", "30", "--duration", "120s", "--record", record)
        wait_until(lambda: record.exists() and record.read_text().count('"acknowledged":true') > 50, "load to flow")
        time.sleep(self.random.random())
        return load, record

    def whole_region(self, number):
        old = self.stack.status()["active_region"]
        new = next(region["name"] for region in self.stack.status()["regions"] if region["name"] != old)
        load, record = self.load(number)
        stopped_ms = self.stack.json("chaos", "stop", "region", old)["at_unix_ms"]
        wait_until(lambda: acknowledged_after(record, stopped_ms, new), f"an acknowledged write in {new}", 30, 0.1)
        time.sleep(self.random.random())
        self.stack.run("chaos", "resume", "region", old)
        time.sleep(1)  # What lay in the region comes out now, if it does.
        load.stop()
        client = LoadRecord(record)
        first = min(write["ended_at"] for write in client.acknowledged() if write["served_by"] == new)
        late = [write for write in client.acknowledged() if write["served_by"] == old and write["ended_at"] > first]
        self.assertEqual(late, [], f"LIFEBOAT_SEED={SEED}, round {number}")
        wait_until(lambda: self.stack.json("report", "latest")["verdict"] == "done", "the operation to end", 30)
        self.stack.run("reprotect", "--yes")
        print(f"round {number}: {old} suspended and resumed; {len(client.acknowledged())} acknowledged, none late", flush=True)

    def agent_alone(self, number):
        """Its door answers, so nobody takes over; when its lease has ended it acknowledges nothing until it goes on."""
        active = self.stack.status()["active_region"]
        load, record = self.load(number)
        agent = self.agent_of(active)
        os.kill(agent, signal.SIGSTOP)
        stopped_us = time.time_ns() // 1000
        pause_s = LEASE_MS / 1000 + 1 + self.random.random()
        time.sleep(pause_s)
        resumed_us = time.time_ns() // 1000
        os.kill(agent, signal.SIGCONT)
        again = lambda: acknowledged_after(record, resumed_us / 1000, self.stack.status()["active_region"])
        wait_until(again, "acknowledged writes again", 30, 0.2)
        load.stop()
        client = LoadRecord(record)
        over = stopped_us + LEASE_MS * 1000
        late = [write for write in client.acknowledged() if over + 20_000 < write["ended_at"] < resumed_us
                and write["served_by"] == active]
        self.assertEqual(late, [], f"LIFEBOAT_SEED={SEED}, round {number}")
        print(f"round {number}: the agent of {active} suspended for {pause_s:.1f} s; nothing acknowledged without a lease",
              flush=True)

    def agent_of(self, region):
        for pid, command in processes_below(self.stack.home).items():
            words = command.split()
            if words[1] == "agent" and words[-1] == region:  # Its supervisor names it too, further on.
                return pid
        raise AssertionError(f"no agent of {region}")


if __name__ == "__main__":
    unittest.main()
