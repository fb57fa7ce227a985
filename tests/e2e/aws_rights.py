"""What each command asked of AWS, held against the policy that `lifeboat aws policy` prints for its role, and against the services' own models."""

from policy_log import uncovered
from wire_requests import problems_of

ROLES = {"observer": {"status", "report", "log", "console", "check", "init"},
         "operator": {"verify", "failover", "switchover", "failback", "reprotect", "drill", "abort", "serve", "load"},
         "provisioner": {"plan", "up", "down"}}
ORDER = list(ROLES)


def role_of(command):
    return next(role for role, commands in ROLES.items() if command in commands)


class Rights:
    """`stack` runs commands one after the other; what runs beside them is theirs as well."""

    def __init__(self, stack):
        self.stack = stack
        self.calls = {role: [] for role in ROLES}

    def note(self, command, since):
        """After a command: every call of this operator since then is the command's."""
        if command in ("aws", "schema"):
            return
        self.calls[role_of(command)] += self.stack.calls(since, key_id=self.stack.key["access_key_id"])

    def problems(self, account="123456789012"):
        found = []
        for role, calls in self.calls.items():
            documents = self.stack.json("aws", "policy", role, self.stack.stack_file, "--account", account)["documents"]
            found += [f"{role}: {line}" for line in uncovered(documents, calls, account)]
            # The simulation's log has no documents of S3; aws.requests holds those.
            found += [f"{role}: {line}" for call in calls if call["service"] != "s3" for line in problems_of(call["service"], call["operation"], call["params"])]
        return sorted(set(found))
