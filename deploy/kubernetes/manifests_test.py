"""manifests_test.py ROOT: what the manifests promise: nobody has more rights than needed, every pod is bounded, watched and kept
apart, only the flows that are named pass, and rules, dashboards and configuration are those of the local form.

Each promise is then broken on purpose, and has to be noticed.
"""

import copy
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from manifests import ROOT, finish, objects_of, of_kind, regions, selects, text_of

KINDS = {'Namespace', 'ServiceAccount', 'Role', 'RoleBinding', 'ConfigMap', 'Service', 'StatefulSet', 'PodDisruptionBudget', 'NetworkPolicy'}
OUTSIDE = {'scrape-targets': True, 'scrape-tokens': True, 'grafana-admin': False, 'notification-secrets': True}  # Made by others; whether pods start without it.
OTHER_NAMESPACE, DNS = {'kubernetes.io/metadata.name': 'elsewhere'}, {'kubernetes.io/metadata.name': 'kube-system'}
PROBES = ('startupProbe', 'readinessProbe', 'livenessProbe')


def pod_specs(objects):
    return {name: one['spec']['template']['spec'] for name, one in of_kind(objects, 'StatefulSet').items()}


def rights(objects):
    yield from (f'{item["kind"]} {item["metadata"]["name"]} has no place here' for item in objects if item['kind'] not in KINDS)
    for rule in (rule for role in of_kind(objects, 'Role').values() for rule in role['rules']):
        if rule != {'apiGroups': [''], 'resources': ['pods'], 'verbs': ['get', 'list', 'watch']}:
            yield f'a role may {rule}'
    for name, spec in pod_specs(objects).items():
        if spec['serviceAccountName'] != name or spec['automountServiceAccountToken'] != (name == 'prometheus'):
            yield f'{name}: account {spec["serviceAccountName"]}, token mounted: {spec["automountServiceAccountToken"]}'
    for binding in of_kind(objects, 'RoleBinding').values():
        if [subject['name'] for subject in binding['subjects']] != ['prometheus']:
            yield f'a binding of {binding["subjects"]}'


def containment(objects):
    if of_kind(objects, 'Namespace').popitem()[1]['metadata']['labels'].get('pod-security.kubernetes.io/enforce') != 'restricted':
        yield 'the namespace does not enforce the restricted pod security standard'
    for name, spec in pod_specs(objects).items():
        pod, (container,) = spec['securityContext'], spec['containers']
        if not pod.get('runAsNonRoot') or not pod.get('runAsUser') or pod.get('seccompProfile') != {'type': 'RuntimeDefault'}:
            yield f'{name}: {pod}'
        expected = {'allowPrivilegeEscalation': False, 'readOnlyRootFilesystem': True, 'capabilities': {'drop': ['ALL']}}
        if container.get('securityContext') != expected:
            yield f'{name}: {container.get("securityContext")}'
        if not re.search(r':v?\d+\.\d+\.\d+$', container['image']):
            yield f'{name}: the image {container["image"]} is not pinned'
        if spec.keys() & {'hostNetwork', 'hostPID', 'hostIPC'} or any('hostPath' in volume for volume in spec['volumes']):
            yield f'{name}: uses the node itself'


def keeping(objects):
    budgets, services = of_kind(objects, 'PodDisruptionBudget'), of_kind(objects, 'Service')
    for name, one in of_kind(objects, 'StatefulSet').items():
        labels, (container,) = one['spec']['template']['metadata']['labels'], one['spec']['template']['spec']['containers']
        guards = [b['spec'] for b in budgets.values() if selects(b['spec']['selector'], labels)]
        if len(guards) != 1 or guards[0].get('maxUnavailable') != 1:
            yield f'{name}: its disruption budgets are {guards}'
        service = services.get(one['spec']['serviceName'], {'spec': {'selector': {'none': ''}}})
        if not selects({'matchLabels': service['spec']['selector']}, labels):
            yield f'{name}: no service names its pods'
        ports = {port['name'] for port in container['ports']}
        yield from (f'{name}: no {probe}' for probe in PROBES if container.get(probe, {}).get('httpGet', {}).get('port') not in ports)
        resources = container.get('resources', {})
        if any(not resources.get(kind, {}).get(what) for kind in ('requests', 'limits') for what in ('cpu', 'memory')):
            yield f'{name}: its resources are {resources}'
        claims = {claim['metadata']['name']: claim['spec']['resources']['requests'] for claim in one['spec'].get('volumeClaimTemplates', [])}
        if not {mount['name'] for mount in container['volumeMounts']} & claims.keys():
            yield f'{name}: keeps nothing on a persistent volume'


