"""Service quotas: AWS's defaults of those that are asked for, or what a test has set."""

from .core import AwsError

DEFAULTS = {'L-1216C47A': ('ec2', 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances', 64.0), 'L-7B6409FD': ('rds', 'DB instances', 40.0),
            'L-F678F1CE': ('vpc', 'VPCs per Region', 5.0), 'L-0263D0A3': ('ec2', 'EC2-VPC Elastic IPs', 5.0)}


class Quotas:
    def __init__(self, world):
        self.world = world

    def handlers(self):
        return {('service-quotas', 'GetServiceQuota'): self.get}

    def get(self, call):
        code = call.params['QuotaCode']
        if code not in DEFAULTS:
            raise AwsError('NoSuchResourceException', 'The request failed because the specified quota does not exist.')
        service, name, value = DEFAULTS[code]
        return {'Quota': {'ServiceCode': service, 'ServiceName': service, 'QuotaCode': code, 'QuotaName': name, 'Value': self.world.quotas.get((call.region, code), value), 'Unit': 'None',
                          'Adjustable': True, 'GlobalQuota': False, 'QuotaArn': f'arn:aws:servicequotas:{call.region}:123456789012:{service}/{code}'}}
