"""The stories of every world, on AWS, simulated."""

import unittest

from aws_stack import AwsStack
from stories import FOLDER, Player, check


class AwsWorlds(unittest.TestCase):
    def test_every_story_goes_on_aws_as_it_is_written(self):
        stories = sorted(FOLDER.glob("*.txt"))
        self.assertTrue(stories)
        for path in stories:
            with self.subTest(path.stem):
                stack = AwsStack()
                try:
                    check(self, path, Player(stack, kill=stack.kill, revive=stack.revive))
                    stack.assert_rights_are_enough()
                finally:
                    stack.close()


if __name__ == "__main__":
    unittest.main()
