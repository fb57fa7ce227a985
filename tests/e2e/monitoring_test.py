"""Every target is scraped, and with one Prometheus and one Alertmanager of each region hanging no alert is lost and none is told twice."""

import collections
import http.server
import json
import os
import re
import signal
import tempfile
import threading
import time
import pathlib
import unittest
import urllib.request

from lifeboat_stack import EXAMPLE, StackTest, wait_until

TOKEN = "a-token-of-the-test"
JOBS = {"controller": 1, "agent": 3, "dns": 1, "load_balancer": 1, "web": 3, "database": 2, "node": 1, "prometheus": 2, "alertmanager": 2}


class Receiver(http.server.ThreadingHTTPServer):
    """Keeps what is sent with the token, and counts what is sent without."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.messages = []
        self.refused = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_address[1]}/alerts?from=lifeboat"

    def firing(self):
        """(name, region, instance or asset) of every alert that was told of as firing."""
        alerts = [alert for message in list(self.messages) for alert in message["alerts"] if alert["status"] == "firing"]
        return {(one["labels"]["alertname"], one["labels"].get("region"), one["labels"].get("instance")) for one in alerts}

    def told_twice(self):
        """A group is told of anew when it has changed; the same state of the same group twice is once too often."""
        states = collections.Counter((message["groupKey"], tuple(sorted((alert["fingerprint"], alert["status"]) for alert in message["alerts"])))
                                     for message in list(self.messages))
        return [state for state, count in states.items() if count > 1]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        good = self.headers["Authorization"] == f"Bearer {TOKEN}"
        if good:
            self.server.messages.append(json.loads(body))
        else:
            self.server.refused += 1
        self.send_response(200 if good else 401)
        self.end_headers()

    def log_message(self, *_):
        pass


def ask(url):
    with urllib.request.urlopen(url, timeout=5) as answer:
        return json.loads(answer.read())


def known_to(url):
    """How many messages an Alertmanager has sent itself, or heard that another one has."""
    with urllib.request.urlopen(url.rstrip("/") + "/metrics", timeout=5) as answer:
        text = answer.read().decode()
    counted = re.findall(r'^alertmanager_(?:notifications_total\{integration="webhook"\}|nflog_gossip_messages_propagated_total) (\d+)$', text, re.M)
    assert len(counted) == 2, "other metrics than this test knows"
    return sum(map(int, counted))


class Monitoring(StackTest):
    @classmethod
    def setUpClass(cls):
        cls.receiver = Receiver()
        threading.Thread(target=cls.receiver.serve_forever, daemon=True).start()
        cls.addClassCleanup(cls.receiver.server_close)
        cls.addClassCleanup(cls.receiver.shutdown)
        folder = tempfile.TemporaryDirectory(prefix="lifeboat-routes-")
        cls.addClassCleanup(folder.cleanup)
        cls.stack_file = pathlib.Path(folder.name) / "stack.yaml"
        routes = f'monitoring:\n  webhook: {{url: "{cls.receiver.url}", token_file: token}}\n'
        text = EXAMPLE.read_text()
        assert "\nmonitoring:\n" in text
        cls.stack_file.write_text(text.replace("\nmonitoring:\n", "\n" + routes))
        cls.token_file = cls.stack_file.with_name("token")
        cls.token_file.write_text(TOKEN + "\n")
        cls.token_file.chmod(0o600)
        super().setUpClass()

    def parts(self, kind):
        return {(region["name"], part["name"]): part for region in self.stack.status()["regions"] for part in region["monitoring"] if part["kind"] == kind}

    def test_1_every_target_is_scraped_by_every_server(self):
        servers = self.parts("metrics_server")
        self.assertEqual(len(servers), 4)
        for place, part in servers.items():
            wait_until(lambda: not self.missing(part["url"]), f"{place} to scrape everything; {self.missing(part['url'])}", 30, 0.5)

    def missing(self, url):
        """What is not up, and jobs with fewer targets than the stack file describes."""
        targets = ask(url.rstrip("/") + "/api/v1/targets")["data"]["activeTargets"]
        counts = collections.Counter(target["labels"]["job"] for target in targets)
        down = [(target["scrapeUrl"], target["lastError"]) for target in targets if target["health"] != "up"]
        return down + [(job, count) for job, count in JOBS.items() if counts[job] != count]

    def test_2_the_alertmanagers_of_both_regions_are_one_mesh(self):
        for place, part in self.parts("alert_manager").items():
            wait_until(lambda: len(ask(part["url"].rstrip("/") + "/api/v2/status")["cluster"]["peers"]) == 4, f"{place} to see four", 30, 0.2)

    def test_3_with_one_of_each_hanging_every_alert_is_told_once(self):
        hanging = [self.parts("metrics_server")[(region, "prometheus-1")] for region in ("us-east-2", "us-west-1")]
        hanging += [self.parts("alert_manager")[(region, "alertmanager-1")] for region in ("us-east-2", "us-west-1")]
        for part in hanging:
            os.kill(part["pid"], signal.SIGSTOP)
            self.addCleanup(os.kill, part["pid"], signal.SIGCONT)
        instances = {part["url"].removeprefix("http://").rstrip("/") for part in hanging}
        down = lambda: {alert[2] for alert in self.receiver.firing() if alert[0] == "TargetDown"}
        wait_until(lambda: down() >= instances, f"an alert for each of {instances}", 90, 0.5)
        # Who is lost in the moment of telling cannot say so to the others, who then must tell too.
        living = [part["url"] for place, part in self.parts("alert_manager").items() if place[1] == "alertmanager-2"]
        wait_until(lambda: all(known_to(url) >= len(self.receiver.messages) for url in living), "all living Alertmanagers to know what was told", 30, 0.2)
        self.stack.json("chaos", "stop", "region", "us-west-1")
        wait_until(lambda: ("RegionUnreachable", "us-west-1") in {alert[:2] for alert in self.receiver.firing()}, "the alert of the lost region", 60, 0.5)
        # Whoever did not tell waits for the others, 5 s for each before it in the mesh, before it would tell too.
        quiet_until = time.monotonic() + 20
        wait_until(lambda: time.monotonic() > quiet_until or self.receiver.told_twice(), "the others' turn to be over", 30, 0.5)
        self.assertEqual(self.receiver.told_twice(), [])
        self.assertEqual(self.receiver.refused, 0)
        print(f"{len(self.receiver.messages)} messages for {len(self.receiver.firing())} alerts, none twice, none lost", flush=True)
        self.stack.run("chaos", "resume", "region", "us-west-1")

    def test_4_a_secret_that_others_may_read_is_refused(self):
        self.token_file.chmod(0o644)
        refused = self.stack.run("up", self.stack_file, expect=None)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("others may read it (mode 0644)", refused.stderr)
        self.assertIn("chmod 600", refused.stderr)
        self.token_file.chmod(0o600)
        for file in self.stack.folder.rglob("*"):
            if file.is_file() and file.suffix in (".yml", ".yaml", ".log", ".json"):
                self.assertNotIn(TOKEN, file.read_text(errors="replace"), file)


if __name__ == "__main__":
    unittest.main()
