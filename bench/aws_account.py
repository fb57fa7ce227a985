"""A scripted account for aws_observe_bench.py: the answers of AWS's services, simulated, over HTTP on the loopback.

It measures its own time: a request's is from its last byte's arrival until its answer is ready, the thinking time included; sending is not, because
there a slow reader would be counted as a slow server. What counts is the union: the time in which at least one request was with the server.
"""

import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

INSTANCES, DATABASES, DATABASE_PAGE = 2000, 200, 100
ZONES = ("us-east-2a", "us-east-2b")
INTERFACE = """<item><networkInterfaceId>eni-{id}</networkInterfaceId><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><description/>
<ownerId>123456789012</ownerId><status>in-use</status><macAddress>02:ab:cd:{mac}</macAddress><privateIpAddress>{address}</privateIpAddress>
<privateDnsName>ip-{dashed}.us-east-2.compute.internal</privateDnsName><sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0123456789abcdef0</groupId>
<groupName>lifeboat-shop-network-WebGroup-1ABCDEFGHIJKL</groupName></item></groupSet><attachment><attachmentId>eni-attach-{id}</attachmentId><deviceIndex>0</deviceIndex>
<status>attached</status><attachTime>2026-11-24T01:02:03.000Z</attachTime><deleteOnTermination>true</deleteOnTermination><networkCardIndex>0</networkCardIndex></attachment>
<privateIpAddressesSet><item><privateIpAddress>{address}</privateIpAddress><privateDnsName>ip-{dashed}.us-east-2.compute.internal</privateDnsName><primary>true</primary></item>
</privateIpAddressesSet><ipv6AddressesSet/><interfaceType>interface</interfaceType><operator><managed>false</managed></operator></item>"""
INSTANCE = """<item><reservationId>r-{id}</reservationId><ownerId>123456789012</ownerId><groupSet/><instancesSet><item><instanceId>i-{id}</instanceId>
<imageId>ami-0123456789abcdef0</imageId><instanceState><code>16</code><name>running</name></instanceState><privateDnsName>ip-{dashed}.us-east-2.compute.internal</privateDnsName>
<dnsName/><reason/><amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>t3.micro</instanceType><launchTime>2026-11-24T01:02:03.000Z</launchTime>
<placement><availabilityZone>{zone}</availabilityZone><availabilityZoneId>use2-az1</availabilityZoneId><groupName/><tenancy>default</tenancy></placement>
<monitoring><state>disabled</state></monitoring><subnetId>subnet-0123456789abcdef0</subnetId><vpcId>vpc-0123456789abcdef0</vpcId><privateIpAddress>{address}</privateIpAddress>
<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0123456789abcdef0</groupId><groupName>lifeboat-shop-network-WebGroup-1ABCDEFGHIJKL</groupName></item></groupSet>
<architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/sda1</rootDeviceName><blockDeviceMapping><item><deviceName>/dev/sda1</deviceName>
<ebs><volumeId>vol-{id}</volumeId><status>attached</status><attachTime>2026-11-24T01:02:04.000Z</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>
<virtualizationType>hvm</virtualizationType><clientToken>{id}</clientToken><tagSet><item><key>lifeboat:stack</key><value>shop</value></item>
<item><key>lifeboat:asset</key><value>web-{number}</value></item><item><key>lifeboat:web</key><value>shop</value></item><item><key>Name</key><value>shop web-{number}</value></item>
<item><key>aws:cloudformation:stack-name</key><value>lifeboat-shop-web</value></item><item><key>aws:cloudformation:logical-id</key><value>Web{number}</value></item></tagSet>
<hypervisor>xen</hypervisor><networkInterfaceSet>{interface}</networkInterfaceSet><iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/shop</arn><id>AIPA{id}</id>
</iamInstanceProfile><ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport><cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore></cpuOptions>
<capacityReservationSpecification><capacityReservationPreference>open</capacityReservationPreference></capacityReservationSpecification><hibernationOptions><configured>false</configured>
</hibernationOptions><metadataOptions><state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>1</httpPutResponseHopLimit><httpEndpoint>enabled</httpEndpoint>
</metadataOptions><enclaveOptions><enabled>false</enabled></enclaveOptions><bootMode>uefi-preferred</bootMode></item></instancesSet></item>"""
TARGET = """<member><Target><Id>i-{id}</Id><Port>8000</Port></Target><HealthCheckPort>8000</HealthCheckPort><TargetHealth><State>healthy</State></TargetHealth></member>"""
DATABASE = """<DBInstance><DBInstanceIdentifier>{name}</DBInstanceIdentifier><DBInstanceClass>db.t3.small</DBInstanceClass><Engine>postgres</Engine><EngineVersion>15.8</EngineVersion>
<DBInstanceStatus>available</DBInstanceStatus><MasterUsername>lifeboat</MasterUsername><DBName>events</DBName><Endpoint><Address>{name}.c0.us-east-2.rds.amazonaws.com</Address>
<Port>5432</Port><HostedZoneId>Z2XHWR1WZ565X2</HostedZoneId></Endpoint><AllocatedStorage>20</AllocatedStorage><InstanceCreateTime>2026-11-24T01:02:03.456Z</InstanceCreateTime>
<BackupRetentionPeriod>5</BackupRetentionPeriod><VpcSecurityGroups><VpcSecurityGroupMembership><VpcSecurityGroupId>sg-database</VpcSecurityGroupId><Status>active</Status>
</VpcSecurityGroupMembership></VpcSecurityGroups><DBParameterGroups><DBParameterGroup><DBParameterGroupName>shop-pg</DBParameterGroupName><ParameterApplyStatus>in-sync</ParameterApplyStatus>
</DBParameterGroup></DBParameterGroups><AvailabilityZone>us-east-2a</AvailabilityZone><SecondaryAvailabilityZone>us-east-2b</SecondaryAvailabilityZone><MultiAZ>true</MultiAZ>
<PendingModifiedValues/><PubliclyAccessible>false</PubliclyAccessible><StorageType>gp3</StorageType><StorageEncrypted>true</StorageEncrypted><DeletionProtection>true</DeletionProtection>
<DBInstanceArn>arn:aws:rds:us-east-2:123456789012:db:{name}</DBInstanceArn></DBInstance>"""
ONE_ANSWERS = {
    "DescribeVpcs": "<vpcSet><item><vpcId>vpc-0123456789abcdef0</vpcId><cidrBlock>10.10.0.0/16</cidrBlock></item></vpcSet>",
    "DescribeSecurityGroups": "<securityGroupInfo><item><groupId>sg-database</groupId><groupName>database</groupName><ipPermissions><item><ipProtocol>tcp</ipProtocol><fromPort>5432</fromPort>"
                              "<toPort>5432</toPort><groups><item><groupId>sg-0123456789abcdef0</groupId></item></groups></item></ipPermissions></item></securityGroupInfo>",
    "DescribeLoadBalancers": "<LoadBalancers><member><LoadBalancerArn>arn:lb</LoadBalancerArn><DNSName>shop-1.us-east-2.elb.amazonaws.com</DNSName><VpcId>vpc-0123456789abcdef0</VpcId>"
                             "<State><Code>active</Code></State></member></LoadBalancers>",
    "DescribeListeners": "<Listeners><member><ListenerArn>arn:listener</ListenerArn><Port>8080</Port><Protocol>HTTP</Protocol><DefaultActions><member><Type>forward</Type>"
                         "<TargetGroupArn>arn:targets</TargetGroupArn></member></DefaultActions></member></Listeners>",
    "DescribeTargetGroups": "<TargetGroups><member><TargetGroupArn>arn:targets</TargetGroupArn></member></TargetGroups>",
    "GetMetricData": "<MetricDataResults/>",
}
EKS = {"/clusters/shop": {"cluster": {"name": "shop", "status": "ACTIVE", "version": "1.31"}},
       "/clusters/shop/node-groups": {"nodegroups": ["shop"]},
       "/clusters/shop/node-groups/shop": {"nodegroup": {"status": "ACTIVE", "scalingConfig": {"desiredSize": 2}}}}


