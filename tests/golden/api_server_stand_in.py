"""A stand-in for a cluster's API server: what kubectl asks when it applies, compares, lists and deletes. It keeps objects as they
come and checks nothing of them; who set which field it knows only from `conflicts`, which a test fills.
"""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

KINDS = {
    'v1': {'namespaces': ('Namespace', False), 'serviceaccounts': ('ServiceAccount', True), 'configmaps': ('ConfigMap', True),
           'services': ('Service', True), 'secrets': ('Secret', True)},
    'apps/v1': {'statefulsets': ('StatefulSet', True)},
    'policy/v1': {'poddisruptionbudgets': ('PodDisruptionBudget', True)},
    'networking.k8s.io/v1': {'networkpolicies': ('NetworkPolicy', True)},
    'rbac.authorization.k8s.io/v1': {'roles': ('Role', True), 'rolebindings': ('RoleBinding', True)},
}
PATH = re.compile(r'/(?:api|apis/(?P<group>[^/]+))/v1(?:/namespaces/[^/]+(?=/))?/(?P<resource>[a-z]+)(?:/(?P<name>[^/]+))?$')


def below(version):
    return ('/api/' if version == 'v1' else '/apis/') + version


def status(code, reason, message, **details):
    return code, {'kind': 'Status', 'apiVersion': 'v1', 'status': 'Failure', 'code': code, 'reason': reason, 'message': message, 'details': details}


def discovery():
    """What the server has, by path."""
    groups = [{'name': version.split('/')[0], 'versions': [{'groupVersion': version, 'version': 'v1'}],
               'preferredVersion': {'groupVersion': version, 'version': 'v1'}} for version in KINDS if version != 'v1']
    pages = {'/version': {'major': '1', 'minor': '34', 'gitVersion': 'v1.34.0'}, '/api': {'kind': 'APIVersions', 'versions': ['v1']},
             '/apis': {'kind': 'APIGroupList', 'apiVersion': 'v1', 'groups': groups},
             '/openapi/v3': {'paths': {below(v)[1:]: {'serverRelativeURL': '/openapi/v3' + below(v)} for v in KINDS}}}
    for version, kinds in KINDS.items():
        verbs = ['create', 'delete', 'get', 'list', 'patch', 'watch']
        pages[below(version)] = {'kind': 'APIResourceList', 'apiVersion': 'v1', 'groupVersion': version, 'resources': [
            {'name': name, 'singularName': '', 'namespaced': inside, 'kind': kind, 'verbs': verbs} for name, (kind, inside) in kinds.items()]}
        group = '' if version == 'v1' else version.split('/')[0]
        pages['/openapi/v3' + below(version)] = {'openapi': '3.0.0', 'info': {'title': '', 'version': ''}, 'paths': {
            f'{below(version)}/{name}/{{name}}': {'patch': {
                'x-kubernetes-group-version-kind': {'group': group, 'version': 'v1', 'kind': kind},
                'parameters': [{'name': 'fieldValidation', 'in': 'query'}]}} for name, (kind, _) in kinds.items()}}
    return pages


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def handle_one(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
        with self.server.lock:
            code, answer = self.server.refusal(self.headers) or self.server.answer(self.command, url.path, {k: v[0] for k, v in parse_qs(url.query).items()}, body)
        text = json.dumps(answer).encode()
        self.send_response(code)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_PATCH = do_DELETE = handle_one

    def log_message(self, *_):
        pass


class ApiServer(ThreadingHTTPServer):
    """On a free port of the loopback address, until close(); over TLS with a context of the ssl module."""

    def __init__(self, tls=None):
        super().__init__(('127.0.0.1', 0), Handler)
        self.scheme = 'https' if tls else 'http'
        if tls:
            self.socket = tls.wrap_socket(self.socket, server_side=True)
        self.lock, self.pages = threading.Lock(), discovery()
        self.objects, self.managers, self.conflicts, self.forbidden = {}, set(), set(), False
        self.used = set()  # (group, resource, verb), as rights are named
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f'{self.scheme}://127.0.0.1:{self.server_address[1]}'

    def close(self):
        self.shutdown()
        self.server_close()

    def refusal(self, headers):
        """What is answered to who may not come in; here everybody may."""

    def names(self, resource):
        """The objects of a resource, by path's end."""
        return sorted(path.rsplit('/', 1)[1] for path in self.objects if path.split('/')[-2] == resource)

    def find(self, resource, name):
        return next(item for path, item in self.objects.items() if path.endswith(f'/{resource}/{name}'))

    def answer(self, method, path, query, body):
        if path in self.pages:
            return 200, self.pages[path]
        found = PATH.match(path)
        if not found:
            return status(404, 'NotFound', 'the server could not find the requested resource')
        resource, name = found['resource'], found['name']
        if self.forbidden:
            return status(403, 'Forbidden', f'{resource} "{name}" is forbidden: User "ci" cannot {method} resource "{resource}"')
        self.note(method, found, query, path)
        if name is None:
            return self.listed(path, query)
        if method == 'PATCH':
            return self.applied(path, query, json.loads(body))
        if path not in self.objects:
            return status(404, 'NotFound', f'{resource} "{name}" not found', name=name, kind=resource)
        return (200, self.deleted(path)) if method == 'DELETE' else (200, self.objects[path])

    def note(self, method, found, query, path):
        verbs = {'DELETE': ['delete'], 'GET': ['get'] if found['name'] else ['watch' if 'watch' in query else 'list'],
                 'PATCH': ['patch'] if path in self.objects else ['patch', 'create']}[method]
        self.used |= {(found['group'] or '', found['resource'], verb) for verb in verbs}

    def listed(self, path, query):
        wanted = dict(pair.split('=') for pair in query.get('labelSelector', '').split(',') if pair)
        items = [item for at, item in self.objects.items() if at.rsplit('/', 1)[0] == path
                 and wanted.items() <= item['metadata'].get('labels', {}).items()]
        return 200, {'kind': 'List', 'apiVersion': 'v1', 'metadata': {'resourceVersion': '1'}, 'items': items}

    def applied(self, path, query, item):
        self.managers.add(query.get('fieldManager'))
        if path.rsplit('/', 1)[1] in self.conflicts and item['kind'] == 'StatefulSet' and query.get('force') != 'true':
            cause = {'reason': 'FieldManagerConflict', 'message': 'conflict with "kubectl-edit" using apps/v1', 'field': '.spec.replicas'}
            return status(409, 'Conflict', 'Apply failed with 1 conflict: conflict with "kubectl-edit" using apps/v1: .spec.replicas', causes=[cause])
        home = re.search(r'/namespaces/([^/]+)/', path)
        if home and f'/api/v1/namespaces/{home[1]}' not in self.objects:
            return status(404, 'NotFound', f'namespaces "{home[1]}" not found', name=home[1], kind='namespaces')
        item['metadata'].update(uid=path, resourceVersion='1')
        if 'dryRun' not in query:
            self.objects[path] = item
        return 200, item

    def deleted(self, path):
        gone = [at for at in self.objects if at == path or ('/namespaces/' in path and at.startswith(path + '/'))]
        gone += [at for at in self.objects if re.match(rf'.*/namespaces/{path.rsplit("/", 1)[1]}/', at)] if path.count('/') == 4 else []
        for at in set(gone):
            del self.objects[at]
        return {'kind': 'Status', 'apiVersion': 'v1', 'status': 'Success', 'metadata': {}}
