"""A load balancer as a real HTTP forwarder: it follows its listener's default action and its targets' health."""

import asyncio
import itertools

from .gates import close

LARGEST_HEAD = 64 * 1024
LARGEST_BODY = 1024 * 1024


def answer_text(status, reason, body='', more=''):
    return (f'HTTP/1.1 {status} {reason}\r\nServer: awselb/2.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body.encode())}\r\n'
            f'{more}Connection: close\r\n\r\n{body}').encode()


REASONS = {200: 'OK', 404: 'Not Found', 502: 'Bad Gateway', 503: 'Service Temporarily Unavailable', 504: 'Gateway Time-out', 413: 'Request Entity Too Large'}


class Forwarder:
    def __init__(self, loop, address, port, action):
        self._loop = loop
        self.address, self.port = address, port
        self.action = action  # () → ('fixed', status, body) or ('forward', [(address, port), …]).
        self._turn = itertools.count()
        self._open = set()
        self._server = loop.run(asyncio.start_server(self._accepted, address, port, limit=LARGEST_HEAD))

    async def _accepted(self, reader, writer):
        self._open.add(writer)
        try:
            while await self._exchange(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError):
            pass
        self._open.discard(writer)
        await close(writer)

    async def _exchange(self, reader, writer):
        """One request; whether the connection goes on."""
        head = await asyncio.wait_for(reader.readuntil(b'\r\n\r\n'), 60)
        lines = head.decode('latin-1').split('\r\n')
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(':') for line in lines[1:] if line)}
        length = int(headers.get('content-length', 0))
        if 'transfer-encoding' in headers or length > LARGEST_BODY:
            writer.write(answer_text(413, REASONS[413]))
            await writer.drain()
            return False
        body = await reader.readexactly(length)
        action = self.action()
        if action[0] == 'fixed':
            writer.write(answer_text(action[1], REASONS.get(action[1], 'Fixed'), action[2]))
            await writer.drain()
            return False
        answer = await self._forwarded(action[1], lines, body)
        writer.write(answer)
        await writer.drain()
        return False

    async def _forwarded(self, targets, lines, body):
        if not targets:
            return answer_text(503, REASONS[503])
        kept = [line for line in lines[1:] if line and line.partition(':')[0].strip().lower() not in ('connection', 'keep-alive', 'expect')]
        request = '\r\n'.join([lines[0], *kept, 'X-Forwarded-Proto: http', 'Connection: close', '', '']).encode('latin-1') + body
        address, port = targets[next(self._turn) % len(targets)]
        try:
            reader, writer = await asyncio.wait_for(asyncio.open_connection(address, port), 5)
        except (OSError, asyncio.TimeoutError):
            return answer_text(502, REASONS[502])
        try:
            writer.write(request)
            await writer.drain()
            answer = await asyncio.wait_for(reader.read(-1), 60)
        except asyncio.TimeoutError:
            answer = answer_text(504, REASONS[504])
        except OSError:
            answer = b''
        await close(writer)
        return answer or answer_text(502, REASONS[502])

    def close(self):
        self._loop.run(self._shut())

    async def _shut(self):
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()


async def health_of(address, port, path, limit_s):
    """The status that a health check got; nothing when there was no answer in time, and why."""
    try:
        reader, writer = await asyncio.wait_for(asyncio.open_connection(address, port), limit_s)
        writer.write(f'GET {path} HTTP/1.1\r\nHost: {address}:{port}\r\nUser-Agent: ELB-HealthChecker/2.0\r\nConnection: close\r\n\r\n'.encode())
        await writer.drain()
        line = await asyncio.wait_for(reader.readline(), limit_s)
        await close(writer)
        return int(line.split()[1]), ''
    except asyncio.TimeoutError:
        return None, 'Target.Timeout'
    except (OSError, IndexError, ValueError):
        return None, 'Target.FailedHealthChecks'
