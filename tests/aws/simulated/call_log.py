"""Every call that was made, with its parameters but without secrets, so that tests can say who called which region for what."""

import itertools
import re
import threading
import time

_SECRET = re.compile('password|secret(string|binary|accesskey)|token$|plaintext|userdata', re.IGNORECASE)
_LONGEST = 2000


def without_secrets(value, name=''):
    if isinstance(value, dict):
        return {key: without_secrets(item, str(key)) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [without_secrets(item, name) for item in value]
    if _SECRET.search(name) and name not in ('NextToken', 'nextToken', 'ClientRequestToken', 'ClientToken'):
        return '(not shown)'
    if isinstance(value, bytes):
        return f'({len(value)} bytes)'
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[:_LONGEST] + f'… ({len(value)} characters)'
    return value if isinstance(value, (str, int, float, bool, type(None))) else str(value)


class CallLog:
    def __init__(self):
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._calls = []

    def begin(self, call):
        entry = {'number': next(self._numbers), 'at': time.time(), 'service': call.service, 'operation': call.operation, 'region': call.region,
                 'key_id': call.key_id, 'user_agent': call.user_agent, 'params': without_secrets(call.params), 'status': None, 'error': None}
        with self._lock:
            self._calls.append(entry)
        return entry

    def newest(self):
        with self._lock:
            return self._calls[-1]['number'] if self._calls else 0

    def list(self, since=0, **wanted):
        with self._lock:
            return [entry for entry in self._calls if entry['number'] > since and all(entry[key] == value for key, value in wanted.items())]
