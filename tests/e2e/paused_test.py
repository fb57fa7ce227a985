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
from lifeboat_stack import Stack, wait_until
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
            self.round(number, agent_only=number % 3 == 2)

    def load(self, number):
        """A loaded stack that is ready, at a random moment."""
        wait_until(lambda: self.stack.status()["ready"]["verdict"] == "ready", "the stack to be ready", 60)
        record = self.stack.home / f"load-{number}.jsonl"
        load = self.stack.start("load", "--rate", "300", "--writers", "30", "--duration", "120s", "--record", record)
        wait_until(lambda: record.exists() and record.read_text().count('"acknowledged":true') > 50, "load to flow")
        time.sleep(self.random.random())
        return load, record

    def round(self, number, agent_only):
        """The region is failed over in either case: without its agent it takes no writes once its lease has ended."""
        old = self.stack.status()["active_region"]
        new = next(region["name"] for region in self.stack.status()["regions"] if region["name"] != old)
        load, record = self.load(number)
        agent = self.stack.agent_of(old)
        if agent_only:
            os.kill(agent, signal.SIGSTOP)
            stopped_ms = time.time() * 1000
        else:
            stopped_ms = self.stack.json("chaos", "stop", "region", old)["at_unix_ms"]
        wait_until(lambda: acknowledged_after(record, stopped_ms, new), f"an acknowledged write in {new}", 30, 0.1)
        time.sleep(self.random.random())
        if agent_only:
            os.kill(agent, signal.SIGCONT)
        else:
            self.stack.run("chaos", "resume", "region", old)
        time.sleep(1)  # What lay in the region comes out now, if it does.
        load.stop()
        client = LoadRecord(record)
        first = min(write["ended_at"] for write in client.acknowledged() if write["served_by"] == new)
        late = [write for write in client.acknowledged() if write["served_by"] == old and write["ended_at"] > first]
        self.assertEqual(late, [], f"LIFEBOAT_SEED={SEED}, round {number}")
        wait_until(lambda: self.stack.json("report", "latest")["verdict"] == "done", "the operation to end", 30)
        self.stack.run("reprotect", "--yes")
        print(f"round {number}: {'the agent of ' if agent_only else ''}{old} suspended and resumed; "
              f"{len(client.acknowledged())} acknowledged, none late", flush=True)


if __name__ == "__main__":
    unittest.main()
