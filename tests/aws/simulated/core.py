"""What all parts of the simulation share: errors as AWS spells them, a call, and the clock of simulated time."""

import secrets
import threading
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone

ACCOUNT = '123456789012'


class AwsError(Exception):
    """A refusal as AWS words it."""

    def __init__(self, code, message, status=400):
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class NoAnswer(Exception):
    """The connection ends without an answer, as one to a dead region does."""


@dataclass
class Call:
    """One request, as it was understood."""

    service: str
    region: str
    operation: str
    params: dict
    key_id: str = ''
    user_agent: str = ''
    method: str = 'POST'
    raw_path: str = '/'
    query: str = ''
    headers: dict = field(default_factory=dict)
    body: bytes = b''
    model: object = None  # botocore's operation model.
    is_internal: bool = False


def now():
    return datetime.now(timezone.utc)


def random_text(length, letters='abcdefghijklmnopqrstuvwxyz0123456789'):
    return ''.join(secrets.choice(letters) for _ in range(length))


class Stopped(Exception):
    """The server ends; whatever waited gives up."""


class Clock:
    """Simulated seconds are `speed` times shorter than real ones. Every wait ends when the server does."""

    def __init__(self, speed):
        self.speed = speed
        self.ends = threading.Event()

    def sleep(self, simulated_s):
        if self.ends.wait(simulated_s / self.speed):
            raise Stopped

    def real(self, simulated_s):
        return simulated_s / self.speed

    def until(self, condition, what, limit_s, interval_s=0.02):
        """Waits for real work, at most limit_s real seconds."""
        end = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError(f'waited {limit_s} s for {what}')
            if self.ends.wait(interval_s):
                raise Stopped


class Work:
    """Threads for what goes on by itself: state changes, stacks. A failure is kept, so that a test can see it."""

    def __init__(self, clock):
        self.clock = clock
        self.problems = []

    def start(self, name, function, *arguments):
        def run():
            try:
                function(*arguments)
            except Stopped:
                pass
            except Exception as error:  # pylint: disable=broad-except
                import traceback
                self.problems.append(f'{name}: {error!r}\n{traceback.format_exc()}')
        thread = threading.Thread(target=run, name=name, daemon=True)
        thread.start()
        return thread
