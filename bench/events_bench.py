#!/usr/bin/env python3
"""Requests per second of lifeboat-events beside the floor of the same statements by pgbench, in the same run.

events_bench.py [LIFEBOAT_EVENTS_BINARY] [SECONDS]: PostgreSQL of its own, 8 keep-alive clients, 8 pgbench clients.
"""

import json
import os
import re
import selectors
import socket
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "events", "tests"))
import services  # noqa: E402

CLIENTS = 8


def find_binary():
    if len(sys.argv) > 1:
        return sys.argv[1]
    beside = os.path.join(os.path.dirname(os.environ.get("LIFEBOAT_BINARY", "")), "lifeboat-events")
    for candidate in (beside, *(os.path.join(ROOT, "build", kind, "events", "lifeboat-events") for kind in ("release", "debug"))):
        if os.access(candidate, os.X_OK) and not os.path.isdir(candidate):
            return candidate
    sys.exit("lifeboat-events is not built: run cmake --build --preset release --target lifeboat-events")


def requests_per_second(port, request, status, seconds):
    """One request in flight per client; every answer's status is checked."""
    selector = selectors.DefaultSelector()
    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port))
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(request)
        selector.register(client, selectors.EVENT_READ)
    expected = f"HTTP/1.1 {status} ".encode()
    done, start = 0, time.monotonic()
    while time.monotonic() - start < seconds:
        for key, _ in selector.select(5):
            answer = key.fileobj.recv(65536)
            if not answer.startswith(expected):
                sys.exit(f"expected {status}, saw {answer[:80]!r}")
            key.fileobj.sendall(request)
            done += 1
    rate = done / (time.monotonic() - start)
    for key in list(selector.get_map().values()):
        key.fileobj.close()
    return rate


def floor(postgres, workspace, statements, seconds):
    """The same statements by pgbench, each its own transaction, without HTTP or JSON."""
    script = os.path.join(workspace.path, "floor.sql")
    with open(script, "w") as file:
        file.write(statements)
    command = ["pgbench", "-n", "-M", "extended", "-f", script, "-c", str(CLIENTS), "-j", "1", "-T", str(seconds)]
    command += ["-h", "127.0.0.1", "-p", str(postgres.port), "-U", "app", "postgres"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])


def raw(method, path, token, body=b""):
    head = f"{method} {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


def main():
    binary, seconds = find_binary(), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    workspace = services.Workspace()
    postgres = services.Postgres(workspace)
    events = None
    try:
        postgres.start()
        events = services.Events(binary, workspace, postgres.port).wait_ready()
        _, _, text = services.call(events.url + "/auth/register", "POST", {"username": "b", "email": "b@example.com"})
        token = json.loads(text)["dataset"]["token"]
        body = json.dumps({"name": "n", "location": "l", "description": "description"}).encode()
        services.call(events.url + "/events/", "POST", body, token)
        auth = "SELECT 1 FROM auths WHERE token = 'x';\n"
        columns = "id, extract(epoch FROM created)::bigint, name, location, description"
        insert = f"INSERT INTO events (created, name, location, description) VALUES (now(), 'n', 'l', 'description') RETURNING {columns};\n"
        rows = (
            ("GET one", raw("GET", "/events/1", token), 200, auth + f"SELECT {columns} FROM events WHERE id = 1;\n"),
            ("POST", raw("POST", "/events/", token, body), 201, auth + insert),
            ("401", raw("GET", "/events/1", "R" + "A" * 49), 401, auth),
        )
        print(f"{'request':8} {'ours/s':>8} {'pgbench/s':>10} {'ratio':>6}   ({CLIENTS} clients, {seconds} s each, {binary})")
        for name, request, status, statements in rows:
            ours = requests_per_second(events.port, request, status, seconds)
            theirs = floor(postgres, workspace, statements, seconds)
            print(f"{name:8} {ours:8.0f} {theirs:10.0f} {ours / theirs:6.2f}", flush=True)
    finally:
        if events:
            events.stop()
        postgres.stop()
        workspace.remove()


if __name__ == "__main__":
    main()