def references(objects):
    there = of_kind(objects, 'ConfigMap').keys()
    for name, spec in pod_specs(objects).items():
        for volume in spec['volumes']:
            for source in volume.get('projected', {}).get('sources', [volume]):
                named = source.get('configMap') or source.get('secret') or {}
                target = named.get('name') or named.get('secretName')
                if target and target not in there and OUTSIDE.get(target) != named.get('optional', False):
                    yield f'{name}: nobody makes {target}'
        declared = {volume['name'] for volume in spec['volumes']} | {'data'}
        mounted = {mount['name'] for mount in spec['containers'][0]['volumeMounts']}
        if declared != mounted:
            yield f'{name}: volumes {sorted(declared)}, mounted {sorted(mounted)}'


def passes(objects, direction, pod, other, protocol, port):
    """Whether the policies let `pod` (labels) speak with `other` (labels of its pod, labels of its namespace; None: this one)."""
    key, peers = ('egress', 'to') if direction == 'Egress' else ('ingress', 'from')
    mine = [p['spec'] for p in of_kind(objects, 'NetworkPolicy').values()
            if direction in p['spec']['policyTypes'] and selects(p['spec']['podSelector'], pod)]
    labels, namespace = other

    def matches(peer):
        if 'ipBlock' in peer or ('namespaceSelector' in peer) != (namespace is not None):
            return False
        return selects(peer.get('namespaceSelector', {}), namespace or {}) and selects(peer.get('podSelector', {}), labels)

    rules = [rule for policy in mine for rule in policy.get(key) or []]
    return not mine or any((peers not in rule or any(map(matches, rule[peers])))
                           and ('ports' not in rule or {'protocol': protocol, 'port': port} in rule['ports']) for rule in rules)


def flows(objects):
    names = ('prometheus', 'alertmanager', 'grafana')
    mesh = ('alertmanager', 'alertmanager')
    needed = {('prometheus', 'prometheus', 'TCP', 9090), ('prometheus', 'alertmanager', 'TCP', 9093), ('grafana', 'prometheus', 'TCP', 9090),
              (*mesh, 'TCP', 9094), (*mesh, 'UDP', 9094)}
    ports = {(protocol, port) for _, _, protocol, port in needed} | {('TCP', 3000)}
    label = {name: {'app.kubernetes.io/name': name} for name in names}
    for source in names:
        for target in names:
            for protocol, port in sorted(ports):
                goes = (passes(objects, 'Egress', label[source], (label[target], None), protocol, port)
                        and passes(objects, 'Ingress', label[target], (label[source], None), protocol, port))
                if goes != ((source, target, protocol, port) in needed):
                    yield f'{source} → {target} {protocol} {port}: {"passes" if goes else "does not pass"}'
        if not passes(objects, 'Egress', label[source], ({'k8s-app': 'kube-dns'}, DNS), 'UDP', 53):
            yield f'{source} can\'t ask for names'
        for protocol, port in sorted(ports):
            if passes(objects, 'Ingress', label[source], ({}, OTHER_NAMESPACE), protocol, port):
                yield f'other namespaces reach {source} {protocol} {port}'
    if passes(objects, 'Egress', {'app.kubernetes.io/name': 'new'}, ({}, OTHER_NAMESPACE), 'TCP', 80):
        yield 'a pod that no policy names reaches everything'


def one_source(objects):
    data = {re.sub('-[^-]*$', '', name): one.get('data') or {} for name, one in of_kind(objects, 'ConfigMap').items()}
    if data['prometheus-rules'] != {'rules.yml': (ROOT / 'deploy/prometheus/rules.yml').read_text(encoding='utf-8')}:
        yield 'the rules are not those of deploy/prometheus'
    dashboards = {path.name: path.read_text(encoding='utf-8') for path in (ROOT / 'deploy/grafana/dashboards').glob('*.json')}
    if data['grafana-dashboards'] != dashboards:
        yield (f'the dashboards are {sorted(data["grafana-dashboards"])}, and the folder has {sorted(dashboards)}; '
               'list them in deploy/grafana/dashboards/kustomization.yaml')
    if len(str(dashboards)) > 900_000:
        yield 'the dashboards are too much for one ConfigMap (1 MiB)'
    yield from configuration(data)


