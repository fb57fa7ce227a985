"""Every query of every dashboard, against the Prometheus pair of a stack under load that has just lived through the loss of a region.

No query may find nothing: there is no list of exceptions. That is why a region is lost: annotations of losses, firing alerts and the
predicted recovery need one.
"""

import json
import sys
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

from lifeboat_stack import REPOSITORY, Stack, wait_until

sys.path.insert(0, str(REPOSITORY / "deploy/grafana"))
from dashboards import dashboards, queries_of  # noqa: E402  (its folder is on the path only now)

LOST, SURVIVOR = "us-east-2", "us-west-1"
STEP_S = 5  # A scrape.
DEADLINE_S = 120


class Prometheus:
    def __init__(self, url, begun_at):
        self.url, self.begun_at = url, begun_at

    def ask(self, path, **fields):
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}?{urllib.parse.urlencode(fields)}", timeout=10) as answer:
            return json.load(answer)["data"]

    def finds(self, query):
        """Whether the query has a number now or, for what is drawn over time, at any moment since the stack began."""
        if query.instant:
            found = [series["value"][1] for series in self.ask("query", query=query.expression)["result"]]
        else:
            over = self.ask("query_range", query=query.expression, start=self.begun_at, end=time.time(), step=STEP_S)
            found = [value for series in over["result"] for _, value in series["values"]]
        return any(value != "NaN" for value in found)

    def regions(self, variable):
        metric, label = variable["query"]["query"].removeprefix("label_values(").removesuffix(")").split(", ")
        return self.ask(f"label/{label}/values", **{"match[]": metric})


class Dashboards(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.begun_at = time.time()
        cls.stack = Stack()
        cls.addClassCleanup(cls.stack.close)
        cls.stack.up()
        record = cls.stack.home / "load.jsonl"
        cls.load = cls.stack.start("load", "--rate", "50", "--duration", "10m", "--record", record)
        wait_until(lambda: record.exists() and record.read_text().count('"acknowledged":true') > 100, "load to flow")
        cls.stack.json("chaos", "kill", "region", LOST)
        cls.stack.run("failover", "--yes")
        servers = cls.servers()
        fires = 'ALERTS{alertname="RegionUnreachable",alertstate="firing"}'
        wait_until(lambda: all(server.ask("query", query=fires)["result"] for server in servers), "the loss to be an alert", 60, 0.5)
        cls.stack.run("reprotect", "--yes")

    @classmethod
    def servers(cls):
        parts = cls.stack.region(SURVIVOR)["monitoring"]
        return [Prometheus(part["url"], cls.begun_at) for part in parts if part["kind"] == "metrics_server"]

    def test_every_query_finds_data(self):
        servers = self.servers()
        self.assertEqual(len(servers), 2)
        wanted = [(name, query) for name, board in dashboards().items() for query in queries_of(board)]
        self.assertGreater(len(wanted), 80)
        for server in servers:
            left = list(wanted)

            def all_found():
                left[:] = [(name, query) for name, query in left if not server.finds(query)]
                return not left

            try:
                wait_until(all_found, "data", DEADLINE_S, 1.0)
            except AssertionError:
                self.assertIsNone(self.load.process.poll(), self.load.text())
                self.fail("no data:\n" + "\n".join(f"{name}: {query.where}: {query.expression}" for name, query in left))

    def test_a_query_of_what_nobody_exports_finds_none(self):
        server = self.servers()[0]
        board = dashboards()["database.json"]
        query = next(queries_of(board))
        self.assertFalse(server.finds(query._replace(expression="lifeboat_no_such_metric")))
        with self.assertRaises(urllib.error.HTTPError):
            server.finds(query._replace(expression="rate(up)"))

    def test_every_region_variable_has_the_region(self):
        for name, board in dashboards().items():
            for variable in (one for one in board["templating"]["list"] if one["type"] == "query"):
                self.assertIn(SURVIVOR, self.servers()[0].regions(variable), name)


if __name__ == "__main__":
    unittest.main()
