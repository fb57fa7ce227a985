"""Clients that send too much, too slowly or too many at once, and the graceful stop."""

import json
import signal
import socket
import threading
import time
import unittest

from services import call, wait_until
from stack import StackCase

EVENT = {"name": "n", "location": "l", "description": "description"}


def exchange(port, *pieces):
    """Sends raw bytes and reads until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        for piece in pieces:
            client.sendall(piece)
        answer = b""
        while chunk := client.recv(65536):
            answer += chunk
        return answer.decode()


class Limits(StackCase):
    def setUp(self):
        flags = ("--header-timeout-ms", "300", "--body-timeout-ms", "300", "--idle-timeout-ms", "1500")
        self.app = self.events(flags=flags).wait_ready()

    def expect(self, answer, status, message):
        head, _, body = answer.partition("\r\n\r\n")
        self.assertTrue(head.startswith(f"HTTP/1.1 {status} "), answer)
        self.assertIn("connection: close", head.lower())
        self.assertIn("X-Served-By: us-east-2/web-1", head)
        self.assertEqual(json.loads(body)["status"]["message"], message)

    def test_too_large(self):
        post = b"POST /init HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
        self.expect(exchange(self.app.port, post % 70000, b"x" * 70000), 413, "611: Request body too large.")
        chunked = b"POST /init HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        self.expect(exchange(self.app.port, chunked + b"11170\r\n" + b"x" * 70000), 413, "611: Request body too large.")
        header = b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 40000 + b"\r\n\r\n"
        self.expect(exchange(self.app.port, header), 431, "612: Request header too large.")

    def test_malformed(self):
        for bad in (b"nonsense\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"):
            self.expect(exchange(self.app.port, bad), 400, "610: Malformed request.")

    def test_slow(self):
        self.expect(exchange(self.app.port, b"GET / HTTP/1.1\r\nHo"), 408, "613: Request not received in time.")
        half = b"POST /init HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"
        self.expect(exchange(self.app.port, half), 408, "613: Request not received in time.")

    def test_drip_feed_does_not_extend_the_time(self):
        start = time.monotonic()
        with socket.create_connection(("127.0.0.1", self.app.port), timeout=10) as client:
            client.sendall(b"GET / HTTP/1.1\r\n")
            client.settimeout(0.05)
            answer = b""
            while not answer:
                self.assertLess(time.monotonic() - start, 3)
                client.sendall(b"X: y\r\n")
                try:
                    answer = client.recv(65536)
                except TimeoutError:
                    pass
        self.assertIn(b"408", answer)

    def test_an_idle_connection_is_closed_without_a_word(self):
        self.assertEqual(exchange(self.app.port), "")

    def test_pipelined_and_kept_alive(self):
        one = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
        last = b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        self.assertEqual(exchange(self.app.port, one + one + last).count("HTTP/1.1 200 OK"), 3)

    def test_expect_continue(self):
        head = b"POST /init HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Length: 2\r\n\r\n"
        answer = exchange(self.app.port, head, b"{}")
        self.assertTrue(answer.startswith("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 400 "), answer)


class Crowd(StackCase):
    def test_too_many_connections(self):
        app = self.events(flags=("--max-connections", "2")).wait_ready()
        wait_until(lambda: "client_connections 1\n" in call(app.url + "/metrics")[2], "earlier connections to end")
        held = [socket.create_connection(("127.0.0.1", app.port)) for _ in range(2)]
        try:
            answer = exchange(app.port, b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertIn("HTTP/1.1 503", answer)
            self.assertIn("805: Too many connections.", answer)
        finally:
            for client in held:
                client.close()
        wait_until(lambda: call(app.url + "/healthz")[0] == 200, "room again")

    def test_a_full_queue_is_refused_at_once(self):
        app = self.events(flags=("--pool-size", "1", "--queue-limit", "1")).wait_ready()
        token = self.register(app.url, "queue")
        replies = []
        ask = lambda: replies.append(call(app.url + "/events/", token=token))
        self.pgbouncer.admin("PAUSE")
        try:
            threads = [threading.Thread(target=ask) for _ in range(4)]
            for thread in threads:
                thread.start()
            wait_until(lambda: len(replies) == 2, "two refusals")
        finally:
            self.pgbouncer.admin("RESUME")
        for thread in threads:
            thread.join()
        self.assertEqual(sorted(reply[0] for reply in replies), [200, 200, 503, 503])
        self.assertIn("804: Too many requests are waiting. Nothing was changed.", replies[0][2])


class Stop(StackCase):
    def test_what_is_in_flight_is_finished(self):
        app = self.events(flags=("--threads", "2")).wait_ready()
        token = self.register(app.url, "stop")
        replies = []
        ask = lambda: replies.append(call(app.url + "/events/", "POST", EVENT, token))
        self.pgbouncer.admin("PAUSE")
        try:
            threads = [threading.Thread(target=ask) for _ in range(6)]
            for thread in threads:
                thread.start()
            wait_until(lambda: "client_connections" in call(app.url + "/metrics")[2], "an answer")
            wait_until(lambda: self.waiting() >= 2, "requests to wait at the pooler")
            app.process.kill(signal.SIGTERM)
            wait_until(lambda: any(line["event"] == "stopping" for line in app.lines()), "the stop to begin")
            with self.assertRaises(OSError):
                socket.create_connection(("127.0.0.1", app.port), timeout=1)
        finally:
            self.pgbouncer.admin("RESUME")
        for thread in threads:
            thread.join()
        self.assertEqual([reply[0] for reply in replies], [201] * 6)
        self.assertTrue(all(reply[1]["Connection"] == "close" for reply in replies))
        self.assertEqual(app.process.child.wait(5), 0)

    def waiting(self):
        import subprocess
        done = subprocess.run(["psql", "-X", "-A", "-t", "-h", "127.0.0.1", "-p", str(self.pgbouncer.port), "-U", "app",
                               "-d", "pgbouncer", "-c", "SHOW CLIENTS"], capture_output=True, text=True)
        return done.stdout.count("waiting")

    def test_the_stop_is_bounded(self):
        app = self.events().wait_ready()
        token = self.register(app.url, "bounded")
        self.pgbouncer.admin("PAUSE")
        self.addCleanup(self.pgbouncer.try_admin, "RESUME")
        thread = threading.Thread(target=self.ask_in_vain, args=(app.url, token))
        thread.start()
        wait_until(lambda: self.waiting() >= 1, "a request to wait")
        start = time.monotonic()
        self.assertEqual(app.stop(), 0)
        self.assertLess(time.monotonic() - start, 3)
        thread.join()

    def ask_in_vain(self, url, token):
        with self.assertRaises(OSError):
            call(url + "/events/", token=token)


if __name__ == "__main__":
    unittest.main()
