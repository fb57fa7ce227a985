#!/usr/bin/env python3
"""Runs a Postman collection (v2.1) against a URL: run_collection.py URL [COLLECTION].

Understands variables, bearer authentication (inherited and noauth), raw bodies, and test scripts made of
`pm.response.to.have.status(N)`, `pm.expect(pm.response.json().a.b).to.eql(VALUE)`, `pm.expect(pm.response.text()).to.eql(VALUE)`
and `pm.collectionVariables.set('name', pm.response.json().a.b)`. Any other line of a script is an error, not a pass.
"""

import ast
import json
import os
import random
import re
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from services import call  # noqa: E402

STATUS = re.compile(r"pm\.response\.to\.have\.status\((\d+)\)")
EQUALS = re.compile(r"pm\.expect\(pm\.response\.(json|text)\(\)([\w.]*)\)\.to\.(?:eql|equal)\((.*?)\);? *\}")
SET = re.compile(r"pm\.(?:collectionVariables|environment|globals)\.set\(['\"](\w+)['\"], *pm\.response\.json\(\)([\w.]*)\)")
BLANK = re.compile(r"\s*(//.*)?$")


def literal(text):
    words = {"true": True, "false": False, "null": None}
    return words[text] if text in words else ast.literal_eval(text)


def follow(value, path):
    for part in path.strip(".").split("."):
        if part:
            value = value[part]
    return value


class Runner:
    def __init__(self, collection, base_url):
        self.variables = {item["key"]: item["value"] for item in collection.get("variable", [])}
        self.variables["base_url"] = base_url.rstrip("/")
        self.collection = collection
        self.failures = []
        self.checks = 0

    def expand(self, text):
        dynamic = {"$timestamp": str(int(time.time())), "$randomInt": str(random.randint(0, 999999))}
        return re.sub(r"\{\{([^}]+)\}\}", lambda m: str(dynamic.get(m[1], self.variables.get(m[1], m[0]))), text)

    def run(self):
        self.run_items(self.collection["item"], self.collection.get("auth"), "")
        return not self.failures

    def run_items(self, items, auth, prefix):
        for item in items:
            name = prefix + item["name"]
            if "item" in item:
                self.run_items(item["item"], item.get("auth", auth), name + " / ")
            else:
                self.run_request(name, item, item["request"].get("auth", auth))

    def run_request(self, name, item, auth):
        request = item["request"]
        url = request["url"] if isinstance(request["url"], str) else request["url"]["raw"]
        headers = {h["key"]: self.expand(h["value"]) for h in request.get("header", [])}
        token = None
        if auth and auth["type"] == "bearer":
            token = self.expand(next(entry["value"] for entry in auth["bearer"] if entry["key"] == "token"))
        body = request.get("body", {}).get("raw")
        try:
            reply = call(self.expand(url), request["method"], body and self.expand(body), token, headers)
        except OSError as error:
            self.failures.append(f"{name}: no answer: {error}")
            return
        for event in item.get("event", []):
            if event["listen"] == "test":
                for line in event["script"]["exec"]:
                    self.check(name, line, reply)

    def check(self, name, line, reply):
        status, _, text = reply
        try:
            if found := STATUS.search(line):
                self.expect(name, "status", status, int(found[1]))
            elif found := EQUALS.search(line):
                source = json.loads(text) if found[1] == "json" else text
                self.expect(name, found[2] or "text", follow(source, found[2]), literal(found[3]))
            elif found := SET.search(line):
                self.variables[found[1]] = follow(json.loads(text), found[2])
            elif not BLANK.match(line):
                self.failures.append(f"{name}: this runner does not understand: {line}")
        except (ValueError, KeyError, TypeError) as error:
            self.failures.append(f"{name}: {line}: {error!r}; the answer was {status} {text[:200]}")

    def expect(self, name, what, seen, expected):
        self.checks += 1
        if seen != expected:
            self.failures.append(f"{name}: {what}: expected {expected!r}, saw {seen!r}")


def main():
    if len(sys.argv) not in (2, 3):
        print(__doc__, file=sys.stderr)
        return 2
    default = os.path.join(os.path.dirname(os.path.abspath(__file__)), "flask.postman_collection.json")
    with open(sys.argv[2] if len(sys.argv) == 3 else default, encoding="utf-8") as file:
        runner = Runner(json.load(file), sys.argv[1])
    runner.run()
    for failure in runner.failures:
        print(failure)
    print(f"{runner.checks} checks, {len(runner.failures)} failed against {sys.argv[1]}")
    return 1 if runner.failures or runner.checks == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
