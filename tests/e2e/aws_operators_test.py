"""Two people and one stack on AWS, simulated: one is refused while the other works, and goes on when the other's machine is lost."""

import json
import shutil
import signal
import unittest

from aws_stack import HOME, STANDBY, AwsStack
from lifeboat_stack import wait_until

SEAT_RUNS_OUT_S = 90  # 60 s after it was renewed last, and a little for a slow machine.


class AwsOperators(unittest.TestCase):
    """The tests follow one stack's life in the order of their names."""

    @classmethod
    def setUpClass(cls):
        cls.ana = AwsStack()
        cls.addClassCleanup(cls.ana.close)
        cls.ben = AwsStack(cls.ana.aws)  # Has nothing but the stack file.
        cls.addClassCleanup(cls.ben.close)
        cls.ana.up()

    def database(self, region):
        return next(one for one in self.ana.aws.look("state")["databases"] if one["region"] == region)

    def begin(self, stack, *command):
        """Starts a move, and waits until the standby region's database is being promoted."""
        target = STANDBY if self.ana.json("status", "--stack", self.ana.stack_file)["active_region"] == HOME else HOME
        running = stack.start(*command, "--yes")
        wait_until(lambda: self.database(target)["status"] in ("modifying", "rebooting") or running.process.poll() is not None, "the promotion to begin", 120, 0.05)
        self.assertIsNone(running.process.poll(), f"{running.text()}\n{self.ana.aws.look('state')}")
        return running, target

    def test_1_a_second_operator_is_refused_while_the_first_works(self):
        running, target = self.begin(self.ana, "switchover")
        refused = self.ben.run("switchover", "--stack", self.ben.stack_file, "--yes", "--output", "json", expect=3)
        self.assertEqual(json.loads(refused.stdout)["error"]["code"], "lock_held")
        self.assertIn("pid", json.loads(refused.stdout)["error"]["message"])
        # Looking is nobody's privilege.
        self.assertEqual(self.ben.json("status", "--stack", self.ben.stack_file)["stack"], "walk")
        self.assertEqual(running.wait(280), 0, running.text())
        self.assertEqual(self.ana.status()["active_region"], target)

    def test_2_another_machine_goes_on_where_the_first_was_lost(self):
        before = self.ana.status()
        since = self.ana.newest_call()
        running, target = self.begin(self.ana, "switchover")
        running.process.send_signal(signal.SIGKILL)
        running.process.wait()
        shutil.rmtree(next(path.parent for path in self.ana.home.glob("*/stack.yaml")))
        refused = self.ben.run("switchover", "--stack", self.ben.stack_file, "--yes", "--output", "json", expect=None)
        self.assertEqual(refused.returncode, 3, refused.stdout)  # The seat of the one who is gone has not run out.
        wait_until(lambda: self.goes_on(), "the seat to run out, and the other operator to go on", SEAT_RUNS_OUT_S + 280, 5)
        after = self.ben.status()
        self.assertEqual((after["active_region"], after["epoch"]), (target, before["epoch"] + 1))
        self.assertEqual(self.ben.json("report", "latest")["verdict"], "done")
        promotions = [call for call in self.ana.calls(since, operation="PromoteReadReplica") if call["status"] == 200]
        self.assertEqual(len(promotions), 1)

    def goes_on(self):
        """The command that only finishes what another controller has begun ends well."""
        tried = self.ben.run("switchover", "--stack", self.ben.stack_file, "--yes", expect=None)
        return tried.returncode == 0


if __name__ == "__main__":
    unittest.main()
