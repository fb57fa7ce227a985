"""S3's part that moto does not have: a bucket answers in its own region only."""

from .core import AwsError


class Buckets:
    def __init__(self, world):
        self.world = world

    def handlers(self):
        names = ('GetObject', 'PutObject', 'HeadObject', 'DeleteObject', 'DeleteObjects', 'ListObjectsV2', 'ListObjectVersions', 'DeleteBucket', 'PutBucketVersioning',
                 'PutBucketEncryption', 'PutPublicAccessBlock', 'PutBucketPolicy', 'PutBucketTagging', 'GetBucketVersioning', 'PutBucketLifecycleConfiguration')
        return {('s3', name): self._in_region for name in names}

    def _in_region(self, call):
        with self.world.moto.lock:
            bucket = self.world.moto.backend('s3', call.region).buckets.get(call.params['Bucket'])
            region = bucket.region_name if bucket else call.region
            if region == call.region:
                return self.world.moto.answer(call)
        raise AwsError('PermanentRedirect', 'The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.', 301)
