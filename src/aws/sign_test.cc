#include "aws/sign.h"

#include <gtest/gtest.h>

namespace lifeboat::aws {
namespace {

using namespace std::chrono_literals;

// The keys and the moment of the examples in AWS's own documentation.
const Credentials example{.access_key_id = "AKIDEXAMPLE",
                          .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")};
constexpr base::WallTime moment = std::chrono::sys_days{std::chrono::year(2015) / 8 / 30} + 12h + 36min;
const SigningScope service{.region = "us-east-1", .service = "service"};

Request get(std::string path, Fields query = {}) {
  return {.host = "example.amazonaws.com", .path = std::move(path), .query = std::move(query)};
}

std::string authorization(Request request, const SigningScope& scope = service) {
  sign(request, example, scope, moment);
  return std::string(request.header("authorization"));
}

std::string canonical_path(std::string path, const SigningScope& scope = service) {
  const auto text = canonical_request(get(std::move(path)), scope, "");
  const auto begin = text.find('\n') + 1;
  return text.substr(begin, text.find('\n', begin) - begin);
}

// "get-vanilla" of the suite of test vectors that AWS published.
TEST(Sign, A_plain_request_has_the_published_signature) {
  EXPECT_EQ(
      authorization(get("/")),
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
      "SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
}

// "get-vanilla-query-order-key-case" of the same suite.
TEST(Sign, The_query_is_signed_in_order_however_it_is_sent) {
  const std::string expected = "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500";
  EXPECT_TRUE(authorization(get("/", {{"Param2", "value2"}, {"Param1", "value1"}})).ends_with(expected));
  EXPECT_TRUE(authorization(get("/", {{"Param1", "value1"}, {"Param2", "value2"}})).ends_with(expected));
}

TEST(Sign, The_query_is_encoded_once_and_upper_case) {
  const auto text = canonical_request(get("/", {{"b", "x/y z+"}, {"a", ""}, {"a", "\xC3\xA9"}}), service, "");
  EXPECT_TRUE(text.starts_with("GET\n/\na=&a=%C3%A9&b=x%2Fy%20z%2B\nhost:")) << text;
}

TEST(Sign, A_path_is_tidied_and_encoded_once_more_for_everyone_but_s3) {
  EXPECT_EQ(canonical_path("/a//b/./c/../d%20e/"), "/a/b/d%2520e/");
  EXPECT_EQ(canonical_path("/.."), "/");
  EXPECT_EQ(canonical_path("/a//b/./c/../d%20e/", {.region = "us-east-1", .service = "s3"}), "/a//b/./c/../d%20e/");
}

TEST(Sign, Headers_are_trimmed_sorted_and_joined) {
  auto request = get("/");
  request.headers = {{"My-Header", "  a   b\tc "}, {"my-header", "d"}, {"User-Agent", "not signed"}, {"Accept", "x"}};
  const auto text = canonical_request(request, service, "hash");
  EXPECT_EQ(text, "GET\n/\n\naccept:x\nhost:example.amazonaws.com\nmy-header:a b c,d\n\naccept;host;my-header\nhash");
}

TEST(Sign, A_session_token_is_a_signed_header) {
  auto request = get("/");
  auto credentials = example;
  credentials.session_token = Secret("token");
  sign(request, credentials, service, moment);
  EXPECT_EQ(request.header("X-Amz-Security-Token"), "token");
  EXPECT_NE(request.header("Authorization").find("SignedHeaders=host;x-amz-date;x-amz-security-token,"),
            std::string_view::npos);
}

TEST(Sign, Signing_again_replaces_the_earlier_signature) {
  auto request = get("/");
  sign(request, example, service, moment - 1h);
  EXPECT_EQ(authorization(request), authorization(get("/")));
  sign(request, example, service, moment);
  EXPECT_EQ(request.headers.size(), 2U);
}

TEST(Sign, Only_s3_gets_the_bodys_hash_as_a_header) {
  auto plain = get("/");
  auto s3 = get("/");
  s3.body = "content";
  sign(plain, example, service, moment);
  sign(s3, example, {.region = "us-east-1", .service = "s3"}, moment);
  EXPECT_EQ(plain.header("x-amz-content-sha256"), "");
  EXPECT_EQ(s3.header("x-amz-content-sha256"), "ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73");
}

// The presigned example of Amazon S3's documentation ("Authenticating Requests: Using Query Parameters").
TEST(Sign, A_presigned_s3_url_has_the_documented_signature) {
  const Credentials credentials{.access_key_id = "AKIAIOSFODNN7EXAMPLE",
                                .secret_access_key = Secret("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")};
  const Request request{.host = "examplebucket.s3.amazonaws.com", .path = "/test.txt"};
  const auto url = presign(request, credentials, {.region = "us-east-1", .service = "s3"},
                           std::chrono::sys_days{std::chrono::year(2013) / 5 / 24}, 86400s);
  EXPECT_TRUE(url.ends_with("&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"))
      << url;
}

}  // namespace
}  // namespace lifeboat::aws
