"""The one HTTP endpoint of all services and regions; the region and the service are those of the signature's scope."""

import socket
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

from . import faults as plans
from . import protocols, signature
from .core import AwsError, Call, NoAnswer, Stopped, random_text

LARGEST_BODY = 128 * 1024 * 1024
HTML = b'<html>\r\n<head><title>500 Internal Server Error</title></head>\r\n<body><h1>Internal Server Error</h1></body>\r\n</html>\r\n'


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    allow_reuse_address = True

    def __init__(self, address, handler, world):
        self.world = world
        super().__init__(address, handler)

    def server_bind(self):
        # HTTPServer would look its own name up, which can take seconds without a network.
        socket.socket.setsockopt(self.socket, socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = '127.0.0.1', self.server_address[1]

    def handle_error(self, request, client_address):
        import sys
        error = sys.exc_info()[1]
        if not isinstance(error, (ConnectionError, TimeoutError, Stopped)):
            super().handle_error(request, client_address)


class Endpoint(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    server_version, sys_version = 'simulated-aws', ''
    disable_nagle_algorithm = True
    wbufsize = -1  # One segment an answer.
    timeout = 120

    def log_message(self, *_):
        pass

    def handle_expect_100(self):
        going_on = super().handle_expect_100()
        self.wfile.flush()  # The client waits for it before it sends its body.
        return going_on

    def _body(self):
        if 'chunked' in self.headers.get('Transfer-Encoding', '').lower():
            parts = []
            while size := int(self.rfile.readline().split(b';')[0], 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline() not in (b'\r\n', b''):
                pass
            return b''.join(parts)
        length = int(self.headers.get('Content-Length') or 0)
        if length > LARGEST_BODY:
            raise NoAnswer
        return self.rfile.read(length)

    def _serve(self):
        try:
            raw_path, _, query = self.path.partition('?')
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, answered, body = self.server.world.answer(self.command, raw_path, query, headers, self._body())
        except NoAnswer:
            self._cut()
            return
        self.send_response(status)
        bodiless = self.command == 'HEAD' or status in (204, 304)
        for name, value in answered.items():
            if name.lower() not in ('content-length', 'transfer-encoding', 'connection', 'date', 'server', 'status'):
                self.send_header(name, str(value))
        length = answered.get('content-length', answered.get('Content-Length', 0)) if self.command == 'HEAD' else len(body)
        self.send_header('Content-Length', str(length))
        self.send_header('x-amzn-RequestId', random_text(32, '0123456789abcdef'))
        self.end_headers()
        if not bodiless:
            self.wfile.write(body)
        self.wfile.flush()

    def _cut(self):
        self.close_connection = True
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = _serve


class Dispatcher:
    """From a request to an answer: who asks, what for, whether a plan of the test strikes, and who carries it out."""

    def __init__(self, world):
        self.world = world

    def answer(self, method, raw_path, query, headers, body):
        try:
            call = self._understood(method, raw_path, query, headers, body)
        except AwsError as error:
            return protocols.plain_error(error, headers)
        if call.is_internal:
            return self._carried_out(call)
        entry = self.world.log.begin(call)
        try:
            status, answered, text = self._with_faults(call)
        except NoAnswer:
            entry['error'] = 'no answer'
            raise
        except Stopped as error:
            raise NoAnswer from error
        entry['status'] = status
        if status >= 400:
            entry['error'] = answered.pop('simulated-error', '') or text[:300].decode(errors='replace')
        answered.pop('simulated-error', None)
        return status, answered, text

    def _understood(self, method, raw_path, query, headers, body):
        scope = signature.scope_of(headers)
        form = dict(parse_qsl(body.decode(errors='replace'))) if scope is None else {}
        if scope is None and form.get('Action') == 'AssumeRoleWithWebIdentity':
            scope = ('', 'us-east-1', 'sts')
        elif scope is None:
            raise AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
        key_id, region, service = scope
        if key_id:
            signature.check(self.world.keys.get, method, raw_path, query, headers, body)
        operation, model, params = protocols.understand(service, method, raw_path, query, headers, body)
        return Call(service=protocols.MODELS.get(service, service), region=region, operation=operation, params=params, key_id=key_id,
                    user_agent=headers.get('user-agent', ''), method=method, raw_path=raw_path, query=query, headers=headers, body=body, model=model,
                    is_internal=key_id == self.world.internal_key)

    def _with_faults(self, call):
        faults, plane = self.world.faults, plans.plane_of(call)
        if plane and faults.is_dead(call.region, plane):
            if call.region in faults.hanging:
                self.world.clock.ends.wait(120)
            raise NoAnswer
        striking = faults.striking(call)
        for fault in striking:
            if fault.kind == 'slow':
                self.world.clock.ends.wait(fault.delay_s)
            elif fault.kind == 'html500':
                return 500, {'Content-Type': 'text/html'}, HTML
        try:
            for fault in striking:
                plans.refuse(fault, call)
        except AwsError as error:
            return self._refused(call, error)
        answered = self._carried_out(call)
        if any(fault.kind == 'lose' for fault in striking):
            raise NoAnswer
        return answered

    def _refused(self, call, error):
        status, answered, text = protocols.answer(call.model, call.headers, error)
        return status, {**answered, 'simulated-error': f'{error.code}: {error.message}'}, text

    def _carried_out(self, call):
        handler = self.world.handlers.get((call.service, call.operation))
        try:
            if handler is None:
                return self.world.moto.answer(call)
            result = handler(call)
            return result if isinstance(result, tuple) else protocols.answer(call.model, call.headers, result or {})
        except AwsError as error:
            return self._refused(call, error)
        finally:
            if not call.operation.startswith(('Describe', 'Get', 'List', 'Head')):
                self.world.changed(call)


def wait_for_port(port, limit_s=5):
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(('127.0.0.1', port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f'nobody listens on {port}')
