"""The life of a stack on AWS, simulated: built with its monitoring clusters, lost, failed over with its losses counted, protected again, back home, and removed."""

import shutil
import signal
import unittest

from aws_clusters import ClusterDoor
from aws_stack import HOME, STANDBY, AwsStack, ask_name_server
from lifeboat_stack import wait_until
from load_record import LoadRecord, present_names


class AwsWalk(unittest.TestCase):
    def setUp(self):
        self.stack = AwsStack()
        self.addCleanup(self.stack.close)
        text = self.stack.stack_file.read_text(encoding="utf-8")
        self.stack.stack_file.write_text(text.replace("monitoring: {enabled: false}\n", ""), encoding="utf-8")
        self.clusters = {region: ClusterDoor("walk", self.stack.key, self.stack.home) for region in (HOME, STANDBY)}
        for region, door in self.clusters.items():
            self.addCleanup(door.close)
            self.stack.aws.control("cluster_door", region=region, endpoint=door.url, authority=door.authority)

    def assert_monitoring_is_applied(self, said):
        for region, door in self.clusters.items():
            if shutil.which("kubectl"):
                self.assertEqual(door.names("namespaces"), [f"lifeboat-walk-{region}"])
                self.assertEqual(door.names("statefulsets"), ["alertmanager", "grafana", "prometheus"])
            else:
                self.assertIn(f"warning: {region}: the monitoring's manifests are not applied: not found: kubectl", said)
            self.assertEqual(door.refused, [])

    def test_a_stack_on_aws_lives_through_the_loss_of_its_region(self):
        stack = self.stack
        up = stack.up()
        self.assert_monitoring_is_applied(up.stdout + up.stderr)
        before = stack.status()
        self.assertEqual((before["active_region"], before["epoch"]), (HOME, 1))
        verified = stack.json("verify")
        self.assertEqual((verified["verdict"], verified["findings"]), ("ready", []))
        east = stack.door()
        east.register("walker")
        event_id = east.create("before the loss")
        self.drill_that_is_killed()
        lost = self.lose_under_load()
        report = stack.json("report", "latest")
        self.assertEqual((report["verdict"], report["fence"]["method"]), ("done", "power"))
        self.assertEqual(report["lost_acknowledged_writes"], lost)
        after = stack.status()
        self.assertEqual(after["active_region"], STANDBY)
        self.assertEqual(stack.door(east.token).get(event_id)["name"], "before the loss")
        stack.door(east.token).create("after the loss")
        stack.revive(HOME)
        stack.run("reprotect", "--yes")
        stack.run("failback", "--yes")
        home = stack.status()
        self.assertEqual(home["active_region"], HOME)
        self.assertEqual(stack.door(east.token).get(event_id)["name"], "before the loss")
        self.assertIn("after the loss", present_names(stack.door(east.token)))
        stack.run("down", "--yes")
        stack.assert_account_is_empty()
        stack.assert_rights_are_enough()
        self.assertEqual(stack.aws.look("state")["problems"], [])

    def drill_that_is_killed(self):
        """Whoever goes on ends it, and nothing of it is left."""
        stack = self.stack
        running = stack.start("drill", "--yes")
        wait_until(lambda: self.clone(), "the clone's instance", 120, 0.05)
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
        wait_until(lambda: stack.run("drill", "--yes", expect=None).returncode == 0, "the seat of the one who is gone to run out, and the drill to be ended", 200, 3)
        self.assertEqual(stack.json("report", "latest")["verdict"], "done")
        self.assertIsNone(self.clone())
        self.assertEqual(ask_name_server(stack.aws.ports["dns_port"], "api.drill.walk.example.org", 5), [])
        self.assertEqual(stack.json("verify")["verdict"], "ready")

    def clone(self):
        return next((one for one in self.stack.aws.look("state")["databases"] if one["identifier"] == "walk-db-drill"), None)

    def lose_under_load(self):
        """Kills the active region while clients write and replication is behind; how many acknowledged writes the other region does not have."""
        stack, record = self.stack, self.stack.home / "load.jsonl"
        load = stack.start("load", "--rate", "20", "--writers", "4", "--duration", "600s", "--record", record)

        def acknowledged():
            return record.read_text().count('"acknowledged":true') if record.exists() else 0
        wait_until(lambda: acknowledged() > 20, "load to flow", 60, 0.2)
        stack.aws.control("replication", source=HOME, to=STANDBY, paused=True)
        written = acknowledged()
        wait_until(lambda: acknowledged() > written + 10, "writes that are not replicated", 60, 0.2)
        stack.kill(HOME)
        since = stack.newest_call()
        stack.run("failover", "--yes", "--accept-loss")
        stack.aws.control("replication", source=HOME, to=STANDBY, paused=False)
        self.assert_only_the_fence_asks_the_lost_region(since)
        wait_until(lambda: LoadRecord(record).first_acknowledged_after_ms(0, STANDBY) is not None, f"an acknowledged write in {STANDBY}", 30, 0.2)
        load.stop()
        present = present_names(stack.door(self.token()))
        lost = [write for write in LoadRecord(record).acknowledged() if write["name"] not in present]
        self.assertGreater(len(lost), 0, "the replication was paused, so something must be lost")
        return len(lost)

    def token(self):
        events = self.stack.door()
        events.register("counter")
        return events.token

    def assert_only_the_fence_asks_the_lost_region(self, since):
        fence = {"DescribeSecurityGroups", "RevokeSecurityGroupIngress", "DescribeInstances", "StopInstances"}
        asked = {call["operation"] for call in self.stack.calls(since, region=HOME, key_id=self.stack.key["access_key_id"]) if call["service"] == "ec2"}
        self.assertIn("StopInstances", asked)
        others = {f"{call['service']}:{call['operation']}" for call in self.stack.calls(since, region=HOME, key_id=self.stack.key["access_key_id"])
                  if call["status"] == 200 and call["operation"] not in fence}
        # What answers and is not the fence's: looking, which a failover does without waiting for it.
        self.assertEqual({name for name in others if not name.split(":")[1].startswith(("Describe", "List", "Get"))}, set())


if __name__ == "__main__":
    unittest.main()
