#include <array>

#include "aws/catalogue.h"

namespace lifeboat::aws {
namespace {

constexpr std::array s3_operations{
    Operation{.name = "GetObject",
              .input = "Bucket@uri! Key@uri! IfMatch@header=If-Match IfNoneMatch@header=If-None-Match "
                       "VersionId@query=versionId",
              .output = "Body@payload:bytes ETag@header ContentLength@header=Content-Length:int "
                        "ContentType@header=Content-Type LastModified@header=Last-Modified:time "
                        "VersionId@header=x-amz-version-id",
              .is_repeatable = true,
              .method = "GET",
              .path = "/{Bucket}/{Key+}"},
    Operation{.name = "HeadObject",
              .input = "Bucket@uri! Key@uri! IfMatch@header=If-Match IfNoneMatch@header=If-None-Match "
                       "VersionId@query=versionId",
              .output = "ETag@header ContentLength@header=Content-Length:int ContentType@header=Content-Type "
                        "LastModified@header=Last-Modified:time VersionId@header=x-amz-version-id",
              .is_repeatable = true,
              .method = "HEAD",
              .path = "/{Bucket}/{Key+}"},
    Operation{.name = "PutObject",
              .input = "Bucket@uri! Key@uri! Body@payload:bytes ContentType@header=Content-Type "
                       "IfMatch@header=If-Match IfNoneMatch@header=If-None-Match "
                       "ServerSideEncryption@header=x-amz-server-side-encryption "
                       "ExpectedBucketOwner@header=x-amz-expected-bucket-owner",
              .output = "ETag@header VersionId@header=x-amz-version-id",
              .method = "PUT",
              .path = "/{Bucket}/{Key+}"},
};

}  // namespace

const Service& s3_service() {
  static constexpr Service service{.name = "s3",
                                   .variable = "S3",
                                   .host = "s3",
                                   .signing_name = "s3",
                                   .protocol = Protocol::rest_xml,
                                   .version = "2006-03-01",
                                   .operations = s3_operations};
  return service;
}

}  // namespace lifeboat::aws
