"""Resources of the web tier: launch templates, instances, load balancers, roles, alarms."""

import base64
import copy
import json

from .cfn_types import Handler, ResourceFailed, handles, ignoring_missing, tag_map, tag_specification


@handles('AWS::EC2::LaunchTemplate')
class LaunchTemplate(Handler):
    def create(self, context, properties):
        data = copy.deepcopy(properties['LaunchTemplateData'])
        made = context.aws('ec2').create_launch_template(LaunchTemplateName=properties.get('LaunchTemplateName') or context.name(128), LaunchTemplateData=data)['LaunchTemplate']
        name = made['LaunchTemplateId']
        context.world.launch_templates[context.region, name] = [data]
        return name, {'LatestVersionNumber': '1', 'DefaultVersionNumber': '1', 'LaunchTemplateId': name}

    def update(self, context, physical, old, new):
        if old['LaunchTemplateData'] == new['LaunchTemplateData']:
            return {}
        versions = context.world.launch_templates[context.region, physical]
        versions.append(copy.deepcopy(new['LaunchTemplateData']))
        context.aws('ec2').create_launch_template_version(LaunchTemplateId=physical, LaunchTemplateData=new['LaunchTemplateData'])
        return {'LatestVersionNumber': str(len(versions))}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('ec2').delete_launch_template(LaunchTemplateId=physical))


@handles('AWS::EC2::Instance')
class Instance(Handler):
    MEMBERS = ('ImageId', 'InstanceType', 'SubnetId', 'SecurityGroupIds', 'KeyName')

    def create(self, context, properties):
        data = self._data(context, properties)
        tags = {**tag_map(next((one['Tags'] for one in data.get('TagSpecifications', []) if one['ResourceType'] == 'instance'), [])), **tag_map(properties.get('Tags'))}
        wanted = {name: data[name] for name in self.MEMBERS if name in data}
        if data.get('IamInstanceProfile'):
            profile = data['IamInstanceProfile']
            wanted['IamInstanceProfile'] = {'Name': profile} if isinstance(profile, str) else profile
        if data.get('UserData'):
            wanted['UserData'] = base64.b64decode(data['UserData']).decode()
        if data.get('MetadataOptions'):
            wanted['MetadataOptions'] = data['MetadataOptions']
        made = context.aws('ec2').run_instances(MinCount=1, MaxCount=1, TagSpecifications=tag_specification('instance', [{'Key': k, 'Value': v} for k, v in tags.items()]), **wanted)
        name = made['Instances'][0]['InstanceId']
        context.initiated(name)
        self._await_signal(context, name)
        seen = context.aws('ec2').describe_instances(InstanceIds=[name])['Reservations'][0]['Instances'][0]
        return name, {'InstanceId': name, 'PrivateIp': seen.get('PrivateIpAddress', ''), 'AvailabilityZone': seen['Placement']['AvailabilityZone'], 'PrivateDnsName': seen.get('PrivateDnsName', '')}

    @staticmethod
    def _data(context, properties):
        template = properties.get('LaunchTemplate')
        if not template:
            return properties
        versions = context.world.launch_templates.get((context.region, template['LaunchTemplateId']))
        if versions is None or int(template['Version']) > len(versions):
            raise ResourceFailed(f'The specified launch template, with template ID {template["LaunchTemplateId"]}, does not exist.')
        return {**versions[int(template['Version']) - 1], **{key: value for key, value in properties.items() if key != 'LaunchTemplate'}}

    @staticmethod
    def _await_signal(context, name):
        wanted = context.creation_policy.get('ResourceSignal')
        if not wanted:
            return
        key = context.logical_id, name
        context.until(lambda: key in context.stack.signals, f'Received 0 SUCCESS signal(s) out of 1 from {name}: {context.world.web.problems.get(name, "no word of it")}', 900)
        if context.stack.signals[key] != 'SUCCESS':
            raise ResourceFailed(f'Received 1 FAILURE signal(s) out of 1. {context.world.web.problems.get(name, "")}')

    def update(self, context, physical, old, new):
        ec2 = context.aws('ec2')
        if old.get('Tags') != new.get('Tags'):
            ec2.create_tags(Resources=[physical], Tags=new['Tags'])
        if old.get('InstanceType') != new.get('InstanceType'):
            ec2.stop_instances(InstanceIds=[physical])
            context.until(lambda: self._state(ec2, physical) == 'stopped', f'{physical} to stop')
            ec2.modify_instance_attribute(InstanceId=physical, InstanceType={'Value': new['InstanceType']})
            ec2.start_instances(InstanceIds=[physical])
            context.until(lambda: self._state(ec2, physical) == 'running', f'{physical} to run')
        same = {name: new.get(name) for name in ('Tags', 'InstanceType')}
        return super().update(context, physical, {**old, **same}, {**same, **new})

    @staticmethod
    def _state(ec2, name):
        return ec2.describe_instances(InstanceIds=[name])['Reservations'][0]['Instances'][0]['State']['Name']

    def delete(self, context, physical, properties, policy):
        context.world.web.stop(physical)
        ignoring_missing(lambda: context.aws('ec2').terminate_instances(InstanceIds=[physical]))


