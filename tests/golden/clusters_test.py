"""What `up`, `down`, `plan`, `status` and `kubernetes` do with the regions' clusters: the real kubectl against a stand-in for the
API server (api_server_stand_in.py), so this is our side and kubectl's own words only. No real cluster takes part.

usage: clusters_test.py PROBE LIFEBOAT SOURCE_DIR
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import yaml

from api_server_stand_in import ApiServer

PROBE, LIFEBOAT, SOURCE = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
SKIPPED = 77
EAST, WEST = 'us-east-2', 'us-west-1'
NAMESPACE = {region: f'lifeboat-shop-{region}' for region in (EAST, WEST)}
STACK = 'stack: shop\nregions:\n  - name: us-east-2\n  - name: us-west-1\nmonitoring:\n  kubernetes: {context: "test-{region}"}\n'
THREE = ['alertmanager', 'grafana', 'prometheus']


class Clusters(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.file = self.folder / 'stack.yaml'
        self.file.write_text(STACK, encoding='utf-8')
        self.servers = {region: ApiServer() for region in (EAST, WEST)}
        for server in self.servers.values():
            self.addCleanup(server.server_close)
        contexts = [(f'test-{region}', server.url) for region, server in self.servers.items()]
        config = {'apiVersion': 'v1', 'kind': 'Config', 'users': [{'name': 'nobody', 'user': {}}],
                  'clusters': [{'name': name, 'cluster': {'server': url}} for name, url in contexts],
                  'contexts': [{'name': name, 'context': {'cluster': name, 'user': 'nobody'}} for name, _ in contexts]}
        (self.folder / 'kubeconfig').write_text(json.dumps(config), encoding='utf-8')
        self.environment = {**os.environ, 'HOME': scratch.name, 'KUBECONFIG': str(self.folder / 'kubeconfig'), 'NO_COLOR': '1'}

    def run_program(self, *argv, expect=0):
        done = subprocess.run(list(map(str, argv)), env=self.environment, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done.stdout + done.stderr

    def probe(self, what, expect=0):
        return self.run_program(PROBE, what, self.file, self.folder / 'home', expect=expect)

    def lifeboat(self, *arguments, expect=0):
        return self.run_program(LIFEBOAT, '--home', self.folder / 'home', *arguments, expect=expect)

    def test_an_apply_makes_everything_in_each_regions_own_cluster(self):
        self.assertIn('us-west-1/kubernetes ensure: absent', self.probe('plan'))
        self.assertIn(f'{EAST}: the monitoring is applied to {NAMESPACE[EAST]} of the cluster test-{EAST}', self.probe('apply'))
        for region, server in self.servers.items():
            self.assertEqual(server.names('namespaces'), [NAMESPACE[region]])
            self.assertEqual(server.names('statefulsets'), THREE)
            self.assertEqual(server.managers, {'lifeboat'})
            secret = server.find('secrets', 'grafana-admin')['stringData']
            self.assertEqual(server.find('secrets', 'notification-secrets')['stringData'], {}, 'no route is given')
            self.assertEqual(secret['admin-password'], (self.folder / 'home/secrets/dashboard_admin').read_text(encoding='utf-8').strip())
        self.assertEqual(list(self.folder.glob('home/secrets/*.json')), [], 'no copy of the password is left')
        self.assertEqual(self.probe('plan'), ''.join(f'{region}/kubernetes keep: as described\n' for region in (EAST, WEST)))

    def test_what_differs_is_planned_and_applied(self):
        self.probe('apply')
        self.servers[WEST].find('statefulsets', 'prometheus')['spec']['replicas'] = 1
        self.assertIn('us-west-1/kubernetes ensure: the manifests differ from what is there', self.probe('plan'))
        self.probe('apply')
        self.assertEqual(self.servers[WEST].find('statefulsets', 'prometheus')['spec']['replicas'], 2)

    def test_the_operators_role_has_the_rights_that_are_used_and_no_others(self):
        for what in ('plan', 'apply', 'apply', 'plan', 'status', 'stop', 'remove'):
            self.probe(what)
        role = yaml.safe_load((SOURCE / 'deploy/kubernetes/operator.yaml').read_text(encoding='utf-8'))
        given = {(group, resource, verb) for rule in role['rules'] for group in rule['apiGroups'] for resource in rule['resources']
                 for verb in rule['verbs']}
        passed_on = {('', 'pods', verb) for verb in ('get', 'list', 'watch')}
        waited_for = {('', 'namespaces', 'watch'), ('apps', 'statefulsets', 'watch')}  # Here what is deleted is gone at once.
        self.assertEqual(given, self.servers[EAST].used | passed_on | waited_for)

    def test_what_somebody_else_has_set_stays_and_is_said(self):
        self.probe('apply')
        self.servers[EAST].conflicts.add('prometheus')
        said = self.probe('apply', expect=1)
        self.assertIn('(cluster_conflict)', said)
        self.assertIn('conflict with "kubectl-edit"', said)
        self.assertIn('--force-conflicts', said)
        self.assertNotIn('serverside-applied', said)

    def test_missing_rights_are_named(self):
        self.servers[EAST].forbidden = True
        said = self.probe('apply', expect=1)
        self.assertIn('(permission_denied)', said)
        self.assertIn('is forbidden: User "ci"', said)

    def test_the_state_is_that_of_the_replicas(self):
        self.assertIn('us-east-2/kubernetes absent: nothing of it in', self.probe('status'))
        self.probe('apply')
        self.assertIn('us-east-2/kubernetes starting: alertmanager 0 of 2, grafana 0 of 2, prometheus 0 of 2', self.probe('status'))
        for name in THREE:
            self.servers[EAST].find('statefulsets', name)['status'] = {'readyReplicas': 2}
        self.assertIn('us-east-2/kubernetes ready: \n', self.probe('status'))

    def test_down_removes_what_is_ours_alone(self):
        self.probe('apply')
        self.servers[EAST].objects['/api/v1/namespaces/theirs'] = {'kind': 'Namespace', 'apiVersion': 'v1', 'metadata': {'name': 'theirs'}}
        self.probe('stop')
        self.assertEqual(self.servers[EAST].names('statefulsets'), [])
        self.assertIn(NAMESPACE[EAST], self.servers[EAST].names('namespaces'))
        self.assertIn(f'test-{WEST}: {NAMESPACE[WEST]} is gone', self.probe('remove'))
        self.assertEqual(list(self.servers[EAST].objects), ['/api/v1/namespaces/theirs'])
        self.assertEqual(self.servers[WEST].objects, {})

    def test_a_cluster_that_is_gone_is_said_before_anything_is_built(self):
        self.servers[WEST].close()
        said = self.lifeboat('up', self.file, '--yes', expect=1)
        self.assertIn('(cluster_unreachable)', said)
        self.assertIn(f'test-{WEST}: The connection to the server', said)
        self.assertFalse((self.folder / 'home').exists())
        self.assertIn('us-west-1/kubernetes unknown: test-us-west-1: The connection', self.probe('status'))
        said = self.probe('remove', expect=1)
        self.assertIn(f'test-{EAST}: {NAMESPACE[EAST]} is gone', said)
        self.assertIn(f'kubectl --context=test-{WEST} delete namespace {NAMESPACE[WEST]}', said)

    def test_a_context_that_is_not_there_is_named(self):
        self.file.write_text(STACK.replace('test-', 'nope-'), encoding='utf-8')
        self.assertIn("kubectl has no context 'nope-us-east-2' (cluster_unreachable)", self.lifeboat('up', self.file, '--yes', expect=1))

    def test_no_kubectl_is_one_line_that_says_what_to_install(self):
        self.environment['LIFEBOAT_PROGRAM_PATH'] = str(self.folder)
        said = self.lifeboat('up', self.file, '--yes', expect=1)
        self.assertIn('not found: kubectl', said)
        self.assertIn('kubernetes.io/docs/tasks/tools', said)

    def test_a_region_is_printed_as_the_overlay_is_built(self):
        founding = SOURCE / 'examples/two-region-web.yaml'
        built = self.run_program('kubectl', 'kustomize', SOURCE / f'deploy/kubernetes/overlays/{EAST}')
        self.assertEqual(self.lifeboat('kubernetes', founding, '--region', EAST), built)
        self.lifeboat('kubernetes', founding, '--into', self.folder / 'manifests')
        self.assertEqual(self.run_program('kubectl', 'kustomize', self.folder / f'manifests/kubernetes/overlays/{EAST}'), built)
        self.assertIn("'eu-west-1' is no region of 'two-region-web'", self.lifeboat('kubernetes', founding, '--region', 'eu-west-1', expect=2))


if __name__ == '__main__':
    if not shutil.which('kubectl'):
        print('skipped: no kubectl; install 1.27 or newer from https://kubernetes.io/docs/tasks/tools')
        sys.exit(SKIPPED)
    unittest.main(argv=sys.argv[:1])
