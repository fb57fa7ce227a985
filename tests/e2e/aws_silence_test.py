"""A lost region on AWS, simulated, of which nothing answers any more, also not the services' control planes: nobody can prove that it is fenced."""

import unittest

from aws_stack import HOME, STANDBY, AwsStack


class AwsSilence(unittest.TestCase):
    def test_only_who_accepts_the_risk_goes(self):
        stack = AwsStack()
        self.addCleanup(stack.close)
        stack.up()
        stack.kill(HOME, control_plane=True, hangs=True)  # Its services take requests and never answer.
        since = stack.newest_call()
        refused = stack.run("failover", "--yes", "--output", "json", expect=None)
        self.assertNotEqual(refused.returncode, 0, refused.stdout)
        standby = next(one for one in stack.aws.look("state")["databases"] if one["region"] == STANDBY)
        self.assertEqual(standby["status"], "available")
        self.assertNotEqual(standby["source"], None, "a refused failover promotes nothing")
        stack.run("failover", "--yes", "--accept-split-brain-risk", "--accept-loss")
        self.assertEqual(stack.status()["active_region"], STANDBY)
        report = stack.json("report", "latest")
        self.assertEqual(report["verdict"], "done")
        self.assertTrue(report["accepted_split_brain_risk"], report)
        answered = [call for call in stack.calls(since, region=HOME) if call["status"] is not None]
        self.assertEqual(answered, [])


if __name__ == "__main__":
    unittest.main()