@handles('AWS::ElasticLoadBalancingV2::LoadBalancer')
class LoadBalancer(Handler):
    def create(self, context, properties):
        wanted = {name: properties[name] for name in ('Subnets', 'SecurityGroups', 'Scheme', 'Type', 'IpAddressType') if name in properties}
        made = context.aws('elbv2').create_load_balancer(Name=properties.get('Name') or context.name(32), Tags=properties.get('Tags') or [{'Key': 'none', 'Value': ''}], **wanted)
        balancer = made['LoadBalancers'][0]
        arn = balancer['LoadBalancerArn']
        context.initiated(arn)
        known = properties.get('LoadBalancerAttributes')
        if known:
            context.aws('elbv2').modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=known)
        return arn, {'LoadBalancerArn': arn, 'DNSName': balancer['DNSName'], 'CanonicalHostedZoneID': balancer['CanonicalHostedZoneId'], 'LoadBalancerName': balancer['LoadBalancerName'],
                     'LoadBalancerFullName': arn.partition('loadbalancer/')[2]}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('elbv2').delete_load_balancer(LoadBalancerArn=physical))


@handles('AWS::ElasticLoadBalancingV2::TargetGroup')
class TargetGroup(Handler):
    HEALTH = ('HealthCheckProtocol', 'HealthCheckPort', 'HealthCheckPath', 'HealthCheckIntervalSeconds', 'HealthCheckTimeoutSeconds', 'HealthyThresholdCount',
              'UnhealthyThresholdCount', 'Matcher', 'HealthCheckEnabled')

    def create(self, context, properties):
        client = context.aws('elbv2')
        wanted = {name: properties[name] for name in ('Protocol', 'Port', 'VpcId', 'TargetType', 'ProtocolVersion', *self.HEALTH) if name in properties}
        made = client.create_target_group(Name=properties.get('Name') or context.name(32), **wanted)['TargetGroups'][0]
        arn = made['TargetGroupArn']
        context.initiated(arn)
        if properties.get('Tags'):
            client.add_tags(ResourceArns=[arn], Tags=properties['Tags'])
        if properties.get('TargetGroupAttributes'):
            client.modify_target_group_attributes(TargetGroupArn=arn, Attributes=properties['TargetGroupAttributes'])
        self._register(client, arn, [], properties.get('Targets', []))
        return arn, {'TargetGroupArn': arn, 'TargetGroupName': made['TargetGroupName'], 'TargetGroupFullName': arn.rpartition(':')[2], 'LoadBalancerArns': []}

    @staticmethod
    def _register(client, arn, old, new):
        gone, more = [one for one in old if one not in new], [one for one in new if one not in old]
        if gone:
            client.deregister_targets(TargetGroupArn=arn, Targets=gone)
        if more:
            client.register_targets(TargetGroupArn=arn, Targets=more)

    def update(self, context, physical, old, new):
        client = context.aws('elbv2')
        self._register(client, physical, old.get('Targets', []), new.get('Targets', []))
        changed = {name: new[name] for name in self.HEALTH if name in new and old.get(name) != new[name]}
        if changed:
            client.modify_target_group(TargetGroupArn=physical, **changed)
        if old.get('TargetGroupAttributes') != new.get('TargetGroupAttributes'):
            client.modify_target_group_attributes(TargetGroupArn=physical, Attributes=new['TargetGroupAttributes'])
        return {}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('elbv2').delete_target_group(TargetGroupArn=physical))