def instance(number):
    id, address = f"{number:017x}", f"10.10.{number // 250}.{number % 250 + 1}"
    dashed = address.replace(".", "-")
    mac = f"{number >> 16 & 255:02x}:{number >> 8 & 255:02x}:{number & 255:02x}"
    interface = INTERFACE.format(id=id, address=address, dashed=dashed, mac=mac)
    return INSTANCE.format(id=id, number=number, address=address, dashed=dashed, zone=ZONES[number % 2], interface=interface)


def reservations(form):
    first, size = int(form.get("NextToken", "0")), int(form.get("MaxResults", "1000"))
    last = min(first + size, INSTANCES)
    token = f"<nextToken>{last}</nextToken>" if last < INSTANCES else ""
    return f"<reservationSet>{''.join(instance(number) for number in range(first + 1, last + 1))}</reservationSet>{token}"


def targets(_):
    return f"<TargetHealthDescriptions>{''.join(TARGET.format(id=f'{number:017x}') for number in range(1, INSTANCES + 1))}</TargetHealthDescriptions>"


def databases(form):
    if "DBInstanceIdentifier" in form:
        return f"<DBInstances>{DATABASE.format(name=form['DBInstanceIdentifier'])}</DBInstances>"
    first = int(form.get("Marker", "0"))
    last = min(first + DATABASE_PAGE, DATABASES)
    names = ["shop-db", *(f"other-{number}" for number in range(1, DATABASES))][first:last]
    marker = f"<Marker>{last}</Marker>" if last < DATABASES else ""
    return f"{marker}<DBInstances>{''.join(DATABASE.format(name=name) for name in names)}</DBInstances>"


