"""An Aurora global database on AWS, simulated, under a whole stack: drilled, switched over, lost, protected again, and removed."""

import unittest

from aws_stack import HOME, STANDBY, AwsStack, ask_name_server
from lifeboat_stack import wait_until
from load_record import present_names


class AwsAurora(unittest.TestCase):
    def setUp(self):
        self.stack = AwsStack()
        self.addCleanup(self.stack.close)
        with self.stack.stack_file.open("a", encoding="utf-8") as file:
            file.write("database: {aws: aurora-global, size: db.r6g.large}\n")

    def databases(self):
        return {(one["region"], one["identifier"]) for one in self.stack.aws.look("state")["databases"]}

    def assert_verdict(self, kind, active):
        report = self.stack.json("report", "latest")
        self.assertEqual((report["kind"], report["verdict"]), (kind, "done"))
        self.assertEqual(self.stack.status()["active_region"], active)

    def await_ready(self):
        """After a move the new secondary's lag is known only when CloudWatch has a first value of it."""
        wait_until(lambda: self.stack.run("verify", expect=None).returncode == 0, "the stack to be ready", 60, 1)

    def drill(self):
        before, since = self.databases(), self.stack.newest_call()
        self.stack.run("drill", "--yes")
        self.assert_verdict("drill", HOME)
        self.assertEqual(self.databases(), before)
        asked = {call["operation"] for call in self.stack.calls(since, service="rds") if call["status"] == 200 and call["region"] == STANDBY}
        self.assertEqual({name for name in asked if not name.startswith("Describe")},
                         {"RestoreDBClusterToPointInTime", "CreateDBInstance", "DeleteDBInstance", "DeleteDBCluster"})
        self.assertEqual(ask_name_server(self.stack.aws.ports["dns_port"], "api.drill.walk.example.org", 5), [])
        self.assertEqual(self.stack.json("verify")["verdict"], "ready")

    def test_a_stack_with_an_aurora_global_database_is_moved_and_loses_a_region(self):
        stack = self.stack
        stack.up()
        self.await_ready()
        verified = stack.json("verify")
        self.assertEqual((verified["verdict"], verified["findings"]), ("ready", []))
        east = stack.door()
        east.register("aurora")
        event_id = east.create("before the move")
        self.drill()
        stack.run("switchover", "--yes")
        self.assert_verdict("switchover", STANDBY)
        self.assertEqual(stack.door(east.token).get(event_id)["name"], "before the move")
        stack.door(east.token).create("before the loss")
        self.await_ready()
        stack.kill(STANDBY)
        stack.run("failover", "--yes", "--accept-loss")
        self.assert_verdict("failover", HOME)
        self.assertIn("before the loss", present_names(stack.door(east.token)))
        stack.revive(STANDBY)
        stack.run("reprotect", "--yes")
        self.await_ready()
        stack.run("down", "--yes")
        stack.assert_account_is_empty()
        stack.assert_rights_are_enough()
        self.assertEqual(stack.aws.look("state")["problems"], [])


if __name__ == "__main__":
    unittest.main()
