#!/usr/bin/env python3
"""Measures HTTP probes on this machine, for simulations with real latencies.

record.py SAMPLES OUTPUT: a server on 127.0.0.0/8 and a prober in a process of its own, a new connection a probe, one begun
every 20 ms or as soon as the one before is answered. Run it while the machine is busy. Each line of the output: when the
probe began, in milliseconds since the first, and how long its answer took, in microseconds.
"""

import http.client
import http.server
import multiprocessing
import os
import platform
import sys
import time

ADDRESS = "127.77.5.1"
SPACING_S = 0.020
LIMIT_S = 10


class Health(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'{"region": "us-east-2", "epoch": 1}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def serve(port):
    server = http.server.ThreadingHTTPServer((ADDRESS, 0), Health)
    port.put(server.server_address[1])
    server.serve_forever()


def probe(port):
    """Seconds until the answer was read."""
    began = time.monotonic()
    connection = http.client.HTTPConnection(ADDRESS, port, timeout=LIMIT_S)
    connection.request("GET", "/v1/health")
    connection.getresponse().read()
    connection.close()
    return time.monotonic() - began


def main():
    samples, output = int(sys.argv[1]), sys.argv[2]
    queue = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(queue,), daemon=True)
    server.start()
    port = queue.get()
    lines, loads, start = [], [], time.monotonic()
    for sample in range(samples):
        due = start + sample * SPACING_S
        time.sleep(max(0.0, due - time.monotonic()))
        at_ms = round((time.monotonic() - start) * 1000)
        lines.append(f"{at_ms} {round(probe(port) * 1e6)}")
        loads.append(os.getloadavg()[0])
    server.terminate()
    with open(output, "w") as file:
        file.write("# HTTP probes of a busy machine, by src/sim/recorded/record.py: begun at (ms), answered after (us).\n")
        file.write(f"# {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, load average {min(loads):.1f} to {max(loads):.1f} "
                   f"(compilers and other tests), nice {os.nice(0)}; {samples} probes over 127.0.0.0/8.\n")
        file.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
