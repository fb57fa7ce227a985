"""The whole simulation put together: its parts, who may call, and the loop that lets real programs follow what the interfaces say."""

import threading
import time
from pathlib import Path

from . import route53, route53_checks
from .addresses import Addresses
from .aurora_operations import AuroraOperations
from .balancers import Balancers
from .buckets import Buckets
from .call_log import CallLog
from .cfn_operations import CloudFormation
from .children import Children
from .cloudwatch import CloudWatch
from .compute import InstanceOperations, WebInstances
from .core import Clock, Stopped, Work, random_text
from .dns_server import DnsServer
from .eks import Eks
from .faults import Faults
from .gates import Loop
from .moto_door import Moto
from .quotas import Quotas
from .rds import Databases
from .rds_operations import RdsOperations
from .roles import Roles
from .sight import Network
from .ssm import Ssm
from .ways import RegionView
from .wire import Dispatcher

UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
# After these a caller may rely on what it changed: the real programs follow before the answer.
AT_ONCE = ('AuthorizeSecurityGroup', 'RevokeSecurityGroup', 'CreateRoute', 'DeleteRoute', 'ReplaceRoute', 'ModifyListener')
QUIET_S, PERIOD_S = 0.2, 1.5


class World:
    def __init__(self, state, speed, zone_speed):
        self.state, self.run = Path(state), random_text(12)
        self.clock, self.zone_clock = Clock(speed), Clock(zone_speed)
        self.zone_clock.ends = self.clock.ends
        self.work, self.faults, self.log = Work(self.clock), Faults(), CallLog()
        self.children, self.addresses, self.loop, self.moto = Children(state), Addresses(), Loop(), Moto()
        self.keys = {}
        self.internal_key = self.new_key('ASIA')[0]
        self.port, self._clients, self._client_lock = 0, {}, threading.Lock()
        self.launch_templates, self.alarms, self.regions, self.maintenance, self.quotas = {}, {}, set(), [], {}
        self.network = Network(self.moto)
        self.databases, self.web, self.balancers, self.route53 = Databases(self), WebInstances(self), Balancers(self), route53.Route53(self)
        self.databases.operations = RdsOperations(self)
        self.ssm, self.eks, self.cloudformation, self.dns = Ssm(self), Eks(self), CloudFormation(self), DnsServer(self)
        self.handlers = {}
        for part in (self.databases.operations, AuroraOperations(self), InstanceOperations(self), self.balancers, self.route53, self.ssm, self.eks, CloudWatch(self), self.cloudformation, Buckets(self), Roles(self), Quotas(self)):
            self.handlers.update(part.handlers())
        self.answer = Dispatcher(self).answer
        self._poked, self._reconciling = threading.Event(), threading.Lock()

    # Who calls.
    def new_key(self, kind='AKIA'):
        key_id, secret = kind + random_text(16, UPPER), random_text(40)
        self.keys[key_id] = secret
        return key_id, secret

    def aws(self, service, region):
        """A client of the simulation for its own parts: no plan of a test strikes it, and the log does not have it."""
        with self._client_lock:
            if (service, region) not in self._clients:
                import boto3
                from botocore.config import Config
                config = Config(retries={'total_max_attempts': 1}, read_timeout=60, max_pool_connections=30, s3={'addressing_style': 'path'})
                self._clients[service, region] = boto3.session.Session().client(
                    service, region_name=region, endpoint_url=f'http://127.0.0.1:{self.port}', aws_access_key_id=self.internal_key,
                    aws_secret_access_key=self.keys[self.internal_key], config=config)
            return self._clients[service, region]

    # Following.
    def start(self, port):
        self.port = port
        self.work.start('databases watched', self.databases.watch.run)
        self.work.start('targets checked', self.balancers.run)
        self.work.start('endpoints checked', route53_checks.HealthCheckers(self).run)
        self.work.start('followed', self._follow)

    def changed(self, call):
        if call.service in ('ec2', 'elbv2', 'cloudformation', 'rds', 's3'):
            self.regions.add(call.region)
            if call.operation.startswith(AT_ONCE) and not call.is_internal:
                self.reconcile()
            else:
                self.poke()

    def poke(self):
        self._poked.set()

    def _follow(self):
        while not self.clock.ends.is_set():
            self._poked.wait(PERIOD_S)
            self._poked.clear()
            self.reconcile()
            if self.clock.ends.wait(QUIET_S):
                raise Stopped

    def reconcile(self):
        """Lets ways, forwarders and programs follow what the interfaces say now."""
        with self._reconciling:
            views = {region: RegionView(self.network, region) for region in list(self.regions)}
            self.databases.ways.arrange(views)
            self.balancers.arrange(views)
            self.web.arrange(views)

    # Losses.
    def kill_region(self, region, control_plane=False, hangs=False):
        self.faults.dead_planes[region] = {'data', 'control'} if control_plane else {'data'}
        if hangs:
            self.faults.hanging.add(region)
        with self._reconciling:
            self.databases.lose(region)
            self.balancers.lose(region)
            self.web.lose(region)
        return {'killed_at': time.time()}

    def revive_region(self, region):
        self.faults.dead_planes.pop(region, None)
        self.faults.hanging.discard(region)
        self.databases.regain(region)
        self.poke()

    def stop(self):
        self.clock.ends.set()
        self.children.kill_all()
