"""placement_test.py ROOT: two nodes in two zones get one replica each of everything, whatever the scheduler prefers.

A model of the scheduler's filters (topology spread, required anti-affinity, requests, pods a node). What it prefers among the
nodes that pass, and in which order pods come, is left open: every outcome is looked at. Then each of the rules is taken away,
and some outcome must be wrong.
"""

import copy
from typing import NamedTuple

from manifests import finish, objects_of, of_kind, regions, selects

ZONE = 'topology.kubernetes.io/zone'
UNITS = {'Ki': 1 / 1024, 'Mi': 1, 'Gi': 1024}

# t3.medium: 2 vCPU, 4 GiB of which about 3.75 are left by the firmware and the kernel, 17 pods. EKS keeps 70 m of the
# processor (6 % of the first, 1 % of the second), 255 MiB + 11 MiB a pod, and 100 MiB before it evicts.
CPU_M, MEMORY_MI, PODS = 2000 - 70, 3840 - (255 + 11 * 17) - 100, 17
# What EKS' add-ons ask for: (processor m, memory MiB, pods). On each node: aws-node, kube-proxy, ebs-csi-node. Anywhere, and at
# worst all on one node: coredns, ebs-csi-controller and metrics-server, two each.
ON_EACH_NODE = (50 + 100 + 30, 120, 3)
ANYWHERE = (2 * (100 + 60 + 100), 2 * (70 + 240 + 200), 6)


class Node(NamedTuple):
    name: str
    zone: str
    used: tuple = ON_EACH_NODE


CROWDED = tuple(a + b for a, b in zip(ON_EACH_NODE, ANYWHERE))


def cpu_m(text):
    return float(text[:-1]) if str(text).endswith('m') else 1000 * float(text)


def memory_mi(text):
    return float(text[:-2]) * UNITS[text[-2:]]


def demand(pod, what):
    lists = [container['resources'][what] for container in pod['spec']['containers']]
    return sum(cpu_m(one['cpu']) for one in lists), sum(memory_mi(one['memory']) for one in lists), 1


def pods_of(objects):
    """{"prometheus-0": its template …}"""
    sets = of_kind(objects, 'StatefulSet')
    return {f'{name}-{i}': one['spec']['template'] for name, one in sets.items() for i in range(one['spec']['replicas'])}


def fits(pod, node, placed, pods, what='requests'):
    used = [demand(pods[other], what) for other, where in placed.items() if where == node] + [node.used, demand(pod, what)]
    return all(sum(column) <= most for column, most in zip(zip(*used), (CPU_M, MEMORY_MI, PODS)))


def spread(pod, node, placed, pods, nodes):
    for rule in pod['spec'].get('topologySpreadConstraints', []):
        if rule['whenUnsatisfiable'] != 'DoNotSchedule':
            continue
        assert rule['topologyKey'] == ZONE, rule
        count = {one.zone: 0 for one in nodes}
        for other, where in placed.items():
            count[where.zone] += selects(rule['labelSelector'], pods[other]['metadata']['labels'])
        fewest = min(count.values()) if len(count) >= rule.get('minDomains', 1) else 0
        itself = selects(rule['labelSelector'], pod['metadata']['labels'])
        if count[node.zone] + itself - fewest > rule['maxSkew']:
            return False
    return True


def apart(pod, node, placed, pods):
    affinity = pod['spec'].get('affinity', {})
    assert set(affinity) <= {'podAntiAffinity'}, 'the model knows no other affinity'
    for term in affinity.get('podAntiAffinity', {}).get('requiredDuringSchedulingIgnoredDuringExecution', []):
        same = (lambda a, b: a.zone == b.zone) if term['topologyKey'] == ZONE else (lambda a, b: a.name == b.name)
        if any(same(where, node) and selects(term['labelSelector'], pods[other]['metadata']['labels'])
               for other, where in placed.items()):
            return False
    return True


