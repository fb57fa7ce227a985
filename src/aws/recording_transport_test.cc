#include "aws/recording_transport.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "aws/json.h"
#include "aws/sign.h"

namespace lifeboat::aws::testing {
namespace {

Request signed_form(const std::string& body) {
  Request request{.method = "POST",
                  .host = "rds.us-east-2.amazonaws.com",
                  .headers = {{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}},
                  .body = body};
  const Credentials credentials{
      .access_key_id = "AKID", .secret_access_key = Secret("hidden"), .session_token = Secret("session")};
  sign(request, credentials, {.region = "us-east-2", .service = "rds"}, base::WallTime(std::chrono::seconds(1)));
  return request;
}

TEST(RecordedRequest, SaysForWhomItWasSignedAndNoSecret) {
  const auto line = request_line(signed_form("Action=A&MasterUserPassword=hunter2&PreSignedUrl=https%3A%2F%2Fx&Z=1"));
  const auto json = Json::parse(line);
  EXPECT_EQ(json.at("scope"), "us-east-2/rds");
  EXPECT_EQ(json.at("body"), "Action=A&MasterUserPassword=redacted&PreSignedUrl=redacted&Z=1");
  for (const auto* secret : {"hunter2", "session", "Signature", "AKID", "hidden"}) {
    EXPECT_EQ(line.find(secret), std::string::npos) << secret;
  }
}

TEST(RecordedRequest, LeavesOtherFieldsOfTheSameEndingAlone) {
  EXPECT_EQ(Json::parse(request_line(signed_form("Action=A&NotPreSignedUrl=x"))).at("body"),
            "Action=A&NotPreSignedUrl=x");
  EXPECT_EQ(Json::parse(request_line(signed_form("WebIdentityToken=x&Action=A"))).at("body"),
            "WebIdentityToken=redacted&Action=A");
}

TEST(RecordedRequest, IsPassedOnAndWrittenWhereTheVariableSays) {
  struct Answering : Transport {
    std::expected<HttpAnswer, ExchangeFailure> send(const Request&, const ExchangeLimits&) override {
      return HttpAnswer{.status = 204};
    }
  } inner;
  std::string folder = (std::filesystem::temp_directory_path() / "lifeboat-requests-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  ASSERT_EQ(::setenv("LIFEBOAT_REQUEST_LOG", folder.c_str(), 1), 0);
  RecordingTransport recording(inner);
  EXPECT_EQ(recording.send(signed_form("Action=A"), {})->status, 204);
  EXPECT_EQ(recording.send(signed_form("Action=B"), {})->status, 204);
  ASSERT_EQ(::unsetenv("LIFEBOAT_REQUEST_LOG"), 0);
  std::ifstream file(std::filesystem::path(folder) / (std::to_string(::getpid()) + ".jsonl"));
  std::string first;
  std::string second;
  ASSERT_TRUE(std::getline(file, first) && std::getline(file, second));
  EXPECT_EQ(Json::parse(first).at("body"), "Action=A");
  EXPECT_EQ(Json::parse(second).at("body"), "Action=B");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace lifeboat::aws::testing
