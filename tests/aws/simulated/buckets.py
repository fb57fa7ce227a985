"""S3's part that moto does not have: a bucket answers in its own region only, and a policy may have conditions."""

import json

from .core import AwsError


class Buckets:
    def __init__(self, world):
        self.world = world
        self.policies = {}  # Kept and not enforced: moto knows no conditions, and without TLS "only TLS" would deny everything.

    def handlers(self):
        names = ('GetObject', 'PutObject', 'HeadObject', 'DeleteObject', 'DeleteObjects', 'ListObjectsV2', 'ListObjectVersions', 'DeleteBucket', 'PutBucketVersioning',
                 'PutBucketEncryption', 'PutPublicAccessBlock', 'PutBucketTagging', 'GetBucketVersioning', 'PutBucketLifecycleConfiguration')
        return {**{('s3', name): self._in_region for name in names}, ('s3', 'HeadBucket'): self.head, ('s3', 'PutBucketPolicy'): self.put_policy, ('s3', 'GetBucketPolicy'): self.get_policy,
                ('s3', 'DeleteBucketPolicy'): self.delete_policy}

    def head(self, call):
        status, headers, body = self.world.moto.answer(call)
        bucket = self.world.moto.backend('s3', call.region).buckets.get(call.params['Bucket'])
        return status, {**headers, **({'x-amz-bucket-region': bucket.region_name} if bucket else {})}, body

    def _in_region(self, call):
        with self.world.moto.lock:
            bucket = self.world.moto.backend('s3', call.region).buckets.get(call.params['Bucket'])
            region = bucket.region_name if bucket else call.region
            if region == call.region:
                return self.world.moto.answer(call)
        raise AwsError('PermanentRedirect', 'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.', 301)

    def put_policy(self, call):
        try:
            statements = json.loads(call.body)['Statement']
        except (ValueError, KeyError) as error:
            raise AwsError('MalformedPolicy', 'Policies must be valid JSON and the first byte must be \'{\'') from error
        if any(not {'Effect', 'Principal', 'Action', 'Resource'} <= set(statement) for statement in statements):
            raise AwsError('MalformedPolicy', 'Missing required field Principal, Effect, Action or Resource')
        self.policies[call.params['Bucket']] = call.body
        return 204, {}, b''

    def get_policy(self, call):
        if call.params['Bucket'] not in self.policies:
            raise AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404)
        return 200, {'Content-Type': 'application/json'}, self.policies[call.params['Bucket']]

    def delete_policy(self, call):
        self.policies.pop(call.params['Bucket'], None)
        return 204, {}, b''