@handles('AWS::ElasticLoadBalancingV2::Listener')
class Listener(Handler):
    MEMBERS = ('Port', 'Protocol', 'DefaultActions', 'SslPolicy', 'Certificates')

    def create(self, context, properties):
        made = context.aws('elbv2').create_listener(LoadBalancerArn=properties['LoadBalancerArn'], **{name: properties[name] for name in self.MEMBERS if name in properties})
        return made['Listeners'][0]['ListenerArn'], {'ListenerArn': made['Listeners'][0]['ListenerArn']}

    def update(self, context, physical, old, new):
        context.aws('elbv2').modify_listener(ListenerArn=physical, **{name: new[name] for name in self.MEMBERS if name in new})
        return {}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('elbv2').delete_listener(ListenerArn=physical))


@handles('AWS::ElasticLoadBalancingV2::ListenerRule')
class ListenerRule(Handler):
    def create(self, context, properties):
        made = context.aws('elbv2').create_rule(ListenerArn=properties['ListenerArn'], Priority=int(properties['Priority']), Conditions=properties['Conditions'], Actions=properties['Actions'])
        return made['Rules'][0]['RuleArn'], {'RuleArn': made['Rules'][0]['RuleArn'], 'IsDefault': False}

    def delete(self, context, physical, properties, policy):
        ignoring_missing(lambda: context.aws('elbv2').delete_rule(RuleArn=physical))


@handles('AWS::IAM::Role')
class Role(Handler):
    def create(self, context, properties):
        iam, name = context.aws('iam'), properties.get('RoleName') or context.name(64)
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(properties['AssumeRolePolicyDocument']), Path=properties.get('Path', '/'), Tags=properties.get('Tags', []))
        context.initiated(name)
        for arn in properties.get('ManagedPolicyArns', []):
            iam.attach_role_policy(RoleName=name, PolicyArn=arn)
        for policy in properties.get('Policies', []):
            iam.put_role_policy(RoleName=name, PolicyName=policy['PolicyName'], PolicyDocument=json.dumps(policy['PolicyDocument']))
        return name, {'Arn': made['Role']['Arn'], 'RoleId': made['Role']['RoleId']}

    def update(self, context, physical, old, new):
        iam = context.aws('iam')
        for policy in new.get('Policies', []):
            iam.put_role_policy(RoleName=physical, PolicyName=policy['PolicyName'], PolicyDocument=json.dumps(policy['PolicyDocument']))
        for arn in new.get('ManagedPolicyArns', []):
            iam.attach_role_policy(RoleName=physical, PolicyArn=arn)
        return {}

    def delete(self, context, physical, properties, policy):
        def remove():
            iam = context.aws('iam')
            for arn in iam.list_attached_role_policies(RoleName=physical)['AttachedPolicies']:
                iam.detach_role_policy(RoleName=physical, PolicyArn=arn['PolicyArn'])
            for name in iam.list_role_policies(RoleName=physical)['PolicyNames']:
                iam.delete_role_policy(RoleName=physical, PolicyName=name)
            iam.delete_role(RoleName=physical)
        ignoring_missing(remove)


@handles('AWS::IAM::InstanceProfile')
class InstanceProfile(Handler):
    def create(self, context, properties):
        iam, name = context.aws('iam'), properties.get('InstanceProfileName') or context.name(128)
        made = iam.create_instance_profile(InstanceProfileName=name)['InstanceProfile']
        context.initiated(name)
        for role in properties['Roles']:
            iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=role)
        return name, {'Arn': made['Arn']}

    def delete(self, context, physical, properties, policy):
        def remove():
            iam = context.aws('iam')
            for role in iam.get_instance_profile(InstanceProfileName=physical)['InstanceProfile']['Roles']:
                iam.remove_role_from_instance_profile(InstanceProfileName=physical, RoleName=role['RoleName'])
            iam.delete_instance_profile(InstanceProfileName=physical)
        ignoring_missing(remove)
