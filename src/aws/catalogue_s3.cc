#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array s3_operations{
    Operation{.name = "CreateBucket",
              .input = "Bucket@uri! ObjectOwnership@header=x-amz-object-ownership "
                       "CreateBucketConfiguration@payload{LocationConstraint Tags[Tag]{Key! Value!}}",
              .output = "Location@header",
              .is_repeatable = true,
              .method = "PUT",
              .path = "/{Bucket}"},
    Operation{.name = "DeleteBucket",
              .input = "Bucket@uri! ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .is_repeatable = true,
              .method = "DELETE",
              .path = "/{Bucket}"},
    Operation{.name = "DeleteObject",
              .input = "Bucket@uri! Key@uri! VersionId@query=versionId IfMatch@header=If-Match "
                       "ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "DeleteMarker@header=x-amz-delete-marker:bool VersionId@header=x-amz-version-id",
              .is_repeatable = true,
              .method = "DELETE",
              .path = "/{Bucket}/{Key+}"},
    Operation{.name = "DeleteObjects",
              .input = "Bucket@uri! Delete@payload!{Objects=Object![*]{Key! VersionId} Quiet:bool} "
                       "ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "Deleted[*]{Key VersionId DeleteMarker:bool DeleteMarkerVersionId} Errors=Error[*]{Key "
                        "VersionId Code Message}",
              .is_repeatable = true,
              .needs_checksum = true,
              .path = "/{Bucket}?delete",
              .answer_element = "DeleteResult"},
    Operation{.name = "GetBucketLocation",
              .input = "Bucket@uri! ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "LocationConstraint",
              .is_repeatable = true,
              .method = "GET",
              .path = "/{Bucket}?location",
              .answer_element = "LocationConstraint"},
    Operation{.name = "GetObject",
              .input = "Bucket@uri! Key@uri! IfMatch@header=If-Match IfNoneMatch@header=If-None-Match "
                       "VersionId@query=versionId ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "Body@payload:bytes ETag@header ContentLength@header=Content-Length:int "
                        "ContentType@header=Content-Type LastModified@header=Last-Modified:time "
                        "VersionId@header=x-amz-version-id",
              .is_repeatable = true,
              .method = "GET",
              .path = "/{Bucket}/{Key+}"},
    Operation{.name = "HeadBucket",
              .input = "Bucket@uri! ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "BucketRegion@header=x-amz-bucket-region",
              .is_repeatable = true,
              .method = "HEAD",
              .path = "/{Bucket}"},
    Operation{.name = "HeadObject",
              .input = "Bucket@uri! Key@uri! IfMatch@header=If-Match IfNoneMatch@header=If-None-Match "
                       "VersionId@query=versionId ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "ETag@header ContentLength@header=Content-Length:int ContentType@header=Content-Type "
                        "LastModified@header=Last-Modified:time VersionId@header=x-amz-version-id",
              .is_repeatable = true,
              .method = "HEAD",
              .path = "/{Bucket}/{Key+}"},
    Operation{.name = "ListObjectVersions",
              .input = "Bucket@uri! Prefix@query=prefix MaxKeys@query=max-keys:int KeyMarker@query=key-marker "
                       "VersionIdMarker@query=version-id-marker ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "IsTruncated:bool NextKeyMarker NextVersionIdMarker Versions=Version[*]{Key VersionId "
                        "IsLatest:bool Size:int LastModified:time ETag} DeleteMarkers=DeleteMarker[*]{Key VersionId "
                        "IsLatest:bool LastModified:time}",
              .is_repeatable = true,
              .method = "GET",
              .path = "/{Bucket}?versions",
              .answer_element = "ListVersionsResult"},
    Operation{
        .name = "ListObjectsV2",
        .input =
            "Bucket@uri! Prefix@query=prefix MaxKeys@query=max-keys:int ContinuationToken@query=continuation-token "
            "StartAfter@query=start-after ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
        .output =
            "IsTruncated:bool NextContinuationToken KeyCount:int Contents[*]{Key LastModified:time ETag Size:int}",
        .pages = "NextContinuationToken>ContinuationToken",
        .list = "Contents",
        .is_repeatable = true,
        .method = "GET",
        .path = "/{Bucket}?list-type=2",
        .answer_element = "ListBucketResult"},
    Operation{
        .name = "PutBucketEncryption",
        .input =
            "Bucket@uri! "
            "ServerSideEncryptionConfiguration@payload!{Rules=Rule![*]{ApplyServerSideEncryptionByDefault{SSEAlgorithm!"
            " KMSMasterKeyID} BucketKeyEnabled:bool}} ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
        .is_repeatable = true,
        .needs_checksum = true,
        .method = "PUT",
        .path = "/{Bucket}?encryption"},
    Operation{.name = "PutBucketLifecycleConfiguration",
              .input = "Bucket@uri! LifecycleConfiguration@payload{Rules=Rule![*]{ID Status! Filter{Prefix} "
                       "Expiration{Days:int ExpiredObjectDeleteMarker:bool} "
                       "NoncurrentVersionExpiration{NoncurrentDays:int} "
                       "AbortIncompleteMultipartUpload{DaysAfterInitiation:int}}} "
                       "ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .is_repeatable = true,
              .needs_checksum = true,
              .method = "PUT",
              .path = "/{Bucket}?lifecycle"},
    Operation{.name = "PutBucketVersioning",
              .input = "Bucket@uri! VersioningConfiguration@payload!{Status} "
                       "ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .is_repeatable = true,
              .needs_checksum = true,
              .method = "PUT",
              .path = "/{Bucket}?versioning"},
    Operation{.name = "PutObject",
              .input = "Bucket@uri! Key@uri! Body@payload:bytes ContentType@header=Content-Type "
                       "IfMatch@header=If-Match IfNoneMatch@header=If-None-Match "
                       "ServerSideEncryption@header=x-amz-server-side-encryption "
                       "ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "ETag@header VersionId@header=x-amz-version-id",
              .method = "PUT",
              .path = "/{Bucket}/{Key+}"},
    Operation{
        .name = "PutPublicAccessBlock",
        .input =
            "Bucket@uri! PublicAccessBlockConfiguration@payload!{BlockPublicAcls:bool IgnorePublicAcls:bool "
            "BlockPublicPolicy:bool RestrictPublicBuckets:bool} ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
        .is_repeatable = true,
        .needs_checksum = true,
        .method = "PUT",
        .path = "/{Bucket}?publicAccessBlock"},
};

}  // namespace

const Service& s3_service() {
  static constexpr Service service{.name = "s3",
                                   .variable = "S3",
                                   .host = "s3",
                                   .signing_name = "s3",
                                   .protocol = Protocol::rest_xml,
                                   .version = "2006-03-01",
                                   .xml_namespace = "http://s3.amazonaws.com/doc/2006-03-01/",
                                   .operations = s3_operations};
  return service;
}

}  // namespace lifeboat::aws