LONG_ANSWERS = {"DescribeInstances": reservations, "DescribeTargetHealth": targets, "DescribeDBInstances": databases}
ELEMENTS = ("<instanceId>", "<Target>", "<DBInstance>")
EC2 = {"DescribeInstances", "DescribeVpcs", "DescribeSecurityGroups"}


class Account:
    """The server, its objects and its own time."""

    def __init__(self, question_s, element_s):
        """What a service takes for a question, and for each instance, target or database of its answer."""
        self.question_s, self.element_s, self.objects, self.lock = question_s, element_s, {}, threading.Lock()
        self.begin()
        # A look connects to every service at once; the usual queue of 5 lets some wait a second for their turn.
        self.server = type("Server", (ThreadingHTTPServer,), {"request_queue_size": 128})(("127.0.0.1", 0), type("Handler", (Handler,), {"account": self}))
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def begin(self):
        """Forgets what was measured."""
        with self.lock:
            self.spans, self.asked = [], []

    def busy_s(self):
        """The time in which at least one request was with the server."""
        total, end = 0.0, 0.0
        with self.lock:
            for begun, done in sorted(self.spans):
                total += max(0.0, done - max(begun, end))
                end = max(end, done)
        return total

    def note(self, begun, question, answer):
        with self.lock:
            self.spans.append((begun, time.monotonic()))
            self.asked.append((question, len(answer)))

    def think(self, begun, text):
        """Writing the answer counts as thinking."""
        elements = sum(text.count(mark) for mark in ELEMENTS)
        time.sleep(max(0.0, self.question_s + elements * self.element_s - (time.monotonic() - begun)))

    def answer(self, method, path, body):
        if path.startswith("/dr-"):
            return self.object(method, path, body)
        if path in EKS:
            return 200, json.dumps(EKS[path])
        form = {key: values[0] for key, values in parse_qs(body).items()}
        action = form["Action"]
        content = LONG_ANSWERS[action](form) if action in LONG_ANSWERS else ONE_ANSWERS[action]
        if action not in EC2:
            content = f"<{action}Result>{content}</{action}Result>"
        return 200, f'<?xml version="1.0" encoding="UTF-8"?><{action}Response>{content}</{action}Response>'

    def object(self, method, path, body):
        path = path.split("?")[0]
        if method == "PUT":
            self.objects[path] = body
        if path not in self.objects:
            return 404, "<Error><Code>NoSuchKey</Code><Message>none</Message></Error>"
        return 200, "" if method == "PUT" else self.objects[path]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    account = None

    def handle_any(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        begun = time.monotonic()
        status, text = self.account.answer(self.command, self.path, body)
        answer = text.encode()
        self.account.think(begun, text)
        self.account.note(begun, (self.command, self.path, body), answer)
        self.send_response(status)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_GET = do_POST = do_PUT = handle_any

    def log_message(self, *_):
        pass


def action_of(question):
    method, path, body = question
    found = re.match(r"Action=(\w+)", body)
    return found.group(1) if found else f"{method} {path}"
