"""Loopback addresses that nobody else has: a block of 254 for each server, claimed by a socket for as long as it lives."""

import random
import socket
import threading

_CLAIM_PORT = 20047


class Addresses:
    def __init__(self):
        self._lock = threading.Lock()
        self._claim, self._prefix = self._claimed()
        self._free = list(range(254, 1, -1))

    @staticmethod
    def _claimed():
        for _ in range(1000):
            prefix = f'127.{random.randint(100, 250)}.{random.randint(1, 254)}'
            claim = socket.socket()
            try:
                claim.bind((f'{prefix}.1', _CLAIM_PORT))
                return claim, prefix
            except OSError:
                claim.close()
        raise RuntimeError('no block of loopback addresses is free')

    def take(self):
        with self._lock:
            return f'{self._prefix}.{self._free.pop()}'

    def give_back(self, address):
        with self._lock:
            self._free.insert(0, int(address.rpartition('.')[2]))
