"""Every commit waits for the other region: what that costs, what happens without it, and that a lost region loses nothing."""

import pathlib
import tempfile
import unittest

from lifeboat_stack import EXAMPLE, Events, StackTest, wait_until
from load_record import LoadRecord, present_names

FINDING = "cross-region replication is not synchronous now, a loss of {} would lose writes"
PRICE = "cross_region: synchronous: every commit in us-east-2 waits until us-west-1 has it on disk, so it takes "


class Synchronous(StackTest):
    @classmethod
    def setUpClass(cls):
        text = EXAMPLE.read_text(encoding="utf-8")
        text = text.replace("cross_region: asynchronous", "cross_region: synchronous")
        text = text.replace("rpo_objective: 5s", "rpo_objective: 0s")
        with tempfile.NamedTemporaryFile("w", suffix=".yaml", delete=False) as file:
            file.write(text)
        cls.addClassCleanup(pathlib.Path(file.name).unlink)
        cls.stack_file = pathlib.Path(file.name)
        super().setUpClass()

    def synchronous_with(self):
        status = self.stack.status()
        return self.stack.region(status["active_region"])["database"]["synchronous_replica"]

    def await_synchrony(self, region):
        wait_until(lambda: (self.synchronous_with() or "").startswith(region + "/"), f"commits to wait for {region}", 60)

    def log(self):
        return self.stack.run("log").stdout

    def start_load(self, name):
        """Requests are given time enough to outlast any bounded wait: a failed one is a finding."""
        record = self.stack.home / name
        load = self.stack.start("load", "--rate", "100", "--writers", "50", "--timeout", "10s", "--duration", "10m",
                                "--record", record)
        self.await_more(record)
        return load, record

    def await_more(self, record, count=100):
        acknowledged = lambda: record.read_text().count('"acknowledged":true') if record.exists() else 0
        seen = acknowledged()
        wait_until(lambda: acknowledged() > seen + count, "load to flow")

    def lost(self, record):
        """Acknowledged writes that the active region does not have, counted by the test itself."""
        events = Events(self.stack.status()["front_door"]["url"])
        events.register(f"counter{record.stem}")
        present = present_names(events)
        return [write for write in LoadRecord(record).acknowledged() if write["name"] not in present]

    def chaos(self, action, *nodes):
        return [self.stack.json("chaos", action, "instance", node)["at_unix_ms"] for node in nodes][0]

    def test_1_check_and_plan_show_the_price(self):
        self.assertIn(PRICE + "the round-trip time between the two regions longer.",
                      self.stack.run("check", self.stack_file).stdout)
        self.assertRegex(self.stack.run("plan").stdout,
                         PRICE + r"a round trip longer: \d+\.\d\d ms now, by the median of five TCP connections\.")

    def test_2_a_healthy_stack_is_ready_under_load(self):
        self.await_synchrony("us-west-1")
        load, record = self.start_load("healthy.jsonl")
        self.stack.run("verify")
        load.stop()
        self.assertEqual(LoadRecord(record).failed(), [])
        wait_until(lambda: "Replication from us-east-2 to us-west-1 is synchronous" in self.log(), "the log to say so")

    def test_3_a_lost_region_is_waited_for_a_bounded_time_and_comes_back_by_itself(self):
        load, record = self.start_load("bounded.jsonl")
        lost_at_ms = self.chaos("stop", "us-west-1/db-1", "us-west-1/db-2")

        wait_until(lambda: self.synchronous_with() is None, "status to say that it is not synchronous", 10)
        wait_until(lambda: FINDING.format("us-east-2") in self.stack.status()["ready"]["findings"], "status to find it")
        self.assertEqual(self.stack.status()["ready"]["verdict"], "not_ready")
        self.assertIn(FINDING.format("us-east-2"), self.stack.run("verify", expect=3).stdout)
        self.assertIn("Replication from us-east-2 to us-west-1 is not synchronous now", self.log())
        self.await_more(record)

        self.chaos("resume", "us-west-1/db-1", "us-west-1/db-2")
        self.await_synchrony("us-west-1")
        self.stack.run("verify")
        load.stop()

        client = LoadRecord(record)
        self.assertEqual(client.failed(), [])
        waited = [write["ended_at"] - write["started_at"] for write in client.acknowledged()
                  if lost_at_ms <= write["started_at"] / 1000 <= lost_at_ms + 500]
        print(f"writes waited {min(waited) / 1e6:.1f} to {max(waited) / 1e6:.1f} s for the lost region", flush=True)
        self.assertGreater(max(waited), 1_000_000, "acknowledged without the other region while it counted")
        self.assertLess(max(waited), 5_000_000)

    def test_4_a_writer_lost_in_its_region_leaves_it_synchronous(self):
        load, record = self.start_load("node.jsonl")
        writer = self.stack.region("us-east-2")["database"]["writer"]
        self.chaos("kill", f"us-east-2/{writer}")
        wait_until(lambda: self.stack.region("us-east-2")["database"]["writer"] not in (None, "", writer), "a writer")
        self.await_more(record)
        self.await_synchrony("us-west-1")
        load.stop()
        self.assertEqual(self.lost(record), [])
        whole = lambda: all(region["state"] == "ready" for region in self.stack.status()["regions"])
        wait_until(whole, "the lost node to come back", 60)

    def test_5_a_switchover_and_a_failback_fail_no_request(self):
        load, record = self.start_load("moved.jsonl")
        self.stack.run("switchover", "--yes")
        self.await_synchrony("us-east-2")
        self.await_more(record)
        self.stack.run("failback", "--yes")
        self.await_synchrony("us-west-1")
        self.await_more(record)
        load.stop()
        print(f"longest request: {LoadRecord(record).longest_ms():.0f} ms", flush=True)
        self.assertEqual(LoadRecord(record).failed(), [])
        self.assertEqual(self.lost(record), [])

    def test_6_a_lost_region_loses_no_acknowledged_write(self):
        for active, other in (("us-east-2", "us-west-1"), ("us-west-1", "us-east-2")):
            self.await_synchrony(other)
            load, record = self.start_load(f"lost-{active}.jsonl")
            self.stack.json("chaos", "kill", "region", active)
            self.stack.run("failover", "--yes")
            self.await_more(record)
            load.stop()
            report = self.stack.json("report", "latest")
            self.assertEqual((report["verdict"], report["lost_acknowledged_writes"]), ("done", 0))
            self.assertGreater(report["acknowledged_writes"], 20)
            self.assertEqual(self.lost(record), [])
            self.stack.run("reprotect", "--yes")
        self.await_synchrony("us-west-1")
        self.stack.run("verify")

    def test_7_without_synchrony_a_failover_asks_before_it_loses_writes(self):
        load, record = self.start_load("refused.jsonl")
        self.chaos("stop", "us-west-1/db-1", "us-west-1/db-2")
        wait_until(lambda: self.synchronous_with() is None, "status to say that it is not synchronous", 10)
        # What was sent to a replica that hangs is there when it goes on; the writer ends such a connection after 5 s.
        self.await_more(record, 1000)
        self.stack.json("chaos", "kill", "region", "us-east-2")
        load.stop()
        self.chaos("resume", "us-west-1/db-1", "us-west-1/db-2")

        self.stack.run("failover", "--yes", expect=3)
        self.stack.run("failover", "--yes", "--accept-loss")

        report = self.stack.json("report", "latest")
        lost = self.lost(record)
        print(f"{len(lost)} acknowledged writes lost, as accepted", flush=True)
        self.assertEqual(report["lost_acknowledged_writes"], len(lost))
        self.assertGreater(len(lost), 0)


if __name__ == "__main__":
    unittest.main()
