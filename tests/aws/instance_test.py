"""What runs on a web instance (src/providers/aws/instance), against moto's S3 and Secrets Manager, a simulation of AWS, in a folder of its own. No real AWS."""

import json
import logging
import os
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

import botocore.session
from moto.server import ThreadedMotoServer

PROGRAMS = Path(__file__).parents[2] / 'src/providers/aws/instance'
REGION, BUCKET, SECRET = 'us-west-1', 'dr-shop-123456789012-us-west-1', 'lifeboat/shop/database'
PASSWORD = 'se:cr\\et'
KEYS = {'AWS_ACCESS_KEY_ID': 'testing', 'AWS_SECRET_ACCESS_KEY': 'testing', 'AWS_EC2_METADATA_DISABLED': 'true'}
SETTINGS = {'stack': 'shop', 'region': REGION, 'bucket': BUCKET, 'secret': SECRET, 'cloudformation_stack': 'lifeboat-shop-web', 'database': 'events',
            'program': 'program/app.tar.gz', 'program_digest': '', 'command': ['./app', '0.0.0.0', '9000'], 'environment': {'GREETING': "it's \"me\"\n$HOME"}, 'port': 9000}
CONFIG = {'databases': {'us-east-2': {'host': 'a.example', 'port': 5432}, 'us-west-1': {'host': 'b.example', 'reader': 'b-ro.example', 'port': 5433}}}


class InstanceTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)
        cls.server.start()
        cls.url = 'http://{}:{}'.format(*cls.server.get_host_and_port())
        cls.s3 = cls.client('s3')
        cls.s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={'LocationConstraint': REGION})
        cls.client('secretsmanager').create_secret(Name=SECRET, SecretString=json.dumps({'username': 'lifeboat', 'password': PASSWORD}))

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    @classmethod
    def client(cls, service):
        return botocore.session.get_session().create_client(service, region_name=REGION, endpoint_url=cls.url, aws_access_key_id='testing', aws_secret_access_key='testing')

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.etc, self.opt = self.root / 'etc/lifeboat', self.root / 'opt/lifeboat'
        self.etc.mkdir(parents=True)
        self.opt.mkdir(parents=True)
        (self.etc / 'settings.json').write_text(json.dumps(SETTINGS))
        (self.etc / 'instance.json').write_text(json.dumps({'id': 'i-1', 'zone': 'us-west-1b', 'name': 'web-2'}))

    def environment(self, **more):
        return {'PATH': os.environ['PATH'], 'AWS_ENDPOINT_URL': self.url, 'LIFEBOAT_ROOT': str(self.root), **KEYS, **more}

    def instance(self, *arguments, folder=None):
        return subprocess.run([sys.executable, '-B', str(PROGRAMS / 'instance.py'), *arguments], env=self.environment(), cwd=folder or self.root, capture_output=True,
                              text=True, timeout=60)

    def refresh(self, config):
        self.s3.put_object(Bucket=BUCKET, Key='config/web.json', Body=json.dumps(config).encode())
        return self.instance('refresh')

    def test_the_application_is_given_both_databases_its_own_first(self):
        done = self.refresh(CONFIG)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ''))
        given = json.loads((self.etc / 'web.json').read_text())['environment']
        self.assertEqual((given['PGHOST'], given['PGPORT'], given['PGTARGETSESSIONATTRS']), ('b.example,a.example', '5433,5432', 'read-write'))
        self.assertEqual((given['REGION'], given['ZONE'], given['INSTANCE'], given['LISTEN_ADDRESS'], given['PORT']), (REGION, 'us-west-1b', 'web-2', '0.0.0.0', '9000'))
        self.assertEqual((given['PGUSER'], given['PGDATABASE'], given['PGSSLMODE'], given['GREETING']), ('lifeboat', 'events', 'verify-full', SETTINGS['environment']['GREETING']))
        self.assertNotIn('MARKER_TOKEN_FILE', given)

    def test_the_password_stands_in_one_file_that_nobody_else_reads(self):
        self.assertEqual(self.refresh({**CONFIG, 'marker_token': 't0ken'}).returncode, 0)
        self.assertEqual((self.etc / 'pgpass').read_text(), '*:*:*:lifeboat:se\\:cr\\\\et\n')
        for name in ('pgpass', 'marker.token'):
            self.assertEqual(stat.S_IMODE((self.etc / name).stat().st_mode), 0o600, name)
        for name in ('web.json', 'sql.env'):
            text = (self.etc / name).read_text()
            self.assertFalse(any(part in text for part in (PASSWORD, json.dumps(PASSWORD)[1:-1], 't0ken')), name)
        self.assertEqual(json.loads((self.etc / 'web.json').read_text())['environment']['MARKER_TOKEN_FILE'], str(self.etc / 'marker.token'))

    def test_a_marker_endpoint_that_is_no_more_has_no_token(self):
        self.assertEqual(self.refresh({**CONFIG, 'marker_token': 't0ken'}).returncode, 0)
        self.assertEqual(self.refresh(CONFIG).returncode, 0)
        self.assertFalse((self.etc / 'marker.token').exists())

    def test_what_did_not_change_is_not_written_again(self):
        self.assertEqual(self.refresh(CONFIG).returncode, 0)
        before = {name: (self.etc / name).stat().st_ino for name in ('web.json', 'pgpass', 'sql.env')}
        self.assertEqual(self.refresh(CONFIG).returncode, 0)
        self.assertEqual({name: (self.etc / name).stat().st_ino for name in before}, before)

    def test_a_region_without_a_database_waits(self):
        done = self.refresh({'databases': {'us-east-2': CONFIG['databases']['us-east-2']}})
        self.assertEqual((done.returncode, done.stderr), (1, 'config/web.json does not name the database of us-west-1 yet\n'))
        self.assertFalse((self.etc / 'web.json').exists())

    def test_an_archive_is_unpacked_and_run(self):
        script = self.root / 'app'
        script.write_text('#!/bin/sh\necho "$@" "$INSTANCE" "$GREETING"\n')
        script.chmod(0o755)
        with tarfile.open(self.root / 'app.tar.gz', 'w:gz') as archive:
            archive.add(script, 'app')
        self.s3.put_object(Bucket=BUCKET, Key='program/app.tar.gz', Body=(self.root / 'app.tar.gz').read_bytes())
        self.assertEqual(self.refresh(CONFIG).returncode, 0)
        done = self.instance('program')
        self.assertEqual((done.returncode, done.stderr), (0, ''))
        run = self.instance('run', folder=self.opt / 'program')
        self.assertEqual((run.stdout, run.stderr), ('0.0.0.0 9000 web-2 it\'s "me"\n$HOME\n', ''))

    def test_an_archive_writes_nowhere_else(self):
        with tarfile.open(self.root / 'app.tar.gz', 'w:gz') as archive:
            archive.add(PROGRAMS / 'sql.sh', '../../../outside')
        self.s3.put_object(Bucket=BUCKET, Key='program/app.tar.gz', Body=(self.root / 'app.tar.gz').read_bytes())
        done = self.instance('program')
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("contains '..'", done.stderr)
        self.assertFalse((self.root / 'outside').exists())

    def test_sql_goes_to_the_regions_own_database_by_psql(self):
        """psql is one that says how it was called; the real one runs in the tests of the simulated AWS."""
        self.assertEqual(self.refresh(CONFIG).returncode, 0)
        recorder = self.root / 'psql'
        recorder.write_text('#!/bin/sh\necho "$@"\necho "$PGHOST $PGPORT $PGUSER $PGDATABASE $PGPASSFILE $PGSSLMODE"\ncat\n')
        recorder.chmod(0o755)
        done = subprocess.run(['bash', str(PROGRAMS / 'sql.sh')], input='SELECT 1;\n', env=self.environment(PATH=f'{self.root}:{os.environ["PATH"]}'), capture_output=True,
                              text=True, timeout=30)
        self.assertEqual(done.stdout, f'-XAt -F | -v ON_ERROR_STOP=1\nb.example,b-ro.example 5433 lifeboat events {self.etc}/pgpass verify-full\nSELECT 1;\n')
        self.assertEqual((done.returncode, done.stderr), (0, ''))

    def test_the_scripts_are_scripts(self):
        for name in ('boot.sh', 'sql.sh'):
            checked = subprocess.run(['bash', '-n', str(PROGRAMS / name)], capture_output=True, text=True)
            self.assertEqual((checked.returncode, checked.stderr), (0, ''), name)


if __name__ == '__main__':
    logging.getLogger('werkzeug').setLevel(logging.ERROR)
    unittest.main(argv=['instance_test'], verbosity=2)
