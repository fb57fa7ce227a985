"""moto behind the simulation: requests as they came, and its memory where the simulation looks at it or changes it."""

import io
import threading
from urllib.parse import unquote_to_bytes

# Only what moto does well. Everything else is of the simulation or refused, so that nothing seems to work by silence.
SERVICES = {'ec2', 'elbv2', 's3', 'route53', 'sts', 'iam', 'ssm', 'secretsmanager', 'kms', 'service-quotas', 'cloudwatch', 'autoscaling'}

class Moto:
    def __init__(self):
        from moto.backends import get_backend
        from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
        self._backend = get_backend
        self._application = DomainDispatcherApplication(create_backend_app)
        self.lock = threading.RLock()

    def backend(self, service, region):
        from .core import ACCOUNT
        return self._backend(service)[ACCOUNT]['aws' if service in ('s3', 'route53', 'iam') else region]

    def answer(self, call):
        from .core import AwsError
        if call.service not in SERVICES:
            raise AwsError('InvalidAction', f'simulated: {call.service}:{call.operation} is not simulated')
        query = call.query
        environ = {'REQUEST_METHOD': call.method, 'PATH_INFO': unquote_to_bytes(call.raw_path).decode('latin-1'), 'RAW_URI': call.raw_path + ('?' + query if query else ''),
                   'REQUEST_URI': call.raw_path + ('?' + query if query else ''), 'QUERY_STRING': query, 'SCRIPT_NAME': '', 'SERVER_NAME': '127.0.0.1', 'SERVER_PORT': '80',
                   'SERVER_PROTOCOL': 'HTTP/1.1', 'wsgi.version': (1, 0), 'wsgi.url_scheme': 'http', 'wsgi.input': io.BytesIO(call.body), 'wsgi.errors': io.StringIO(),
                   'wsgi.multithread': True, 'wsgi.multiprocess': False, 'wsgi.run_once': False, 'CONTENT_LENGTH': str(len(call.body))}
        for name, value in call.headers.items():
            key = name.upper().replace('-', '_')
            if key == 'CONTENT_TYPE':
                environ[key] = value
            elif key not in ('CONTENT_LENGTH', 'TRANSFER_ENCODING', 'HOST'):
                environ['HTTP_' + key] = value
        environ['HTTP_HOST'] = '127.0.0.1'
        begun = {}

        def start(status, headers, _=None):
            begun['status'], begun['headers'] = int(status.split()[0]), dict(headers)
        try:
            with self.lock:
                chunks = self._application(environ, start)
                body = b''.join(chunks)
        except NotImplementedError as error:
            raise AwsError('InvalidAction', f'simulated: moto has no {call.service}:{call.operation}') from error
        return begun['status'], begun['headers'], body
