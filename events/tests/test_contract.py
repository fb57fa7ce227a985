"""Every row of the API's contract, straight to PostgreSQL and through a transaction-pooling pgbouncer."""

import concurrent.futures
import email.utils
import json
import os
import re
import subprocess
import sys
import time
import unittest

from services import call
from stack import BINARY, StackCase
import services

EVENT = {"name": "Zażółć", "location": "Łódź", "description": "gęślą jaźń"}
REQUIRED = ["Missing data for required field."]


class Contract:
    """The rows; run by two classes, one per way to the database."""

    database = ""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.postgres.sql(f"CREATE DATABASE {cls.database}")
        token = os.path.join(cls.workspace.path, "marker-token")
        with open(os.open(token, os.O_CREAT | os.O_WRONLY, 0o600), "w") as file:
            file.write("marker-secret\n")
        cls.app = services.Events(BINARY, cls.workspace, cls.way(), database=cls.database, MARKER_TOKEN_FILE=token)
        cls.addClassCleanup(cls.app.stop)
        cls.app.wait_ready()
        status, _, text = call(cls.app.url + "/auth/register", "POST", {"username": "ann", "email": "ann@example.com"})
        assert status == 201, text
        cls.user = json.loads(text)["dataset"]

    def ask(self, method, path, body=None, token=True, **options):
        token = self.user["token"] if token is True else token
        return call(self.app.url + path, method, body, token, **options)

    def expect(self, reply, status, message, success=False, records=0):
        seen, headers, text = reply
        self.assertEqual((seen, headers["X-Served-By"]), (status, "us-east-2/web-1"), text)
        body = json.loads(text)
        self.assertEqual(text, json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")) + "\n")
        self.assertEqual(body["status"], {"message": message, "records": records, "success": success})
        self.assertEqual("dataset" in body, success)
        return body.get("dataset")

    def create(self, **changes):
        return self.expect(self.ask("POST", "/events/", EVENT | changes), 201, "101: Created.", True, 1)

    def check_date(self, text):
        self.assertRegex(text, r"^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$")
        self.assertLess(abs(email.utils.parsedate_to_datetime(text).timestamp() - time.time()), 60)

    def test_register(self):
        self.assertEqual(set(self.user), {"id", "created", "username", "email", "role", "token"})
        self.assertEqual((self.user["role"], self.user["username"]), (0, "ann"))
        self.assertRegex(self.user["token"], r"^R[A-Z0-9]{49}$")
        self.check_date(self.user["created"])
        dump = self.postgres.sql("SELECT token FROM auths", self.database)
        self.assertNotIn(self.user["token"], dump)
        self.assertRegex(dump.splitlines()[0], r"^[0-9a-f]{64}$")

    def test_register_refusals(self):
        fixed = "701: At least one provided field is not modifiable."
        taken = "703: At least one field is unique and already exists."
        for field in ("id", "created", "token", "role"):
            body = {"username": "x", "email": "x@example.com", field: 1}
            self.expect(self.ask("POST", "/auth/register", body, None), 409, fixed)
        for name, mail, suffix in (
            ("ann", "ann@example.com", " ann ann@example.com"),
            ("ann", "other@example.com", " ann"),
            ("other", "ann@example.com", " ann@example.com"),
        ):
            reply = self.ask("POST", "/auth/register", {"username": name, "email": mail}, None)
            self.expect(reply, 409, taken + suffix)
        reply = self.ask("POST", "/auth/register", {"username": "", "email": "nobody", "age": 1}, None)
        self.expect(reply, 400, {"age": ["Unknown field."], "email": ["Not a valid email address."],
                                 "username": ["Length must be between 1 and 25."]})
        self.expect(self.ask("POST", "/auth/register", None, None), 400, "700: Unable to parse JSON.")

    def test_authentication_comes_before_routing(self):
        for method, path in (("GET", "/events/"), ("GET", "/nothing"), ("PUT", "/events/"), ("GET", "/"), ("GET", "/auth/")):
            for token in (None, "R" + "A" * 49, "nonsense"):
                self.expect(self.ask(method, path, token=token), 401, "900: Request Not Authorized.")
        bare = {"Authorization": self.user["token"]}
        self.assertEqual(self.ask("GET", "/auth/", token=None, headers=bare)[0], 200)

    def test_unknown_paths_and_methods(self):
        for path in ("/nothing", "/events/x", "/events/1/", "/auth/register/"):
            self.expect(self.ask("GET", path), 404, "600: Invalid endpoint.")
        for method, path in (("PUT", "/events/"), ("DELETE", "/events"), ("POST", "/events/1"), ("GET", "/init"), ("POST", "/")):
            self.expect(self.ask(method, path), 405, "601: Method not allowed.")

    def test_auth_and_home(self):
        self.assertEqual(self.ask("GET", "/auth/")[2], "OK")
        status, headers, text = self.ask("GET", "/")
        self.assertEqual((status, headers["Content-Type"]), (200, "text/html; charset=utf-8"))
        self.assertIn("<html", text)

    def test_init_adds_an_event_each_time(self):
        first = self.expect(self.ask("POST", "/init", EVENT, None), 201, "101: Created.", True, 1)
        second = self.expect(self.ask("POST", "/init", EVENT, None), 201, "101: Created.", True, 1)
        self.assertGreater(second["id"], first["id"])

    def test_event_life(self):
        for path in ("/events", "/events/"):
            event = self.expect(self.ask("POST", path, EVENT), 201, "101: Created.", True, 1)
            self.assertEqual({k: event[k] for k in EVENT}, EVENT)
            self.check_date(event["created"])
        path = f"/events/{event['id']}"
        self.assertEqual(self.expect(self.ask("GET", path), 200, "100: No Message.", True, 1), event)
        changed = self.expect(self.ask("PATCH", path, {"location": "Kraków"}), 200, "102: Modified.", True, 1)
        self.assertEqual(changed, event | {"location": "Kraków"})
        self.assertEqual(self.expect(self.ask("PATCH", path, {}), 200, "102: Modified.", True, 1), changed)
        self.assertEqual(self.expect(self.ask("DELETE", path), 200, "103: Deleted.", True, 1), changed)
        missing = "702: No matching record found."
        self.expect(self.ask("GET", path), 200, missing)
        self.expect(self.ask("PATCH", path, {"name": "x"}), 400, missing)
        self.expect(self.ask("DELETE", path), 400, missing)
        self.expect(self.ask("GET", "/events/" + "9" * 30), 200, missing)
        self.assertEqual(self.ask("HEAD", path)[2], "")

    def test_validation(self):
        self.expect(self.ask("POST", "/events/", {}), 400, {k: REQUIRED for k in EVENT})
        long = {"name": "n" * 51, "location": "", "description": "four", "color": "red"}
        self.expect(self.ask("POST", "/events/", long), 400, {
            "name": ["Length must be between 1 and 50."], "location": ["Length must be between 1 and 50."],
            "description": ["Length must be between 5 and 200."], "color": ["Unknown field."]})
        self.create(name="ż" * 50, location="字" * 50, description="😀" * 200)
        for field in ("id", "created"):
            message = "701: At least one provided field is not modifiable."
            self.expect(self.ask("POST", "/events/", EVENT | {field: 1}), 409, message)
        for body in ("", "{", "nonsense", '{"name": "\\ud800"}'):
            self.expect(self.ask("POST", "/events/", body), 400, "700: Unable to parse JSON.")
        self.expect(self.ask("POST", "/events/", EVENT | {"name": "a\0b"}), 400, {"name": ["Not a valid string."]})
        injected = self.create(name="'); DROP TABLE events; --")
        self.assertEqual(injected["name"], "'); DROP TABLE events; --")

    def test_list_and_pages(self):
        ids = [self.create(name=str(i))["id"] for i in range(12)]
        count = int(self.postgres.sql("SELECT count(*) FROM events", self.database))
        everything = self.expect(self.ask("GET", "/events/"), 200, "100: No Message.", True, count)
        self.assertEqual(set(everything), {str(i) for i in range(1, count + 1)})
        in_order = [everything[str(i)]["id"] for i in range(1, count + 1)]
        self.assertEqual(in_order, sorted(in_order))
        page = self.expect(self.ask("GET", f"/events?limit=5&after={ids[2]}"), 200, "100: No Message.", True, 5)
        self.assertEqual([page[str(i)]["id"] for i in range(1, 6)], ids[3:8])
        for query, field in (("limit=0", "limit"), ("limit=x", "limit"), ("after=-1", "after")):
            status, _, text = self.ask("GET", "/events/?" + query)
            self.assertEqual((status, list(json.loads(text)["status"]["message"])), (400, [field]))

    def test_probes_and_metrics(self):
        self.assertEqual(self.ask("GET", "/healthz", token=None)[0], 200)
        self.assertEqual(json.loads(self.ask("GET", "/version", token=None)[2])["name"], "lifeboat-events")
        ready = json.loads(self.ask("GET", "/readyz", token=None)[2])
        self.assertEqual((ready["writable"], ready["region"], ready["zone"], ready["instance"]),
                         (True, "us-east-2", "us-east-2a", "web-1"))
        self.assertLess(ready["age_ms"], 400)
        self.ask("GET", "/events/999999")
        text = self.ask("GET", "/metrics", token=None)[2]
        self.assertRegex(text, r'flask_http_request_total\{method="GET",status="200"\} [1-9]')
        self.assertIn('flask_http_request_duration_seconds_bucket{le="0.1",method="GET",path="/events/<id>",status="200"}', text)
        self.assertIn("# TYPE flask_http_request_exceptions_total counter", text)
        self.assertRegex(text, r"flask_exporter_info\{version=.*\} 1")
        self.assertNotIn("/readyz", text)

    def test_marker_and_epoch(self):
        bad = self.ask("POST", "/lifeboat/marker", {"number": 1}, "wrong")
        self.expect(bad, 401, "900: Request Not Authorized.")
        self.postgres.sql("DROP SCHEMA IF EXISTS lifeboat CASCADE", self.database)
        absent = self.ask("POST", "/lifeboat/marker", {"number": 1}, "marker-secret")
        self.expect(absent, 503, "806: The marker table does not exist. Nothing was changed.")
        self.postgres.sql(
            "CREATE SCHEMA lifeboat; CREATE TABLE lifeboat.marker(id int PRIMARY KEY CHECK (id=1), number bigint, "
            "written_at timestamptz); CREATE TABLE lifeboat.reign(epoch bigint, region text, since timestamptz); "
            "INSERT INTO lifeboat.reign VALUES (7, 'us-east-2', now())", self.database)
        for number in (41, 42):
            status, _, text = self.ask("POST", "/lifeboat/marker", {"number": number}, "marker-secret")
            self.assertEqual(status, 200, text)
        marker = json.loads(text)
        self.assertRegex(marker.pop("written_at"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        self.assertEqual(marker, {"number": 42, "region": "us-east-2", "zone": "us-east-2a", "instance": "web-1"})
        overtaken = json.loads(self.ask("POST", "/lifeboat/marker", {"number": 41}, "marker-secret")[2])
        self.assertEqual(overtaken["number"], 42, "the greatest stays, or the newest of two would never be seen")
        self.assertEqual(self.postgres.sql("SELECT number FROM lifeboat.marker", self.database), "42")
        for body in ({"number": "1"}, {"number": 1.5}, {"number": 2**63}, [], {}):
            self.assertEqual(self.ask("POST", "/lifeboat/marker", body, "marker-secret")[0], 400)
        services.wait_until(lambda: json.loads(self.ask("GET", "/readyz", token=None)[2])["epoch"] == 7, "epoch 7")

    def test_postman_collection(self):
        runner = os.path.join(os.path.dirname(__file__), "run_collection.py")
        done = subprocess.run([sys.executable, runner, self.app.url], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout, r"^27 checks, 0 failed")

    def test_no_secret_in_the_log(self):
        log = self.app.log_text()
        self.assertNotIn(self.user["token"], log)
        self.assertNotIn("marker-secret", log)


class Direct(Contract, StackCase):
    database = "direct"

    @classmethod
    def way(cls):
        return cls.postgres.port


class ThroughPgbouncer(Contract, StackCase):
    database = "pooled"

    @classmethod
    def way(cls):
        return cls.pgbouncer.port


class Start(StackCase):
    def test_instances_that_start_at_once_create_the_tables_once(self):
        self.postgres.sql("CREATE DATABASE race")
        with concurrent.futures.ThreadPoolExecutor(6) as threads:
            made = list(threads.map(lambda n: self.events(database="race", name=f"web-{n}"), range(6)))
        for events in made:
            events.wait_ready()
            self.register(events.url, events.url[-5:])
            self.assertNotIn("tables_not_created", events.log_text())

    def test_marker_endpoint_is_absent_without_a_token_file(self):
        events = self.events().wait_ready()
        status, _, _ = call(events.url + "/lifeboat/marker", "POST", {"number": 1})
        self.assertEqual(status, 404)

    def test_bad_configuration_says_what_to_do(self):
        public = os.path.join(self.workspace.path, "public-token")
        with open(public, "w") as file:
            file.write("x")
        os.chmod(public, 0o644)
        done = subprocess.run([BINARY], env={"MARKER_TOKEN_FILE": public}, capture_output=True, text=True)
        self.assertEqual((done.returncode, "chmod 600" in done.stderr), (2, True), done.stderr)
        done = subprocess.run([BINARY, "--port", "x"], capture_output=True, text=True)
        self.assertEqual((done.returncode, "--port" in done.stderr), (2, True), done.stderr)
        events = self.events()
        done = subprocess.run([BINARY, "--port", str(events.port)], capture_output=True, text=True)
        self.assertEqual((done.returncode, "port_taken" in done.stderr), (1, True), done.stderr)


if __name__ == "__main__":
    unittest.main()