def configuration(data):
    """Prometheus' and Alertmanager's own words, where the machine has their tools."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / 'rules.yml').write_text(data['prometheus-rules']['rules.yml'], encoding='utf-8')
        (folder / 'tokens').mkdir()
        for token in ('viewer_token', 'agent_token'):
            (folder / 'tokens' / token).touch()
        # Debian's promtool is built without the cluster's service discovery, and looks whether the tokens are there.
        scrape = re.sub(r'    kubernetes_sd_configs:\n(      .*\n)+', '', data['prometheus-config']['prometheus.yml'])
        (folder / 'prometheus.yml').write_text(scrape.replace('/etc/lifeboat/tokens', f'{folder}/tokens'), encoding='utf-8')
        (folder / 'alertmanager.yml').write_text(data['alertmanager-config']['alertmanager.yml'], encoding='utf-8')
        for command in (['promtool', 'check', 'config', 'prometheus.yml'], ['amtool', 'check-config', 'alertmanager.yml']):
            if not shutil.which(command[0]):
                print(f'not checked with {command[0]}: it is not installed')
                continue
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                yield f'{command[0]}: {done.stdout}{done.stderr}'


def parity():
    """The regions differ by their names alone."""
    alike = {re.sub(r'((?:config|sources)-)\w{10}\b', r'\1HASH', text_of(region)).replace(region, 'REGION') for region in regions()}
    return [] if len(alike) == 1 else ['the overlays differ by more than the region\'s name']


CHECKS = (rights, containment, keeping, references, flows, one_source)


def problems_of(objects):
    return [problem for check in CHECKS for problem in check(objects)]


def pod(change):
    return lambda objects: [change(spec) for spec in pod_specs(objects).values()]


def container(change):
    return pod(lambda spec: change(spec['containers'][0]))


def without(kind):
    return lambda objects: objects.__setitem__(slice(None), [item for item in objects if item['kind'] != kind])


def widen(objects):
    of_kind(objects, 'Role')['prometheus']['rules'][0]['resources'].append('secrets')


def open_up(objects):
    del of_kind(objects, 'NetworkPolicy')['grafana']['spec']['ingress'][0]['from']


def forget_names(objects):
    of_kind(objects, 'NetworkPolicy')['names']['spec']['egress'] = []


def change_rules(objects):
    name = next(name for name in of_kind(objects, 'ConfigMap') if name.startswith('prometheus-rules'))
    of_kind(objects, 'ConfigMap')[name]['data']['rules.yml'] += '# changed\n'


BROKEN = {
    'a role that reads secrets': widen, 'a policy that admits everybody': open_up, 'no names': forget_names, 'other rules': change_rules,
    'no policies': without('NetworkPolicy'), 'no budgets': without('PodDisruptionBudget'), 'no services': without('Service'),
    'root': pod(lambda spec: spec['securityContext'].pop('runAsNonRoot')),
    'no seccomp profile': pod(lambda spec: spec['securityContext'].pop('seccompProfile')),
    'a token for everybody': pod(lambda spec: spec.update(automountServiceAccountToken=True)),
    'a volume that nobody makes': pod(lambda spec: spec['volumes'].append({'name': 'scratch', 'configMap': {'name': 'nobodys'}})),
    'capabilities': container(lambda one: one['securityContext'].pop('capabilities')),
    'a root that can be written': container(lambda one: one['securityContext'].update(readOnlyRootFilesystem=False)),
    'no limits': container(lambda one: one['resources'].pop('limits')),
    'an image that moves': container(lambda one: one.update(image=one['image'].split(':')[0] + ':latest')),
    **{f'no {probe}': container(lambda one, probe=probe: one.pop(probe)) for probe in PROBES},
}


def main():
    problems = parity()
    for region in regions():
        objects = objects_of(region)
        problems += [f'{region}: {problem}' for problem in problems_of(objects)]
    for name, break_it in BROKEN.items():
        broken = copy.deepcopy(objects)
        break_it(broken)
        if not problems_of(broken):
            problems.append(f'with {name} this test finds nothing wrong')
    finish(problems, f'{len(objects)} objects in each of {", ".join(regions())} are as promised; {len(BROKEN)} broken promises are noticed')


if __name__ == '__main__':
    main()
