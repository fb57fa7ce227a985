"""A stack on AWS, simulated, that Lifeboat did not build: verified, moved, failed over and protected again, and nothing of it taken over."""

import unittest

from aws_stack import HOME, STANDBY, AwsStack
from simulated_stack import Account

# What `walk` has built is described by names, tags and ids only.
ADOPTED = """
stack: orders
world: aws
regions: [{{name: us-east-2, role: home}}, {{name: us-west-1, role: standby}}]
load_balancer: {{port: 8080}}
web: {{count: 2, marker_path: ""}}
dns: {{domain: walk.example.org, record: api, ttl: 1s}}
recovery: {{detection_interval: 1s, rpo_objective: 5m}}
aws:
  existing:
    instances: {{us-east-2: "tag:lifeboat:web=walk", us-west-1: "tag:lifeboat:web=walk"}}
    load_balancer: {{us-east-2: walk, us-west-1: walk}}
    database: {{us-east-2: walk-db, us-west-1: walk-db}}
    database_security_group: {{us-east-2: "tag:lifeboat:database-of=walk", us-west-1: "tag:lifeboat:database-of=walk"}}
    health_check: {{us-east-2: {home}, us-west-1: {standby}}}
    sql_command: /opt/lifeboat/sql
"""


class AwsAdopted(unittest.TestCase):
    def setUp(self):
        self.built = AwsStack()
        self.addCleanup(self.built.close)
        self.built.up()
        self.account = Account(self.built.aws)
        checks = self.health_checks()
        self.stack = AwsStack(self.built.aws)
        self.addCleanup(self.stack.close)
        self.stack.stack_file.write_text(ADOPTED.format(home=checks[HOME], standby=checks[STANDBY]), encoding="utf-8")

    def health_checks(self):
        route53 = self.account.client("route53")
        zone = route53.list_hosted_zones_by_name(DNSName="walk.example.org")["HostedZones"][0]["Id"]
        records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
        return {region: next(one["HealthCheckId"] for one in records if region in one.get("SetIdentifier", "")) for region in (HOME, STANDBY)}

    def made(self):
        """What makes up the stack, but for its databases."""
        state = self.built.aws.look("state")
        return sorted((one["region"], one["name"], one["status"]) for one in state["stacks"]), sorted(state["web"])

    def databases(self):
        return {(one["region"], one["identifier"]): one["source"] for one in self.built.aws.look("state")["databases"]}

    def drill(self):
        before, since = self.databases(), self.stack.newest_call()
        self.stack.run("drill", "--yes")
        report = self.stack.json("report", "latest")
        self.assertEqual((report["kind"], report["verdict"]), ("drill", "done"))
        self.assertEqual(self.databases(), before)
        self.assertEqual([one["DBSnapshotIdentifier"] for one in self.account.client("rds", STANDBY).describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]], [])
        asked = {call["operation"] for call in self.stack.calls(since, service="rds", region=STANDBY) if call["status"] == 200}
        self.assertEqual({name for name in asked if not name.startswith("Describe")},
                         {"CreateDBSnapshot", "RestoreDBInstanceFromDBSnapshot", "DeleteDBInstance", "DeleteDBSnapshot"})
        self.assertEqual(self.stack.json("verify")["verdict"], "ready")

    def test_a_stack_that_was_there_before_is_moved_and_not_taken_over(self):
        stack, before = self.stack, self.made()
        stack.run("up", stack.stack_file, "--yes")
        verified = stack.json("verify", expect=None)
        self.assertEqual((verified["verdict"], verified["findings"]), ("ready", []))
        east = self.built.door()
        east.register("adopter")
        event_id = east.create("before the move")
        self.drill()
        stack.run("switchover", "--yes")
        self.assertEqual(stack.status()["active_region"], STANDBY)
        self.assertEqual(self.built.door(east.token).get(event_id)["name"], "before the move")
        # The old instance is put aside, not deleted, and a replica has its name.
        databases = self.databases()
        self.assertIn((HOME, "walk-db-before-epoch-2"), databases)
        self.assertEqual(databases[HOME, "walk-db"], [STANDBY, "walk-db"])
        stack.kill(STANDBY)
        stack.run("failover", "--yes", "--accept-loss")
        self.assertEqual(stack.status()["active_region"], HOME)
        self.assertEqual(stack.json("report", "latest")["verdict"], "done")
        self.assertEqual(self.built.door(east.token).get(event_id)["name"], "before the move")
        stack.revive(STANDBY)
        stack.run("reprotect", "--yes")
        self.assertEqual(stack.json("verify")["verdict"], "ready")
        stack.run("down", "--yes")
        self.assertEqual(self.made(), before)
        self.assertEqual(self.databases()[HOME, "walk-db"], None)
        self.assertNotIn("dr-orders-123456789012-us-east-2", self.built.aws.look("state")["buckets"])
        stack.assert_rights_are_enough()


if __name__ == "__main__":
    unittest.main()
