"""What a load client wrote down, read back by the tests themselves and not by the code under test."""

import json
import pathlib


class LoadRecord:
    def __init__(self, path):
        self.requests = []
        for line in pathlib.Path(path).read_text(encoding="utf-8").splitlines():
            entry = json.loads(line)
            if entry.get("kind") in ("read", "write"):
                self.requests.append(entry)

    @property
    def writes(self):
        return [entry for entry in self.requests if entry["kind"] == "write"]

    def acknowledged(self):
        return [entry for entry in self.writes if entry["acknowledged"]]

    def failed(self):
        return [entry for entry in self.requests if not entry["acknowledged"]]

    def longest_ms(self):
        return max((entry["ended_at"] - entry["started_at"]) / 1000 for entry in self.requests)

    def first_acknowledged_after_ms(self, unix_ms, region):
        """Milliseconds from a moment to the first write that was sent after it and acknowledged by the region."""
        ends = [entry["ended_at"] / 1000 for entry in self.acknowledged()
                if entry["started_at"] / 1000 >= unix_ms and entry["served_by"] == region]
        return min(ends) - unix_ms if ends else None


def present_names(events):
    """The names of all events that the database holds, through the web API."""
    status, body = events.request("GET", "/events/", timeout_s=60)
    assert status == 200, (status, body)
    return {event["name"] for event in body["dataset"].values()}
