"""The stories of every world, on AWS, simulated."""

import unittest

from aws_stack import AwsStack
from stories import Player, check_every_story


class AwsWorlds(unittest.TestCase):
    def test_every_story_goes_on_aws_as_it_is_written(self):
        check_every_story(self, AwsStack, lambda stack: Player(stack, kill=stack.kill, revive=stack.revive))


if __name__ == "__main__":
    unittest.main()
