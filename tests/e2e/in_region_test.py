"""The writer's node is killed inside its region: the synchronous standby takes over, no change of region, nothing lost."""

import unittest

from lifeboat_stack import Events, StackTest, wait_until
from load_record import LoadRecord, present_names


class WriterNodeLost(StackTest):
    def roles(self, region):
        return sorted(node["role"] for node in self.stack.region(region)["database"]["nodes"])

    def test_writes_resume_in_the_region(self):
        before = self.stack.status()
        active = before["active_region"]
        other = next(region["name"] for region in before["regions"] if region["name"] != active)
        writer = self.stack.region(active)["database"]["writer"]
        record = self.stack.home / "load.jsonl"
        load = self.stack.start("load", "--rate", "200", "--writers", "20", "--duration", "5m", "--record", record)
        wait_until(lambda: record.exists() and record.read_text().count('"acknowledged":true') > 100, "load to flow")

        self.stack.json("chaos", "kill", "instance", f"{active}/{writer}")

        wait_until(lambda: self.stack.region(active)["database"]["writer"] not in (None, "", writer), "another writer")
        wait_until(lambda: self.roles(active) == ["synchronous_standby", "writer"], "the lost node to come back", 60)
        wait_until(lambda: "cross_region_replica" in self.roles(other), "the other region to follow", 60)
        seen = record.read_text().count('"acknowledged":true')
        wait_until(lambda: record.read_text().count('"acknowledged":true') > seen + 100, "writes to flow")
        load.stop()

        after = self.stack.status()
        self.assertEqual((after["active_region"], after["epoch"]), (active, before["epoch"]))
        client = LoadRecord(record)
        events = Events(self.stack.region(active)["load_balancer"]["url"])
        events.register("counter")
        present = present_names(events)
        self.assertEqual([write for write in client.acknowledged() if write["name"] not in present], [])
        self.stack.run("verify")


if __name__ == "__main__":
    unittest.main()
