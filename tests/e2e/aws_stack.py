"""A stack of the aws world for one test: the simulation of AWS, a home of its own, and a proof at the end that nothing is left in the account."""

import os
import shutil
import sys

from lifeboat_stack import REPOSITORY, Events, Stack

sys.path.insert(0, str(REPOSITORY / "tests/aws"))

from aws_rights import Rights  # noqa: E402
from simulated_case import ask_name_server  # noqa: E402
from simulated_server import SimulatedAws  # noqa: E402

HOME, STANDBY = "us-east-2", "us-west-1"
STACK_FILE = """
stack: walk
world: aws
regions:
  - {name: us-east-2, role: home, zones: [us-east-2a, us-east-2b], address_block: 10.10.0.0/16}
  - {name: us-west-1, role: standby, zones: [us-west-1a, us-west-1b], address_block: 10.20.0.0/16}
load_balancer: {port: 8080}
web: {count: 2}
monitoring: {enabled: false}
dns: {domain: walk.example.org, record: api, ttl: 1s}
recovery: {detection_interval: 1s}
"""


class AwsStack(Stack):
    """Another operator of the same account is another AwsStack with the first one's `aws`, and a home of its own."""

    def __init__(self, aws=None, speed=600):
        super().__init__()
        self.owns_aws = aws is None
        self.aws = aws or SimulatedAws("--speed", speed)
        self.stack_file = self.home / "walk.yaml"
        self.stack_file.write_text(STACK_FILE, encoding="utf-8")
        self.key = {name: self.aws.ports[name] for name in ("access_key_id", "secret_access_key")} if self.owns_aws else self.aws.control("key")
        self.environment.update(self.aws.environment(self.key["access_key_id"], self.key["secret_access_key"]), LIFEBOAT_AWS_POLL="200ms")
        # What `up` uploads for the instances.
        self.environment["PATH"] = os.environ.get("LIFEBOAT_EVENTS_FOLDER", str(REPOSITORY / "build/release/events")) + ":" + self.environment["PATH"]

        self.rights = Rights(self)

    def run(self, *arguments, timeout_s=280, **options):
        since = self.newest_call()
        try:
            return super().run(*arguments, timeout_s=timeout_s, **options)
        finally:
            self.rights.note(str(arguments[0]), since)

    def up(self):
        return self.run("up", self.stack_file, "--yes")

    def log_tail(self):
        return f"--- the simulation\n{self.aws.look('state')}\n{super().log_tail()}"

    # The account, as its tests see it.
    def kill(self, region, **how):
        self.aws.control("kill_region", region=region, **how)

    def revive(self, region):
        self.aws.control("revive_region", region=region)

    def calls(self, since=0, **wanted):
        query = "&".join(f"{name}={value}" for name, value in {"since": since, **wanted}.items())
        return self.aws.look("calls?" + query)

    def newest_call(self):
        return max((call["number"] for call in self.calls()), default=0)

    def door(self, token=None):
        """The web API as a client of the front door reaches it: by its name, at the simulation's name server."""
        answers = ask_name_server(self.aws.ports["dns_port"], "api.walk.example.org", 1)
        return Events(f"http://{answers[-1][2]}:8080", token)

    def assert_rights_are_enough(self):
        """No command asked for what its role's policy does not allow, or in words that a service's model does not know."""
        problems = self.rights.problems()
        assert not problems, "\n".join(problems)

    def close(self):
        if self.owns_aws:
            for background in self.background:
                background.stop()
            self.background = []
            self.aws.close()
        leftovers = self.aws.state.exists() if self.owns_aws else False
        assert not leftovers, f"{self.aws.state} is left"
        if not os.environ.get("LIFEBOAT_KEEP"):
            shutil.rmtree(self.home, ignore_errors=True)

    def assert_account_is_empty(self):
        """Everything that Lifeboat made is gone, but the final snapshots."""
        state = self.aws.look("state")
        left = [stack for stack in state["stacks"] if stack["status"] != "DELETE_COMPLETE"]
        assert not left and not state["databases"] and not state["buckets"], state
