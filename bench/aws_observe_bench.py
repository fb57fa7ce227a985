#!/usr/bin/env python3
"""A look at an account of 2,000 instances, 2,000 targets and 200 databases: our share of its time, beside fetching the same bytes.

aws_observe_bench.py [OBSERVE_PROBE] [QUESTION_MS] [ELEMENT_MS]: the account is simulated (aws_account.py). A question takes QUESTION_MS (100), and each instance,
target or database of its answer ELEMENT_MS (1): an assumption, because AWS itself was never asked; the last row is without it. Our share is what is left of a
look when no request is with the server: connecting, sending, receiving, reading, comparing. The targets: at most 10 % of the time, and 100 MiB. The floor
fetches the same answers in the same order with Python's http.client, and does not look into them.
"""

import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import threading
import time

import aws_account

ROOT = pathlib.Path(__file__).resolve().parents[1]
RUNS, TARGET_SHARE, TARGET_MIB = 5, 0.10, 100
STACK = """
stack: shop
world: aws
regions:
  - {name: us-east-2, role: home, zones: [us-east-2a, us-east-2b], address_block: 10.10.0.0/16}
  - {name: us-west-1, role: standby, zones: [us-west-1a, us-west-1b], address_block: 10.20.0.0/16}
load_balancer: {port: 8080}
dns: {domain: shop.example.org, record: api}
"""
# Who waits for whom in a look: the questions of one row are asked one after the other.
CHAINS = (("DescribeInstances",), ("DescribeLoadBalancers", "DescribeListeners", "DescribeTargetGroups", "DescribeTargetHealth"), ("GET /clusters",))


def find_probe():
    if len(sys.argv) > 1:
        return sys.argv[1]
    beside = pathlib.Path(os.environ.get("LIFEBOAT_BINARY", ROOT / "build/release/src/cli/lifeboat")).parents[2] / "tests/aws/observe_probe"
    return str(beside) if beside.exists() else sys.exit(f"{beside} is not built: run ./dev build")


class Probe:
    def __init__(self, program, url):
        environment = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "AWS_ENDPOINT_URL": url, "HOME": "/nonexistent"}
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)

    def ask(self, what, **fields):
        self.process.stdin.write(json.dumps({"ask": what, "stack": STACK, "region": "us-east-2", **fields}) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        return sys.exit(answer["error"]["text"]) if "error" in answer else answer

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def one_look(program, account):
    """Each look in a process of its own, because the largest memory of a process never shrinks."""
    probe = Probe(program, account.url)
    account.begin()
    seen = probe.ask("look")
    server = account.busy_s()
    ready = sum(1 for name, asset in seen["assets"].items() if name.startswith("web-") and asset["state"] == "ready")
    if ready != aws_account.INSTANCES or seen["writer"] != "db-1":
        sys.exit(f"only {ready} instances were seen ready, writer '{seen['writer']}'")
    probe.close()
    return seen["took_s"], server, seen["processor_s"], seen["peak_mib"]


def fetch(host, questions):
    connection = http.client.HTTPConnection(host)
    for method, path, body in questions:
        connection.request(method, path, body or None)
        connection.getresponse().read()


def floor_s(account):
    """The questions of the last look once more, as far as possible at once."""
    questions = [question for question, _ in account.asked]
    chains = [[question for question in questions if aws_account.action_of(question).startswith(names)] for names in CHAINS]
    chains += [[question] for question in questions if not any(question in chain for chain in chains)]
    threads = [threading.Thread(target=fetch, args=(account.url.split("//")[1], chain)) for chain in chains]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.monotonic() - begun


def listing(program, account):
    probe = Probe(program, account.url)
    account.begin()
    begun = time.monotonic()
    count = probe.ask("databases")["count"]
    took = time.monotonic() - begun
    probe.close()
    return count, len(account.asked), took, took - account.busy_s()


def show(name, row):
    took, server, ours, share, processor, peak, floor = row
    print(f"{name:8} {took:7.3f} {server:9.3f} {ours:7.3f} {share:6.1%} {TARGET_SHARE:7.0%} {processor:6.3f} {peak:9.1f} {TARGET_MIB:7} {floor:8.3f}", flush=True)


def measure(program, account, name):
    took, server, processor, peak = one_look(program, account)
    row = (took, server, took - server, (took - server) / took, processor, peak, floor_s(account))
    show(name, row)
    return row


def main():
    program = find_probe()
    question_s, element_s = (float(sys.argv[place]) / 1000 if len(sys.argv) > place else usual for place, usual in ((2, 0.1), (3, 0.001)))
    account = aws_account.Account(question_s, element_s)
    probe = Probe(program, account.url)
    probe.ask("duty", role="active", epoch=1)
    probe.close()
    print(f"{'':8} {'look s':>7} {'server s':>9} {'ours s':>7} {'share':>6} {'target':>7} {'cpu s':>6} {'peak MiB':>9} {'target':>7} {'floor s':>8}   ({program})")
    rows = [measure(program, account, f"run {number + 1}") for number in range(RUNS)]
    show("median", [statistics.median(column) for column in zip(*rows)])
    size = sum(length for _, length in account.asked)
    print(f"{size / 2**20:.1f} MiB of answers a look; beside the floor: {statistics.median(row[0] / row[-1] for row in rows):.2f}")
    count, pages, took, ours = listing(program, account)
    print(f"{count} databases listed in {pages} pages: {took:.3f} s, of which ours {ours:.3f} s")
    account.question_s = account.element_s = 0
    measure(program, account, "at once")


if __name__ == "__main__":
    main()