def outcomes(pods, nodes):
    """Every placement to which nothing can be added, over all orders and choices."""
    seen, ends, todo = set(), [], [frozenset()]
    while todo:
        state = todo.pop()
        if state in seen:
            continue
        seen.add(state)
        placed = dict(state)
        more = [state | {(name, node)} for name, pod in pods.items() if name not in placed for node in nodes
                if fits(pod, node, placed, pods) and apart(pod, node, placed, pods) and spread(pod, node, placed, pods, nodes)]
        todo += more
        if not more:
            ends.append(placed)
    return ends


def zones_of(placed, stateful_set):
    return sorted(node.zone for pod, node in placed.items() if pod.rsplit('-', 1)[0] == stateful_set)


CASES = {
    'two nodes in two zones': ([Node('a1', 'a', CROWDED), Node('b1', 'b')], ['a', 'b']),
    'the other node is the crowded one': ([Node('a1', 'a'), Node('b1', 'b', CROWDED)], ['a', 'b']),
    'a zone has more nodes': ([Node('a1', 'a'), Node('a2', 'a'), Node('b1', 'b', CROWDED)], ['a', 'b']),
    'one zone has no node': ([Node('a1', 'a', CROWDED), Node('a2', 'a')], ['a']),
}


def placement_problems(objects):
    pods, sets = pods_of(objects), of_kind(objects, 'StatefulSet')
    for case, (nodes, expected) in CASES.items():
        for placed in outcomes(pods, nodes):
            for name in sets:
                if zones_of(placed, name) != expected:
                    where = {pod: node.name for pod, node in sorted(placed.items()) if pod.startswith(name)}
                    yield f'{case}: {name} may end as {where}, expected one replica in each of {expected}'
                    break


def limit_problems(objects):
    """Not only what is requested fits: one of each at its limit does, beside all of the system's pods."""
    pods, node = pods_of(objects), Node('a1', 'a', CROWDED)
    firsts = {name: pod for name, pod in pods.items() if name.endswith('-0')}
    memory = node.used[1] + sum(demand(pod, 'limits')[1] for pod in firsts.values())
    if memory > MEMORY_MI:
        yield f'the memory limits of one of each and the system pods are {memory:.0f} MiB of {MEMORY_MI}'


def problems_of(objects):
    return [*placement_problems(objects), *limit_problems(objects)]


def each_spec(change):
    def changed(objects):
        for one in of_kind(objects, 'StatefulSet').values():
            change(one['spec']['template']['spec'])
    return changed


def greedy(spec):
    spec['containers'][0]['resources']['requests']['memory'] = '1800Mi'


BROKEN = {
    'no spread': each_spec(lambda spec: spec.pop('topologySpreadConstraints')),
    'a soft spread': each_spec(lambda spec: spec['topologySpreadConstraints'][0].update(whenUnsatisfiable='ScheduleAnyway')),
    'no minDomains': each_spec(lambda spec: spec['topologySpreadConstraints'][0].pop('minDomains')),
    'a larger skew': each_spec(lambda spec: spec['topologySpreadConstraints'][0].update(maxSkew=2)),
    'a selector that selects nothing': each_spec(
        lambda spec: spec['topologySpreadConstraints'][0].update(labelSelector={'matchLabels': {'app': 'none'}})),
    'requests too large': each_spec(greedy),
    'limits too large': each_spec(lambda spec: spec['containers'][0]['resources']['limits'].update(memory='3Gi')),
}


def main():
    problems, looked = [], 0
    for region in regions():
        objects = objects_of(region)
        assert len(pods_of(objects)) == 6, 'two of each of three'
        looked += sum(len(outcomes(pods_of(objects), nodes)) for nodes, _ in CASES.values())
        problems += [f'{region}: {problem}' for problem in problems_of(objects)]
        for name, break_it in BROKEN.items():
            broken = copy.deepcopy(objects)
            break_it(broken)
            if not problems_of(broken):
                problems.append(f'{region}: with {name} this test finds nothing wrong')
    finish(problems, f'{looked} outcomes in {len(CASES)} cases: one replica a zone; {len(BROKEN)} broken rules are noticed')


if __name__ == '__main__':
    main()
